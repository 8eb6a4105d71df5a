//! One link to a backend, and everything that can be asked over it.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use litebase_contract::{
    EventKind, HelloRequest, HelloResponse, PROTOCOL, QueryRequest, Request, Secret, Software,
};
use litebase_process::{Endpoint, Link};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::timeout;

use crate::channel::{Call, Channel};
use crate::error::Error;
use crate::events::Events;
use crate::windows::Windows;

/// How to connect.
#[derive(Clone, Debug)]
pub struct ConnectOptions {
    /// The name and version that the backend logs for this client; default: those of this crate.
    pub client: Software,
    /// The backend's secret; needed on TCP only.
    pub token: Option<Secret>,
    /// Whether this client answers prompts: it reads `events`, and sends `answer_prompt`.
    pub prompts: bool,
    /// How long opening the link may take, and then the greeting.
    pub time: Duration,
}

impl Default for ConnectOptions {
    fn default() -> Self {
        Self {
            client: Software::new("litebase-rust", env!("CARGO_PKG_VERSION")),
            token: None,
            prompts: false,
            time: Duration::from_secs(10),
        }
    }
}

/// Bytes of a frame before the backend has told its limits.
const MAX_GREETING: usize = 1 << 20;

/// One link to a backend. Clones share it, and the last one ends it; the backend then closes what
/// was open over it.
#[derive(Clone, Debug)]
pub struct Client {
    channel: Arc<Channel>,
    server: Arc<HelloResponse>,
}

impl Client {
    /// Connects to the backend at an endpoint. Must be called inside of a tokio runtime, as all of
    /// this crate.
    pub async fn connect(endpoint: &Endpoint, options: ConnectOptions) -> Result<Self, Error> {
        let link = within(options.time, Link::open(endpoint)).await?;
        Self::over(link.map_err(Error::Unreachable)?, options).await
    }

    /// Greets the backend at the other end of a stream.
    pub async fn over<S>(stream: S, options: ConnectOptions) -> Result<Self, Error>
    where
        S: AsyncRead + AsyncWrite + Send + 'static,
    {
        let channel = Channel::over(stream, MAX_GREETING);
        let hello = HelloRequest {
            token: options.token,
            prompts: Some(options.prompts),
            ..HelloRequest::new(PROTOCOL, options.client)
        };
        let greeting = async { channel.start(&hello).await?.answer().await };
        let server = within(options.time, greeting).await??;
        let limits = &server.limits;
        channel.observe(limits.max_frame_bytes, limits.max_requests_in_flight);
        Ok(Self {
            channel,
            server: Arc::new(server),
        })
    }

    /// What the backend said about itself: its version, engines, capabilities and limits.
    pub fn server(&self) -> &HelloResponse {
        &self.server
    }

    /// Sends a request and waits for its answer. Dropping the future cancels the request.
    pub async fn call<R: Request>(&self, request: &R) -> Result<R::Response, Error> {
        self.start(request).await?.answer().await
    }

    /// Sends a request. It waits here while the backend takes no more requests.
    pub async fn start<R: Request>(&self, request: &R) -> Result<Call<R>, Error> {
        self.channel.start(request).await
    }

    /// Runs a statement whose rows are read window by window.
    pub async fn windows(&self, request: &QueryRequest) -> Result<Windows, Error> {
        let answer = self.call(request).await?;
        Ok(Windows::of(self.clone(), answer, request.window_rows))
    }

    /// What happens in the backend while this client does something else: of these kinds, or all
    /// for `None`. Use one at a time.
    pub fn events(&self, kinds: Option<Vec<EventKind>>) -> Events {
        Events::of(self.clone(), kinds)
    }

    /// Whether the link is up, as far as the client knows.
    pub fn is_open(&self) -> bool {
        self.channel.is_open()
    }

    /// Waits until the link has ended; why.
    pub async fn closed(&self) -> Arc<str> {
        self.channel.ended().await
    }

    /// Sends a request whose answer nobody waits for.
    pub(crate) fn tell<R: Request>(&self, request: &R) {
        self.channel.outbox().tell(request);
    }
}

async fn within<T>(time: Duration, work: impl Future<Output = T>) -> Result<T, Error> {
    timeout(time, work).await.map_err(|_| {
        let told = format!("it did not answer within {} s", time.as_secs());
        Error::Unreachable(io::Error::new(io::ErrorKind::TimedOut, told))
    })
}
