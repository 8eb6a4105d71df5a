//! Frames: four bytes of length, then one MessagePack map with the four keys of the envelope.
//!
//! The data of an answer is cut out and left as bytes, so that it is decoded once, as the type that
//! its caller waits for, and in the caller's task.

use std::io;
use std::ops::Range;

use litebase_contract::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::io::{AsyncRead, AsyncReadExt};

const HEADER: usize = 4;
const DEEPEST: usize = 100; // values in one another in an answer; the stack has room for them

/// Why bytes are no message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FrameError {
    /// The payload is not one MessagePack map of the envelope's form.
    #[error("the frame is not valid: {0}")]
    Invalid(&'static str),
    /// The length is above the limit.
    #[error("a frame of {bytes} bytes was announced, and {maximum} is the most")]
    TooLarge {
        /// The announced length.
        bytes: usize,
        /// The largest that is read.
        maximum: usize,
    },
}

impl FrameError {
    /// The code of the contract for it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "invalid_frame",
            Self::TooLarge { .. } => "frame_too_large",
        }
    }
}

/// A message whose data is not decoded yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The id of the request that it belongs to.
    pub id: String,
    /// The message type.
    pub kind: String,
    payload: Vec<u8>,
    data: Range<usize>,
}

impl Message {
    /// The data, as it travels.
    pub fn data(&self) -> &[u8] {
        &self.payload[self.data.clone()]
    }

    /// The data as a type of the contract.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, rmp_serde::decode::Error> {
        let mut reader = rmp_serde::Deserializer::from_read_ref(self.data());
        reader.set_max_depth(DEEPEST);
        T::deserialize(&mut reader)
    }
}

/// The frame of a message.
pub fn encode_frame<T: Serialize + ?Sized>(
    id: &str,
    kind: &str,
    timestamp: Timestamp,
    data: &T,
) -> Result<Vec<u8>, rmp_serde::encode::Error> {
    #[derive(Serialize)]
    struct Envelope<'a, T: ?Sized> {
        id: &'a str,
        r#type: &'a str,
        timestamp: Timestamp,
        data: &'a T,
    }
    let mut frame = vec![0; HEADER];
    let envelope = Envelope {
        id,
        r#type: kind,
        timestamp,
        data,
    };
    envelope.serialize(&mut rmp_serde::Serializer::new(&mut frame).with_struct_map())?;
    let length = u32::try_from(frame.len() - HEADER).unwrap_or(u32::MAX); // which no backend takes
    frame[..HEADER].copy_from_slice(&length.to_be_bytes());
    Ok(frame)
}

