//! volo-grpc 0.9.1 client and server of shop.Orders.
//!
//!   lab-volo ADDRESS CALLS GAP_MS            calls one after the other on one channel
//!   lab-volo serve ADDRESS

use std::net::SocketAddr;
use std::time::Duration;

mod gen {
    volo::include_service!("volo_gen.rs");
}

use gen::volo_gen::shop;
use volo_grpc::server::{Server, ServiceBuilder};

struct Orders;

impl shop::Orders for Orders {
    async fn get(&self, request: volo_grpc::Request<shop::OrderRequest>) -> Result<volo_grpc::Response<shop::Order>, volo_grpc::Status> {
        Ok(volo_grpc::Response::new(shop::Order { id: request.into_inner().id }))
    }
}

#[tokio::main]
async fn main() {
    let args: Vec<String> = std::env::args().collect();
    if args[1] == "serve" {
        let address: SocketAddr = args[2].parse().expect("ADDRESS");
        let service = ServiceBuilder::new(shop::OrdersServer::new(Orders)).build();
        Server::new().add_service(service).run(volo::net::Address::from(address)).await.expect("server");
        return;
    }
    let address: SocketAddr = args[1].parse().expect("ADDRESS");
    let calls: u32 = args[2].parse().expect("CALLS");
    let gap = Duration::from_millis(args[3].parse().expect("GAP_MS"));

    let client = shop::OrdersClientBuilder::new("orders").address(address).build();
    for call in 1..=calls {
        let request = shop::OrderRequest { id: format!("id={call}").into() };
        match client.get(request).await {
            Ok(response) => println!("call {call}: {:?}", response.get_ref().id),
            Err(error) => println!("call {call}: {error:?}"),
        }
        tokio::time::sleep(gap).await;
    }
}
