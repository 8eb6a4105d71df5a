//! Sends requests and gives each answer to the call that waits for it.

use std::collections::HashMap;
use std::io;
use std::marker::PhantomData;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use litebase_contract::{CancelRequest, CancelResponse, ErrorData, Request, Timestamp};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, ReadHalf, WriteHalf};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot, watch};

use crate::abandoned;
use crate::error::{Error, Failure};
use crate::frames::{Message, decode_payload, encode_frame, read_frame};

/// The backend always accepts these, and does not count them.
const CONTROL: [&str; 4] = ["cancel", "health_check", "wait_events", "answer_prompt"];
const ERROR: &str = "error";

type Frame = Vec<u8>;

/// One link. It ends when all its users are gone.
#[derive(Debug)]
pub(crate) struct Channel {
    calls: Arc<Calls>,
    outbox: Outbox,
    slots: Arc<Semaphore>,
    maximum: Arc<AtomicUsize>,
    ended: watch::Receiver<bool>,
}

/// Where frames wait to be written. A call that is not control waits for a slot before its frame is
/// put here, and what only closes something is little, so it needs no bound of its own.
#[derive(Debug)]
pub(crate) struct Outbox {
    frames: mpsc::UnboundedSender<Frame>,
    last_id: Arc<AtomicU64>,
}

impl Outbox {
    fn next_id(&self) -> String {
        (self.last_id.fetch_add(1, Ordering::Relaxed) + 1).to_string()
    }

    /// Sends a request whose answer nobody reads.
    pub(crate) fn tell<R: Request>(&self, request: &R) {
        if let Ok(frame) = encode_frame(&self.next_id(), R::TYPE, Timestamp::now(), request) {
            let _ = self.frames.send(frame); // or the link has ended, and everything is closed
        }
    }
}

/// An outbox that does not keep its link open.
struct WeakOutbox {
    frames: mpsc::WeakUnboundedSender<Frame>,
    last_id: Arc<AtomicU64>,
}

impl WeakOutbox {
    fn upgrade(&self) -> Option<Outbox> {
        let frames = self.frames.upgrade()?;
        Some(Outbox {
            frames,
            last_id: Arc::clone(&self.last_id),
        })
    }
}

/// What was sent and not answered, and why the link has ended.
#[derive(Debug, Default)]
struct Calls(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    waiting: HashMap<String, Waiting>,
    end: Option<Arc<str>>,
}

#[derive(Debug)]
struct Waiting {
    answer: oneshot::Sender<Message>,
    /// Held until the backend has answered, also when nobody waits any more.
    _slot: Option<OwnedSemaphorePermit>,
}

impl Calls {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn end(&self, reason: String) {
        let mut state = self.state();
        state.end.get_or_insert(reason.into());
        state.waiting.clear(); // which every call notices
    }
}

impl Channel {
    /// Begins to use a stream. Frames from the backend may have `maximum` bytes until `observe`.
    pub(crate) fn over<S>(stream: S, maximum: usize) -> Arc<Self>
    where
        S: AsyncRead + AsyncWrite + Send + 'static,
    {
        let (reading, writing) = tokio::io::split(stream);
        let (frames, queued) = mpsc::unbounded_channel();
        let (closing, ended) = watch::channel(false);
        let calls = Arc::new(Calls::default());
        let maximum = Arc::new(AtomicUsize::new(maximum));
        let last_id = Arc::new(AtomicU64::new(0));
        let undo = WeakOutbox {
            frames: frames.downgrade(),
            last_id: Arc::clone(&last_id),
        };
        let reader = tokio::spawn(read(
            reading,
            Arc::clone(&calls),
            Arc::clone(&maximum),
            undo,
            closing,
        ));
        tokio::spawn(write(
            writing,
            queued,
            ended.clone(),
            reader.abort_handle(),
            Arc::clone(&calls),
        ));
        let slots = Arc::new(Semaphore::new(1));
        Arc::new(Self {
            calls,
            outbox: Outbox { frames, last_id },
            slots,
            maximum,
            ended,
        })
    }

