// Generated from schema/ by `make generate`. Do not edit.
//! What the generated types are made of, and what they have in common.

use std::borrow::Borrow;
use std::fmt;

use rmpv::Value;
use serde::de::{self, DeserializeOwned, Deserializer, MapAccess, Visitor};
use serde::ser::Serializer;
use serde::{Deserialize, Serialize};
use serde_bytes::{ByteBuf, Bytes};

/// A map whose keys the contract does not fix, in the order in which they came.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Map(pub Vec<(String, Value)>);

impl Map {
    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&Value> {
        let mut found = self.0.iter().filter(|(name, _)| name == key);
        found.next().map(|(_, value)| value)
    }
}

impl Serialize for Map {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}

impl<'de> Deserialize<'de> for Map {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MapVisitor)
    }
}

struct MapVisitor;

impl<'de> Visitor<'de> for MapVisitor {
    type Value = Map;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("a map with keys of text")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Map, A::Error> {
        let mut pairs = Vec::new();
        while let Some(pair) = access.next_entry()? {
            pairs.push(pair);
        }
        Ok(Map(pairs))
    }
}

/// A request: what a client sends, and what it is answered with.
pub trait Request: Serialize + Send + Sync {
    /// The data of the response.
    type Response: DeserializeOwned + Send + 'static;
    /// The message type.
    const TYPE: &'static str;
    /// The message type of the response.
    const RESPONSE: &'static str;
    /// Whether `cancel` stops it.
    const CANCELLABLE: bool;
    /// Whether it is safe to send it again.
    const IDEMPOTENT: bool;
}

/// Reads a value that was decoded without its type.
pub(crate) fn read<T: DeserializeOwned>(details: &Map) -> Option<T> {
    let pairs = details.0.iter().cloned();
    let pairs = pairs.map(|(key, value)| (key.into(), value));
    rmpv::ext::from_value(Value::Map(pairs.collect())).ok()
}

/// Reads a key that must be there, even when it holds null.
pub(crate) fn given<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::deserialize(deserializer)
}

/// Reads a key of which null means something else than absence.
pub(crate) fn given_or_null<'de, D, T>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::deserialize(deserializer).map(Some)
}

/// One value of a row. What it means is said once per column, by its `kind` and `db_type`.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Cell {
    /// NULL.
    #[default]
    Null,
    /// A boolean of an engine that has them.
    Boolean(bool),
    /// An integer of at most 63 bits and a sign.
    Integer(i64),
    /// An integer above those.
    Unsigned(u64),
    /// A number that is no integer, or that stands for infinity or NaN.
    Float(f64),
    /// Text, and whatever an engine writes as text: decimals, dates, times.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
}

impl Cell {
    /// Whether it is NULL.
    pub fn is_null(&self) -> bool {
        *self == Self::Null
    }

    /// The text, if it is text.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The integer, if it is one.
    pub fn as_integer(&self) -> Option<i128> {
        match *self {
            Self::Integer(number) => Some(number.into()),
            Self::Unsigned(number) => Some(number.into()),
            _ => None,
        }
    }
}

impl Serialize for Cell {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Boolean(value) => serializer.serialize_bool(*value),
            Self::Integer(value) => serializer.serialize_i64(*value),
            Self::Unsigned(value) => serializer.serialize_u64(*value),
            Self::Float(value) => serializer.serialize_f64(*value),
            Self::Text(value) => serializer.serialize_str(value),
            Self::Bytes(value) => serializer.serialize_bytes(value),
        }
    }
}

impl<'de> Deserialize<'de> for Cell {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(CellVisitor)
    }
}

struct CellVisitor;

