//! volo-grpc 0.9.1 client and server of shop.Orders.
//!
//!   lab-volo ADDRESS CALLS GAP_MS [beside]   calls on one channel, one after the other or all beside each other
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
    let beside = args.get(4).is_some();

    let client = shop::OrdersClientBuilder::new("orders").address(address).build();
    let mut running = Vec::new();
    for call in 1..=calls {
        let client = client.clone();
        // "sleep" is for the Go server's handler; a Volo server sends it back.
        let request = shop::OrderRequest { id: format!("id={call} sleep=200ms").into() };
        let one = tokio::spawn(async move {
            match client.get(request).await {
                Ok(response) => println!("call {call}: {:?}", response.get_ref().id),
                Err(error) => println!("call {call}: {error:?}"),
            }
        });
        if beside {
            running.push(one);
        } else {
            one.await.expect("call");
        }
        tokio::time::sleep(gap).await;
    }
    for one in running {
        one.await.expect("call");
    }
}