    /// Observes the backend's limits from now on.
    pub(crate) fn observe(&self, max_frame_bytes: u64, max_requests_in_flight: u64) {
        let bytes = usize::try_from(max_frame_bytes).unwrap_or(usize::MAX);
        self.maximum.store(bytes, Ordering::Relaxed);
        let more = usize::try_from(max_requests_in_flight)
            .unwrap_or(usize::MAX)
            .saturating_sub(1);
        self.slots.add_permits(more.min(Semaphore::MAX_PERMITS - 1));
    }

    pub(crate) fn outbox(&self) -> &Outbox {
        &self.outbox
    }

    pub(crate) fn is_open(&self) -> bool {
        self.calls.state().end.is_none()
    }

    /// Waits until the link has ended; why.
    pub(crate) async fn ended(&self) -> Arc<str> {
        let _ = self.ended.clone().wait_for(|ended| *ended).await;
        self.reason()
    }

    fn reason(&self) -> Arc<str> {
        let end = self.calls.state().end.clone();
        end.unwrap_or_else(|| "The link to the backend was closed.".into())
    }

    fn closed<R: Request>(&self) -> Error {
        Error::Closed {
            reason: self.reason(),
            retryable: R::IDEMPOTENT,
        }
    }

    /// Sends a request, as soon as the backend takes one more.
    pub(crate) async fn start<R: Request>(self: &Arc<Self>, request: &R) -> Result<Call<R>, Error> {
        let id = self.outbox.next_id();
        let frame = encode_frame(&id, R::TYPE, Timestamp::now(), request);
        let frame = frame.map_err(|error| Error::InvalidAnswer {
            request: R::TYPE,
            reason: error.to_string(),
        })?;
        let (bytes, maximum) = (frame.len() - 4, self.maximum.load(Ordering::Relaxed));
        if bytes > maximum {
            return Err(Error::TooLarge {
                request: R::TYPE,
                bytes,
                maximum,
            });
        }
        let slot = match CONTROL.contains(&R::TYPE) {
            true => None,
            false => Some(self.slot::<R>().await?),
        };
        let (sender, answer) = oneshot::channel();
        {
            let mut state = self.calls.state();
            if state.end.is_some() {
                drop(state);
                return Err(self.closed::<R>());
            }
            state.waiting.insert(
                id.clone(),
                Waiting {
                    answer: sender,
                    _slot: slot,
                },
            );
        }
        let _ = self.outbox.frames.send(frame); // a link that has ended meanwhile shows as no answer
        Ok(Call {
            id,
            channel: Arc::clone(self),
            answer: Some(answer),
            request: PhantomData,
        })
    }

    async fn slot<R: Request>(&self) -> Result<OwnedSemaphorePermit, Error> {
        let mut ended = self.ended.clone();
        tokio::select! {
            slot = Arc::clone(&self.slots).acquire_owned() => slot.map_err(|_| self.closed::<R>()),
            _ = ended.wait_for(|ended| *ended) => Err(self.closed::<R>()),
        }
    }
}

/// A request that was sent. Dropping it cancels the request, if it can be cancelled, and closes what
/// it has opened if it was too late for that.
#[derive(Debug)]
#[must_use = "a call that is dropped is cancelled"]
pub struct Call<R: Request> {
    id: String,
    channel: Arc<Channel>,
    answer: Option<oneshot::Receiver<Message>>,
    request: PhantomData<fn() -> R>,
}

impl<R: Request> Call<R> {
    /// The id of the request, which events name.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Can cancel this call while `answer` waits.
    pub fn canceller(&self) -> Canceller {
        Canceller {
            id: self.id.clone(),
            channel: Arc::clone(&self.channel),
        }
    }

    /// Waits for the answer. A call that was cancelled may be answered all the same, if the cancel
    /// came too late.
    pub async fn answer(mut self) -> Result<R::Response, Error> {
        self.wait().await
    }

    /// Waits for the answer. When the future is dropped the call goes on, and this may be called
    /// again; once it has returned, it may not.
    pub(crate) async fn wait(&mut self) -> Result<R::Response, Error> {
        let Some(answer) = &mut self.answer else {
            return Err(self.channel.closed::<R>());
        };
        let answered = answer.await;
        self.answer = None; // there is nothing to cancel any more
        let message = answered.map_err(|_| self.channel.closed::<R>())?;
        let invalid = |reason: String| Error::InvalidAnswer {
            request: R::TYPE,
            reason,
        };
        if message.kind == R::RESPONSE {
            return message.read().map_err(|error| invalid(error.to_string()));
        }
        if message.kind != ERROR {
            return Err(invalid(format!("it is a {}", message.kind)));
        }
        let data = message.read().map_err(|error| invalid(error.to_string()))?;
        Err(Error::Answered(Box::new(Failure {
            request: R::TYPE,
            request_id: message.id,
            data,
        })))
    }
}

