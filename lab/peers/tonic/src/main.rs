//! tonic: peers-tonic server PORT [CERTIFICATE KEY] | client HOST:PORT CA|- STEP...

mod client;
mod echo;
mod server;

pub mod pb {
    tonic::include_proto!("lab.orders.v1");
}

/// The numbers of the steps, see ../proto/orders.proto.
pub const STATUS_TEXT: &str = "no such order größe ☃";
pub const TAG: &str = "lab-tag";
pub const TAG_BIN: &str = "lab-tag-bin";

pub type Failure = Box<dyn std::error::Error>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let args: Vec<String> = std::env::args().collect();
    match args[1].as_str() {
        "server" => server::serve(&args[2], &args[3..]).await,
        _ => client::run(&args[2], &args[3], &args[4..]).await,
    }
}
