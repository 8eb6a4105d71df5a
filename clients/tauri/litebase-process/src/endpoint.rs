//! Where a backend is, and a stream to it.

use std::io;
use std::path::PathBuf;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
#[cfg(unix)]
use tokio::net::UnixStream as Stream;
#[cfg(windows)]
use tokio::net::windows::named_pipe::NamedPipeClient as Stream;

/// Where a backend listens.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Endpoint {
    /// A Unix socket.
    Unix(PathBuf),
    /// A named pipe of Windows, with its whole name.
    Pipe(String),
}

/// A stream of bytes to a backend.
#[derive(Debug)]
pub struct Link(Stream);

impl Link {
    /// Opens a stream. Every stream is a client of its own for the backend.
    #[cfg(unix)]
    pub async fn open(endpoint: &Endpoint) -> io::Result<Self> {
        match endpoint {
            Endpoint::Unix(path) => Stream::connect(path).await.map(Self),
            Endpoint::Pipe(_) => Err(not_here("a named pipe is for Windows only")),
        }
    }

    /// Opens a stream. Every stream is a client of its own for the backend.
    #[cfg(windows)]
    pub async fn open(endpoint: &Endpoint) -> io::Result<Self> {
        use std::time::Duration;
        use tokio::net::windows::named_pipe::ClientOptions;

        const BUSY: i32 = 231; // between two clients no instance of the pipe waits
        const TRIES: u32 = 250; // five seconds, as the other clients
        let Endpoint::Pipe(name) = endpoint else {
            return Err(not_here("the backend has no Unix socket on Windows"));
        };
        let mut tries = 0;
        loop {
            match ClientOptions::new().open(name) {
                Err(error) if error.raw_os_error() == Some(BUSY) && tries < TRIES => tries += 1,
                opened => return opened.map(Self),
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

fn not_here(message: &str) -> io::Error {
    io::Error::new(io::ErrorKind::Unsupported, message)
}

impl AsyncRead for Link {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context,
        buffer: &mut ReadBuf,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(context, buffer)
    }
}

impl AsyncWrite for Link {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context,
        buffer: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(context, buffer)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(context)
    }
}