impl<R: Request> Drop for Call<R> {
    fn drop(&mut self) {
        let Some(mut answer) = self.answer.take() else {
            return;
        };
        match answer.try_recv() {
            Ok(message) => abandoned::undo(&message, &self.channel.outbox),
            Err(oneshot::error::TryRecvError::Empty) if R::CANCELLABLE => {
                self.channel
                    .outbox
                    .tell(&CancelRequest::new(self.id.clone()));
            }
            Err(_) => {}
        }
    }
}

/// Cancels one call.
#[derive(Clone, Debug)]
pub struct Canceller {
    id: String,
    channel: Arc<Channel>,
}

impl Canceller {
    /// Asks the backend to stop the request. The answer says what happened; it comes after that of
    /// the request.
    pub async fn cancel(&self) -> Result<CancelResponse, Error> {
        let request = CancelRequest::new(self.id.clone());
        self.channel.start(&request).await?.answer().await
    }
}

async fn write<S: AsyncWrite>(
    mut stream: WriteHalf<S>,
    mut queued: mpsc::UnboundedReceiver<Frame>,
    mut ended: watch::Receiver<bool>,
    reader: tokio::task::AbortHandle,
    calls: Arc<Calls>,
) {
    loop {
        let frame = tokio::select! {
            frame = queued.recv() => frame,
            _ = ended.wait_for(|ended| *ended) => break,
        };
        let Some(frame) = frame else { break };
        let written = tokio::select! {
            written = stream.write_all(&frame) => written,
            _ = ended.wait_for(|ended| *ended) => break,
        };
        if let Err(error) = written {
            calls.end(format!("The link to the backend ended: {error}."));
            break;
        }
    }
    let _ = stream.shutdown().await;
    reader.abort();
}

async fn read<S: AsyncRead>(
    stream: ReadHalf<S>,
    calls: Arc<Calls>,
    maximum: Arc<AtomicUsize>,
    undo: WeakOutbox,
    closing: watch::Sender<bool>,
) {
    let closing = Closing {
        calls: Arc::clone(&calls),
        closing,
    };
    let mut stream = tokio::io::BufReader::new(stream);
    let mut farewell = None; // what the backend said before it closed the link
    let reason = loop {
        let message = match next(&mut stream, maximum.load(Ordering::Relaxed)).await {
            Ok(Some(message)) => message,
            Ok(None) => {
                break farewell.unwrap_or_else(|| "The backend closed the link.".to_owned());
            }
            Err(error) => {
                break farewell
                    .unwrap_or_else(|| format!("The link to the backend ended: {error}."));
            }
        };
        let waiting = calls.state().waiting.remove(&message.id);
        match waiting {
            Some(waiting) => {
                if let (Err(message), Some(outbox)) = (waiting.answer.send(message), undo.upgrade())
                {
                    abandoned::undo(&message, &outbox);
                }
            }
            None if message.kind == ERROR => {
                farewell = message.read::<ErrorData>().ok().map(|data| data.message);
            }
            None => {} // the answer to a `tell`, or something that only a later version knows
        }
    };
    calls.end(reason);
    drop(closing);
}

/// Says that the link has ended, also when the reader is aborted.
struct Closing {
    calls: Arc<Calls>,
    closing: watch::Sender<bool>,
}

impl Drop for Closing {
    fn drop(&mut self) {
        self.calls
            .end("The link to the backend was closed.".to_owned());
        self.closing.send_replace(true);
    }
}

async fn next(
    stream: &mut (impl AsyncRead + Unpin),
    maximum: usize,
) -> io::Result<Option<Message>> {
    let Some(payload) = read_frame(stream, maximum).await? else {
        return Ok(None);
    };
    let message = decode_payload(payload);
    message
        .map(Some)
        .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}
