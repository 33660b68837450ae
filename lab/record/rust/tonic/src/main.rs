//! tonic client and server around grpc.health.v1, which has a unary and a server-streaming method.
//!
//!   lab-tonic serve ADDRESS [SECONDS]        graceful shutdown after SECONDS
//!   lab-tonic call ADDRESS STEP...           check | watch:MS | cancel:COUNT | wait:MS | keepalive:MS (first)

use std::net::SocketAddr;
use std::time::Duration;

use tonic::transport::{Channel, Endpoint, Server};
use tonic_health::pb::health_client::HealthClient;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::ServingStatus;

type Failure = Box<dyn std::error::Error>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let args: Vec<String> = std::env::args().collect();
    match args[1].as_str() {
        "serve" => serve(args[2].parse()?, args.get(3).map(|text| text.parse()).transpose()?).await,
        "call" => call(&args[2], &args[3..]).await,
        other => Err(format!("unknown verb {other}").into()),
    }
}

async fn serve(address: SocketAddr, seconds: Option<u64>) -> Result<(), Failure> {
    let (reporter, health) = tonic_health::server::health_reporter();
    reporter.set_service_status("", ServingStatus::Serving).await;
    let ticking = reporter.clone();
    tokio::spawn(async move {
        // Something for a watcher to see: the status changes twice a second.
        for turn in 0u64.. {
            tokio::time::sleep(Duration::from_millis(500)).await;
            let status = if turn % 2 == 0 { ServingStatus::NotServing } else { ServingStatus::Serving };
            ticking.set_service_status("", status).await;
        }
    });
    let stop = async move {
        match seconds {
            Some(seconds) => tokio::time::sleep(Duration::from_secs(seconds)).await,
            None => std::future::pending().await,
        }
    };
    Server::builder().add_service(health).serve_with_shutdown(address, stop).await?;
    Ok(())
}

async fn call(address: &str, steps: &[String]) -> Result<(), Failure> {
    let mut endpoint = Endpoint::from_shared(format!("http://{address}"))?;
    let mut steps = steps;
    if let Some(interval) = steps.first().and_then(|step| step.strip_prefix("keepalive:")) {
        endpoint = endpoint
            .http2_keep_alive_interval(Duration::from_millis(interval.parse()?))
            .keep_alive_timeout(Duration::from_secs(3))
            .keep_alive_while_idle(true);
        steps = &steps[1..];
    }
    let channel = endpoint.connect().await?;
    for step in steps {
        let (verb, number) = step.split_once(':').unwrap_or((step, "0"));
        run(&channel, verb, number.parse()?).await?;
    }
    Ok(())
}

async fn run(channel: &Channel, verb: &str, number: u64) -> Result<(), Failure> {
    let mut client = HealthClient::new(channel.clone());
    let request = HealthCheckRequest { service: String::new() };
    match verb {
        "check" => println!("check: {:?}", client.check(request).await.map(|reply| reply.into_inner().status)),
        "wait" => tokio::time::sleep(Duration::from_millis(number)).await,
        "watch" => {
            let mut stream = client.watch(request).await?.into_inner();
            let read = async { while let Some(status) = stream.message().await? { println!("watch: {}", status.status); } Ok::<(), tonic::Status>(()) };
            println!("watch ended: {:?}", tokio::time::timeout(Duration::from_millis(number), read).await);
        }
        "cancel" => {
            let mut waiting = Vec::new();
            for _ in 0..number {
                let mut client = client.clone();
                let request = request.clone();
                waiting.push(tokio::spawn(async move { client.watch(request).await }));
            }
            // Dropping the calls before their answers resets every stream at once.
            tokio::time::sleep(Duration::from_millis(1)).await;
            for call in &waiting { call.abort(); }
        }
        other => return Err(format!("unknown step {other}").into()),
    }
    Ok(())
}
