//! The links of the web views. A web view reaches its own only: the name of a link means something
//! together with the label of the web view that calls.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use litebase_process::{Backend, Link};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt, ReadHalf, WriteHalf};
use tokio::sync::{Mutex as AsyncMutex, OnceCell, watch};

use crate::Error;

/// The most bytes of one answer to `receive`: larger ones reach a page no faster.
pub(crate) const LARGEST: usize = 256 * 1024;

/// Bytes for which there is room at first; most answers are smaller.
const SMALLEST: usize = 8 * 1024;

/// How many closed links are remembered, so that a repeated `open` that is late opens none again.
const REMEMBERED: usize = 256;

/// One link of one web view.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    webview: String,
    name: String,
}

impl Key {
    pub(crate) fn of(webview: &str, name: &str) -> Self {
        Self {
            webview: webview.to_owned(),
            name: name.to_owned(),
        }
    }
}

/// All links of an app.
#[derive(Debug, Default)]
pub(crate) struct Links(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    open: HashMap<Key, Arc<Line>>,
    closed: VecDeque<Key>,
}

impl Links {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Opens a link, or waits until the one with this name is open.
    pub(crate) async fn open(
        &self,
        key: Key,
        window: String,
        backend: &Backend,
    ) -> Result<(), Error> {
        let line = {
            let mut state = self.state();
            if state.closed.contains(&key) {
                return Err(Error::Closed);
            }
            let line = state.open.entry(key.clone());
            Arc::clone(line.or_insert_with(|| Arc::new(Line::of(window))))
        };
        let opened = line.opened(backend).await;
        if opened.is_err() {
            self.state().open.remove(&key);
        }
        opened.and_then(|()| self.find(&key).map(drop)) // or it was closed meanwhile
    }

    pub(crate) fn find(&self, key: &Key) -> Result<Arc<Line>, Error> {
        let found = self.state().open.get(key).map(Arc::clone);
        found.ok_or_else(|| Error::UnknownLink(key.name.clone()))
    }

    pub(crate) fn close(&self, key: Key) {
        let mut state = self.state();
        if let Some(line) = state.open.remove(&key) {
            line.end();
        }
        if state.closed.len() == REMEMBERED {
            state.closed.pop_front();
        }
        state.closed.push_back(key);
    }

    /// Ends the links of a page that is gone. Names of the next page are new.
    pub(crate) fn end_of_webview(&self, label: &str) {
        self.end_where(|key, _| key.webview == label);
    }

    pub(crate) fn end_of_window(&self, label: &str) {
        self.end_where(|_, line| line.window == label);
    }

    pub(crate) fn end_all(&self) {
        self.end_where(|_, _| true);
    }

    fn end_where(&self, ends: impl Fn(&Key, &Line) -> bool) {
        self.state().open.retain(|key, line| {
            let ends = ends(key, line);
            if ends {
                line.end();
            }
            !ends
        });
    }
}

/// A link, from the wish to open it.
#[derive(Debug)]
pub(crate) struct Line {
    window: String,
    halves: OnceCell<Halves>,
    ended: watch::Sender<bool>,
}

#[derive(Debug)]
struct Halves {
    reader: AsyncMutex<Reader>,
    writer: AsyncMutex<Writer>,
}

#[derive(Debug)]
struct Reader {
    stream: ReadHalf<Link>,
    number: u64,
    last: Vec<u8>,
}

#[derive(Debug)]
struct Writer {
    stream: WriteHalf<Link>,
    number: u64,
}

impl Halves {
    fn of(link: Link) -> Self {
        let (reading, writing) = tokio::io::split(link);
        Self {
            reader: AsyncMutex::new(Reader {
                stream: reading,
                number: 0,
                last: Vec::new(),
            }),
            writer: AsyncMutex::new(Writer {
                stream: writing,
                number: 0,
            }),
        }
    }
}

impl Line {
    fn of(window: String) -> Self {
        Self {
            window,
            halves: OnceCell::new(),
            ended: watch::Sender::new(false),
        }
    }

    async fn opened(&self, backend: &Backend) -> Result<(), Error> {
        let open = || async { Ok(Halves::of(backend.link().await?)) };
        tokio::select! {
            opened = self.halves.get_or_try_init(open) => opened.map(drop),
            () = self.until_ended() => Err(Error::Closed),
        }
    }

    fn halves(&self) -> Result<&Halves, Error> {
        self.halves.get().ok_or(Error::Closed) // the page did not wait for `open`
    }

    /// Writes bytes, unless they are those that were written last.
    pub(crate) async fn send(&self, number: u64, bytes: &[u8]) -> Result<(), Error> {
        let mut writer = self.halves()?.writer.lock().await;
        if !is_next(number, writer.number)? {
            return Ok(());
        }
        tokio::select! {
            written = writer.stream.write_all(bytes) => written?,
            () = self.until_ended() => return Err(Error::Closed),
        }
        writer.number = number;
        Ok(())
    }

    /// Reads bytes, or gives those again that were read last. None means that the link has ended.
    pub(crate) async fn receive(&self, number: u64) -> Result<Vec<u8>, Error> {
        let mut reader = self.halves()?.reader.lock().await;
        if is_next(number, reader.number)? {
            reader.last = tokio::select! {
                bytes = piece(&mut reader.stream) => bytes?,
                () = self.until_ended() => Vec::new(),
            };
            reader.number = number;
        }
        Ok(reader.last.clone())
    }

    fn end(&self) {
        self.ended.send_replace(true);
    }

    async fn until_ended(&self) {
        let _ = self.ended.subscribe().wait_for(|ended| *ended).await;
    }
}

/// Whether a call is the next one, and not the last one again.
fn is_next(found: u64, last: u64) -> Result<bool, Error> {
    match found.checked_sub(last) {
        Some(1) => Ok(true),
        Some(0) if last > 0 => Ok(false),
        _ => Err(Error::OutOfOrder { found, last }),
    }
}

/// Waits for bytes, and adds those that are there already.
async fn piece(stream: &mut (impl AsyncRead + Unpin)) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(SMALLEST);
    stream.take(LARGEST as u64).read_buf(&mut bytes).await?;
    while !bytes.is_empty() && bytes.len() < LARGEST {
        if bytes.len() == bytes.capacity() {
            bytes.reserve(bytes.len()); // twice as many
        }
        let mut rest = stream.take((LARGEST - bytes.len()) as u64);
        let count = tokio::select! {
            biased;
            read = rest.read_buf(&mut bytes) => read,
            () = std::future::ready(()) => break,
        };
        if !matches!(count, Ok(1..)) {
            break; // the next call finds the end, too
        }
    }
    Ok(bytes)
}
