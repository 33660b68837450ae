//! The steps of a client, see ../proto/orders.proto.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::metadata::MetadataValue;
use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint};
use tonic::{Code, Request, Response, Streaming};

use crate::pb::orders_client::OrdersClient;
use crate::pb::{Event, GetRequest, Item, WatchRequest};
use crate::{Failure, STATUS_TEXT, TAG, TAG_BIN};

const NOTE_LETTERS: i32 = 300_000;
const EVENTS: i32 = 100;
const BODY_OCTETS: i32 = 5_000;
const ROUNDS: i32 = 20;
const PAUSE_MS: i32 = 50;
const DEADLINE: Duration = Duration::from_secs(1);
const LIMIT: Duration = Duration::from_secs(20);
const TAG_BIN_VALUE: &[u8] = &[0x00, 0xff, 0xab];

pub async fn run(address: &str, ca: &str, steps: &[String]) -> Result<(), Failure> {
    let channel = if ca == "-" {
        Endpoint::from_shared(format!("http://{address}"))?.connect().await?
    } else {
        let tls = ClientTlsConfig::new().ca_certificate(Certificate::from_pem(std::fs::read(ca)?));
        Endpoint::from_shared(format!("https://{address}"))?.tls_config(tls)?.connect().await?
    };
    let mut failed = 0;
    for name in steps {
        match tokio::time::timeout(LIMIT, step(name, OrdersClient::new(channel.clone()))).await {
            Ok(Ok(())) => println!("{name} ok"),
            Ok(Err(why)) => {
                failed = 1;
                println!("{name} FAIL {why}");
            }
            Err(_) => {
                failed = 1;
                println!("{name} FAIL not finished");
            }
        }
    }
    std::process::exit(failed);
}

async fn step(name: &str, mut orders: OrdersClient<Channel>) -> Result<(), Failure> {
    let slow = WatchRequest { count: EVENTS, body_octets: 0, pause_ms: PAUSE_MS };
    match name {
        "unary" => unary(orders).await,
        "server-streaming" => {
            let request = WatchRequest { count: EVENTS, body_octets: BODY_OCTETS, pause_ms: 0 };
            expect("outcome", collect(orders.watch(request).await, EVENTS).await, (EVENTS, Code::Ok))
        }
        "client-streaming" => {
            let items = (0..EVENTS).map(|number| Item { number, body: vec![0; BODY_OCTETS as usize] });
            let summary = orders.import(tokio_stream::iter(items)).await?.into_inner();
            expect("summary", (summary.count, summary.sum), (EVENTS, 4950))
        }
        "bidi" => bidi(orders).await,
        "status" => match orders.get(GetRequest::default()).await {
            Err(status) => expect("status", (status.code(), status.message()), (Code::NotFound, STATUS_TEXT)),
            Ok(_) => Err("no status".into()),
        },
        "deadline" => {
            let mut request = Request::new(slow);
            request.set_timeout(DEADLINE);
            let (seen, code) = collect(orders.watch(request).await, EVENTS).await;
            // tonic measures only the time to the headers; then the server's word ends the call, or nothing does.
            expect("status", (seen > 0, code), (true, Code::DeadlineExceeded))
        }
        // Dropping the stream cancels the call; what the client then sees of it is nothing.
        "cancel" => expect("events", collect(orders.watch(slow).await, 2).await, (2, Code::Ok)),
        other => Err(format!("no step {other}").into()),
    }
}

async fn unary(mut orders: OrdersClient<Channel>) -> Result<(), Failure> {
    let mut request = Request::new(GetRequest { id: "o-1".into(), note_letters: NOTE_LETTERS });
    request.metadata_mut().insert(TAG, "blue".parse()?);
    request.metadata_mut().insert_bin(TAG_BIN, MetadataValue::from_bytes(TAG_BIN_VALUE));
    let response = orders.get(request).await?;
    // tonic puts the trailers of a unary answer beside its headers.
    let binary = response.metadata().get_bin(TAG_BIN).map(|value| value.to_bytes()).transpose()?;
    expect("header", response.metadata().get(TAG).map(|value| value.as_bytes()), Some("blue".as_bytes()))?;
    expect("trailer", binary.as_deref(), Some(TAG_BIN_VALUE))?;
    expect("note", response.into_inner().note.len(), NOTE_LETTERS as usize)
}

async fn bidi(mut orders: OrdersClient<Channel>) -> Result<(), Failure> {
    let (sender, receiver) = mpsc::channel(1);
    let item = |number| Item { number, body: vec![0; 10] };
    sender.send(item(0)).await?;
    let mut answers = orders.chat(ReceiverStream::new(receiver)).await?.into_inner();
    for number in 0..ROUNDS {
        let answer = answers.message().await?.ok_or("the stream ended early")?;
        expect("number", answer.number, number)?;
        if number + 1 < ROUNDS {
            sender.send(item(number + 1)).await?;
        }
    }
    drop(sender);
    expect("after the last", answers.message().await?, None)
}

/// Reads at most `limit` events: how many came, and the status that ended the stream.
async fn collect(answer: Result<Response<Streaming<Event>>, tonic::Status>, limit: i32) -> (i32, Code) {
    let mut events = match answer {
        Ok(response) => response.into_inner(),
        Err(status) => return (0, status.code()),
    };
    for seen in 0..limit {
        match events.message().await {
            Ok(Some(event)) if event.number == seen => {}
            Ok(Some(_)) => return (seen, Code::DataLoss),
            Ok(None) => return (seen, Code::Ok),
            Err(status) => return (seen, status.code()),
        }
    }
    (limit, Code::Ok)
}

fn expect<T: PartialEq + std::fmt::Debug>(what: &str, actual: T, wanted: T) -> Result<(), Failure> {
    if actual == wanted { Ok(()) } else { Err(format!("{what} is {actual:?}, not {wanted:?}").into()) }
}
