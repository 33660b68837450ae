//! lab-tag comes back as a header, lab-tag-bin as a trailer: tonic's handlers cannot set trailers, so this stands
//! around them.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use http::{HeaderMap, HeaderName, Request, Response};
use http_body_util::BodyExt;
use tonic::body::Body;
use tower::{Layer, Service};

use crate::{TAG, TAG_BIN};

#[derive(Clone)]
pub struct Echo;

impl<S> Layer<S> for Echo {
    type Service = Echoing<S>;

    fn layer(&self, inner: S) -> Self::Service {
        Echoing { inner }
    }
}

#[derive(Clone)]
pub struct Echoing<S> {
    inner: S,
}

impl<S> Service<Request<Body>> for Echoing<S>
where
    S: Service<Request<Body>, Response = Response<Body>>,
    S::Future: Send + 'static,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let tag = request.headers().get(TAG).cloned();
        let tag_bin = request.headers().get(TAG_BIN).cloned();
        let answering = self.inner.call(request);
        Box::pin(async move {
            let mut response = answering.await?;
            if let Some(value) = tag {
                response.headers_mut().insert(TAG, value);
            }
            let Some(value) = tag_bin else { return Ok(response) };
            let trailers = HeaderMap::from_iter([(HeaderName::from_static(TAG_BIN), value)]);
            Ok(response.map(|body| Body::new(body.with_trailers(std::future::ready(Some(Ok(trailers)))))))
        })
    }
}