impl Visitor<'_> for CellVisitor {
    type Value = Cell;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("null, a boolean, a number, text or bytes")
    }

    fn visit_unit<E>(self) -> Result<Cell, E> {
        Ok(Cell::Null)
    }

    fn visit_none<E>(self) -> Result<Cell, E> {
        Ok(Cell::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Cell, E> {
        Ok(Cell::Boolean(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Cell, E> {
        Ok(Cell::Integer(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Cell, E> {
        Ok(i64::try_from(value).map_or(Cell::Unsigned(value), Cell::Integer))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Cell, E> {
        Ok(Cell::Float(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Cell, E> {
        Ok(Cell::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Cell, E> {
        Ok(Cell::Text(value))
    }

    fn visit_bytes<E>(self, value: &[u8]) -> Result<Cell, E> {
        Ok(Cell::Bytes(value.to_owned()))
    }

    fn visit_byte_buf<E>(self, value: Vec<u8>) -> Result<Cell, E> {
        Ok(Cell::Bytes(value))
    }
}

macro_rules! cell_from {
    ($($from:ty => $value:ident: $cell:expr;)*) => {
        $(impl From<$from> for Cell {
            fn from($value: $from) -> Self {
                $cell
            }
        })*
    };
}

cell_from! {
    bool => value: Self::Boolean(value);
    i32 => value: Self::Integer(value.into());
    i64 => value: Self::Integer(value);
    u64 => value: i64::try_from(value).map_or(Self::Unsigned(value), Self::Integer);
    f64 => value: Self::Float(value);
    &str => value: Self::Text(value.to_owned());
    String => value: Self::Text(value);
    Vec<u8> => value: Self::Bytes(value);
    &[u8] => value: Self::Bytes(value.to_owned());
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// Text that no log shows: `Debug` hides it.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(pub String);

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("Secret(...)")
    }
}

impl<T: Into<String>> From<T> for Secret {
    fn from(value: T) -> Self {
        Self(value.into())
    }
}

/// An integer from -2^63 to 2^64 - 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WideInteger(i128);

impl From<i64> for WideInteger {
    fn from(value: i64) -> Self {
        Self(value.into())
    }
}

impl From<u64> for WideInteger {
    fn from(value: u64) -> Self {
        Self(value.into())
    }
}

impl From<WideInteger> for i128 {
    fn from(value: WideInteger) -> Self {
        value.0
    }
}

impl Serialize for WideInteger {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match (i64::try_from(self.0), u64::try_from(self.0)) {
            (Ok(value), _) => serializer.serialize_i64(value),
            (_, Ok(value)) => serializer.serialize_u64(value),
            _ => Err(serde::ser::Error::custom("an integer is out of range")),
        }
    }
}

impl<'de> Deserialize<'de> for WideInteger {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Cell::deserialize(deserializer)?.as_integer() {
            Some(value) => Ok(Self(value)),
            None => Err(de::Error::custom("expected an integer")),
        }
    }
}

/// The value true, which is the only one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct True;

impl Serialize for True {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bool(true)
    }
}

impl<'de> Deserialize<'de> for True {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if bool::deserialize(deserializer)? {
            return Ok(Self);
        }
        Err(de::Error::custom("expected true"))
    }
}

/// A moment in UTC, which travels as the MessagePack timestamp, extension type -1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp {
    /// Seconds since 1970-01-01.
    pub seconds: i64,
    /// Nanoseconds of the second.
    pub nanoseconds: u32,
}

const TIMESTAMP: i8 = -1;
const NANOSECONDS: u32 = 1_000_000_000;

impl Timestamp {
    /// Now.
    pub fn now() -> Self {
        let since = std::time::SystemTime::UNIX_EPOCH
            .elapsed()
            .unwrap_or_default();
        Self {
            seconds: since.as_secs().try_into().unwrap_or(i64::MAX),
            nanoseconds: since.subsec_nanos(),
        }
    }

    /// The data of the extension, in its shortest form.
    fn packed(self) -> Vec<u8> {
        let (seconds, nanoseconds) = (self.seconds, self.nanoseconds);
        match (u32::try_from(seconds), u64::try_from(seconds)) {
            (Ok(short), _) if nanoseconds == 0 => short.to_be_bytes().to_vec(),
            (_, Ok(long)) if long < 1 << 34 => ((u64::from(nanoseconds) << 34) | long)
                .to_be_bytes()
                .to_vec(),
            _ => [&nanoseconds.to_be_bytes()[..], &seconds.to_be_bytes()].concat(),
        }
    }

    fn unpacked(data: &[u8]) -> Option<Self> {
        let (seconds, nanoseconds) = match data.len() {
            4 => (u32::from_be_bytes(data.try_into().ok()?).into(), 0),
            8 => {
                let both = u64::from_be_bytes(data.try_into().ok()?);
                (
                    i64::try_from(both & ((1 << 34) - 1)).ok()?,
                    u32::try_from(both >> 34).ok()?,
                )
            }
            12 => {
                let (first, last) = data.split_at(4);
                let nanoseconds = u32::from_be_bytes(first.try_into().ok()?);
                (i64::from_be_bytes(last.try_into().ok()?), nanoseconds)
            }
            _ => return None,
        };
        (nanoseconds < NANOSECONDS).then_some(Self {
            seconds,
            nanoseconds,
        })
    }
}

/// How rmp-serde writes and reads an extension.
#[derive(Serialize, Deserialize)]
#[serde(rename = "_ExtStruct")]
struct Extension<T>((i8, T));

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Extension((TIMESTAMP, Bytes::new(&self.packed()))).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Extension((tag, data)) = Extension::<ByteBuf>::deserialize(deserializer)?;
        let found = if tag == TIMESTAMP {
            Self::unpacked(&data)
        } else {
            None
        };
        found.ok_or_else(|| de::Error::custom("expected a MessagePack timestamp"))
    }
}

/// A word of a fixed list, to which later versions may add. `Unknown` is one that was added.
macro_rules! open_enum {
    (
        $(#[$about:meta])*
        pub enum $name:ident {
            $($(#[$told:meta])* $variant:ident = $text:literal,)*
        }
    ) => {
        $(#[$about])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$told])* #[doc = concat!("`", $text, "`")] $variant,)*
            /// A value of a later version.
            Unknown(String),
        }

        impl $name {
            /// As it travels.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)*
                    Self::Unknown(text) => text,
                }
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                match text {
                    $($text => Self::$variant,)*
                    _ => Self::Unknown(text.to_owned()),
                }
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                $crate::support::word(from, |text| Some(text.into()))
            }
        }

        $crate::support::common_to_words!($name);
    };
}

/// A word of a fixed list.
macro_rules! closed_enum {
    (
        $(#[$about:meta])*
        pub enum $name:ident {
            $($(#[$told:meta])* $variant:ident = $text:literal,)*
        }
    ) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$told])* #[doc = concat!("`", $text, "`")] $variant,)*
        }

        impl $name {
            /// As it travels.
            pub fn as_str(&self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)*
                }
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                $crate::support::word(from, |text| match text {
                    $($text => Some(Self::$variant),)*
                    _ => None,
                })
            }
        }

        $crate::support::common_to_words!($name);
    };
}

macro_rules! common_to_words {
    ($name:ident) => {
        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter) -> std::fmt::Result {
                formatter.write_str(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
    };
}

pub(crate) use {closed_enum, common_to_words, open_enum};

/// Reads a word; `known` is none of those that a closed enum has not.
pub(crate) fn word<'de, D, T>(from: D, known: fn(&str) -> Option<T>) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
{
    let text = std::borrow::Cow::<str>::deserialize(from)?;
    known(text.borrow()).ok_or_else(|| de::Error::unknown_variant(&text, &[]))
}