/// The next payload of a stream; `None` when the stream ends before a frame begins.
pub async fn read_frame(
    stream: &mut (impl AsyncRead + Unpin),
    maximum: usize,
) -> io::Result<Option<Vec<u8>>> {
    let mut header = [0; HEADER];
    if stream.read(&mut header[..1]).await? == 0 {
        return Ok(None);
    }
    stream.read_exact(&mut header[1..]).await?;
    let bytes = u32::from_be_bytes(header) as usize;
    if bytes > maximum {
        let error = FrameError::TooLarge { bytes, maximum };
        return Err(io::Error::new(io::ErrorKind::InvalidData, error));
    }
    let mut payload = Vec::new(); // grows with what comes, not with what is announced
    stream.take(bytes as u64).read_to_end(&mut payload).await?;
    if payload.len() < bytes {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(Some(payload))
}

/// Takes a payload apart. Keys that are not known are skipped: a later version may have added them.
pub fn decode_payload(payload: Vec<u8>) -> Result<Message, FrameError> {
    let mut scan = Scan {
        bytes: &payload,
        at: 0,
    };
    let (mut id, mut kind, mut data) = (None, None, None);
    for _ in 0..scan.map().ok_or(FrameError::Invalid("it is no map"))? {
        let key = scan.text().ok_or(FrameError::Invalid("a key is no text"))?;
        match key {
            "id" => {
                id = Some(
                    scan.text()
                        .ok_or(FrameError::Invalid("its id is no text"))?
                        .to_owned(),
                )
            }
            "type" => {
                kind = Some(
                    scan.text()
                        .ok_or(FrameError::Invalid("its type is no text"))?
                        .to_owned(),
                );
            }
            _ => {
                let begin = scan.at;
                scan.skip()
                    .ok_or(FrameError::Invalid("a value is no MessagePack"))?;
                if key == "data" {
                    data = Some(begin..scan.at);
                }
            }
        }
    }
    if scan.at < payload.len() {
        return Err(FrameError::Invalid("bytes follow the message"));
    }
    match (id, kind, data) {
        (Some(id), Some(kind), Some(data)) => Ok(Message {
            id,
            kind,
            payload,
            data,
        }),
        _ => Err(FrameError::Invalid("it has no id, no type or no data")),
    }
}

/// Walks over MessagePack without decoding it.
struct Scan<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Scan<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let end = self.at.checked_add(count)?;
        let found = self.bytes.get(self.at..end)?;
        self.at = end;
        Some(found)
    }

    fn byte(&mut self) -> Option<u8> {
        self.take(1).map(|one| one[0])
    }

    /// A length of so many bytes.
    fn length(&mut self, width: usize) -> Option<usize> {
        let bytes = self.take(width)?;
        Some(
            bytes
                .iter()
                .fold(0, |sum, byte| sum << 8 | usize::from(*byte)),
        )
    }

    fn map(&mut self) -> Option<usize> {
        match self.byte()? {
            one @ 0x80..=0x8f => Some(usize::from(one & 0x0f)),
            0xde => self.length(2),
            0xdf => self.length(4),
            _ => None,
        }
    }

    fn text(&mut self) -> Option<&'a str> {
        let length = match self.byte()? {
            one @ 0xa0..=0xbf => usize::from(one & 0x1f),
            0xd9 => self.length(1)?,
            0xda => self.length(2)?,
            0xdb => self.length(4)?,
            _ => return None,
        };
        std::str::from_utf8(self.take(length)?).ok()
    }

    /// Passes one value with all that is in it, however deep.
    fn skip(&mut self) -> Option<()> {
        let mut waiting: usize = 1;
        while waiting > 0 {
            let (bytes, values) = self.head()?;
            self.take(bytes)?;
            waiting = (waiting - 1).checked_add(values)?;
        }
        Some(())
    }

    /// What follows the first bytes of a value: so many bytes, and so many values.
    fn head(&mut self) -> Option<(usize, usize)> {
        Some(match self.byte()? {
            0x00..=0x7f | 0xc0 | 0xc2 | 0xc3 | 0xe0..=0xff => (0, 0),
            one @ 0x80..=0x8f => (0, 2 * usize::from(one & 0x0f)),
            one @ 0x90..=0x9f => (0, usize::from(one & 0x0f)),
            one @ 0xa0..=0xbf => (usize::from(one & 0x1f), 0),
            0xc1 => return None,
            0xc4 | 0xd9 => (self.length(1)?, 0),
            0xc5 | 0xda => (self.length(2)?, 0),
            0xc6 | 0xdb => (self.length(4)?, 0),
            0xc7 => (self.length(1)? + 1, 0),
            0xc8 => (self.length(2)? + 1, 0),
            0xc9 => (self.length(4)?.checked_add(1)?, 0),
            0xcc | 0xd0 => (1, 0),
            0xcd | 0xd1 | 0xd4 => (2, 0),
            0xca | 0xce | 0xd2 => (4, 0),
            0xcb | 0xcf | 0xd3 => (8, 0),
            0xd5 => (3, 0),
            0xd6 => (5, 0),
            0xd7 => (9, 0),
            0xd8 => (17, 0),
            0xdc => (0, self.length(2)?),
            0xdd => (0, self.length(4)?),
            0xde => (0, 2 * self.length(2)?),
            0xdf => (0, self.length(4)?.checked_mul(2)?),
        })
    }
}
