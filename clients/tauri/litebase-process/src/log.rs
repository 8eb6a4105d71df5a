//! Reads what a backend writes, for as long as it lives, whether anybody wants it or not.

use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::sync::mpsc;

const LONGEST: usize = 64 * 1024; // bytes of a line; a longer one comes in pieces
const CHUNK: usize = 8 * 1024;

/// Calls `take` with every line, without its end, until the stream ends.
pub(crate) async fn lines(mut stream: impl AsyncRead + Unpin, mut take: impl FnMut(&str)) {
    let mut kept: Vec<u8> = Vec::new();
    let mut chunk = vec![0; CHUNK];
    loop {
        let count = match stream.read(&mut chunk).await {
            Ok(0) | Err(_) => break,
            Ok(count) => count,
        };
        for piece in chunk[..count].split_inclusive(|byte| *byte == b'\n') {
            kept.extend_from_slice(piece);
            if piece.ends_with(b"\n") || kept.len() >= LONGEST {
                take(text(&kept).trim_end());
                kept.clear();
            }
        }
    }
    if !kept.is_empty() {
        take(text(&kept).trim_end());
    }
}

/// Sends the first line and drops the others.
pub(crate) async fn first_line(stream: impl AsyncRead + Unpin, found: mpsc::Sender<String>) {
    let mut found = Some(found);
    lines(stream, |line| {
        if let Some(found) = found.take() {
            let _ = found.try_send(line.to_owned());
        }
    })
    .await;
}

fn text(bytes: &[u8]) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn lines_of(bytes: &[u8]) -> Vec<String> {
        let mut found = Vec::new();
        lines(bytes, |line| found.push(line.to_owned())).await;
        found
    }

    #[tokio::test]
    async fn lines_come_without_their_ends() {
        assert_eq!(
            lines_of(b"a\r\n\nb\xff\nc").await,
            ["a", "", "b\u{fffd}", "c"]
        );
        assert!(lines_of(b"").await.is_empty());
    }

    #[tokio::test]
    async fn a_line_without_end_comes_in_bounded_pieces() {
        let found = lines_of(&vec![b'x'; 3 * LONGEST]).await;
        assert_eq!(found.len(), 3);
        assert!(found.iter().all(|line| line.len() < LONGEST + CHUNK));
    }
}
