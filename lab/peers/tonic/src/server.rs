//! The service.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::transport::{Identity, Server, ServerTlsConfig};
use tonic::{Request, Response, Status, Streaming};

use crate::pb::orders_server::{Orders, OrdersServer};
use crate::pb::{Event, GetRequest, Item, Order, Summary, WatchRequest};
use crate::echo::Echo;
use crate::{Failure, STATUS_TEXT};

pub async fn serve(port: &str, files: &[String]) -> Result<(), Failure> {
    let mut builder = Server::builder();
    if let [certificate, key] = files {
        let identity = Identity::from_pem(std::fs::read(certificate)?, std::fs::read(key)?);
        builder = builder.tls_config(ServerTlsConfig::new().identity(identity))?;
    }
    let address = format!("127.0.0.1:{port}").parse()?;
    builder.layer(Echo).add_service(OrdersServer::new(Service)).serve(address).await?;
    Ok(())
}

/// Messages that a handler may be ahead of the wire.
const AHEAD: usize = 4;

struct Service;

#[tonic::async_trait]
impl Orders for Service {
    type WatchStream = ReceiverStream<Result<Event, Status>>;
    type ChatStream = ReceiverStream<Result<Item, Status>>;

    async fn get(&self, request: Request<GetRequest>) -> Result<Response<Order>, Status> {
        let GetRequest { id, note_letters } = request.into_inner();
        if id.is_empty() {
            return Err(Status::not_found(STATUS_TEXT));
        }
        Ok(Response::new(Order { id, note: "x".repeat(note_letters as usize) }))
    }

    async fn watch(&self, request: Request<WatchRequest>) -> Result<Response<Self::WatchStream>, Status> {
        let WatchRequest { count, body_octets, pause_ms } = request.into_inner();
        let (sender, receiver) = mpsc::channel(AHEAD);
        tokio::spawn(async move {
            for number in 0..count {
                if number > 0 {
                    tokio::time::sleep(Duration::from_millis(pause_ms as u64)).await;
                }
                let event = Event { number, body: vec![0; body_octets as usize] };
                if sender.send(Ok(event)).await.is_err() {
                    return;
                }
            }
        });
        Ok(Response::new(ReceiverStream::new(receiver)))
    }

    async fn import(&self, request: Request<Streaming<Item>>) -> Result<Response<Summary>, Status> {
        let mut items = request.into_inner();
        let mut summary = Summary::default();
        while let Some(item) = items.message().await? {
            summary.count += 1;
            summary.sum += i64::from(item.number);
        }
        Ok(Response::new(summary))
    }

    async fn chat(&self, request: Request<Streaming<Item>>) -> Result<Response<Self::ChatStream>, Status> {
        let mut items = request.into_inner();
        let (sender, receiver) = mpsc::channel(AHEAD);
        tokio::spawn(async move {
            while let Ok(Some(item)) = items.message().await {
                if sender.send(Ok(item)).await.is_err() {
                    return;
                }
            }
        });
        Ok(Response::new(ReceiverStream::new(receiver)))
    }
}
