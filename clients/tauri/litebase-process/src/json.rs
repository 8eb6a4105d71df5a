//! As much JSON as the ready line needs, so that this crate depends on tokio alone.

use std::iter::Peekable;
use std::str::Chars;

const DEEPEST: u32 = 16;

/// A value of JSON. Numbers are kept as their text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Json {
    Null,
    Boolean(bool),
    Number(String),
    Text(String),
    Array(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl Json {
    /// Reads a text that is one value; `None` when it is none.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let mut reader = Reader(text.chars().peekable());
        let found = reader.value(0)?;
        reader.space();
        reader.0.next().is_none().then_some(found)
    }

    /// The value of a key; the last one when it occurs twice.
    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        let Self::Object(members) = self else {
            return None;
        };
        let mut found = members.iter().filter(|(name, _)| name == key);
        found.next_back().map(|(_, value)| value)
    }

    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn integer(&self) -> Option<u32> {
        match self {
            Self::Number(digits) => digits.parse().ok(),
            _ => None,
        }
    }
}

struct Reader<'text>(Peekable<Chars<'text>>);

impl Reader<'_> {
    fn space(&mut self) {
        while self.0.next_if(|one| " \t\r\n".contains(*one)).is_some() {}
    }

    /// Takes a character after white space, if it is this one.
    fn takes(&mut self, wanted: char) -> bool {
        self.space();
        self.0.next_if_eq(&wanted).is_some()
    }

    fn value(&mut self, depth: u32) -> Option<Json> {
        self.space();
        match *self.0.peek()? {
            '{' if depth < DEEPEST => self.object(depth),
            '[' if depth < DEEPEST => self.array(depth),
            '"' => self.string().map(Json::Text),
            't' => self.word("true", Json::Boolean(true)),
            'f' => self.word("false", Json::Boolean(false)),
            'n' => self.word("null", Json::Null),
            '-' | '0'..='9' => Some(self.number()),
            _ => None,
        }
    }

    fn object(&mut self, depth: u32) -> Option<Json> {
        self.0.next();
        let mut members = Vec::new();
        if self.takes('}') {
            return Some(Json::Object(members));
        }
        loop {
            self.space();
            let key = self.string()?;
            if !self.takes(':') {
                return None;
            }
            members.push((key, self.value(depth + 1)?));
            if self.takes('}') {
                return Some(Json::Object(members));
            }
            if !self.takes(',') {
                return None;
            }
        }
    }

    fn array(&mut self, depth: u32) -> Option<Json> {
        self.0.next();
        let mut items = Vec::new();
        if self.takes(']') {
            return Some(Json::Array(items));
        }
        loop {
            items.push(self.value(depth + 1)?);
            if self.takes(']') {
                return Some(Json::Array(items));
            }
            if !self.takes(',') {
                return None;
            }
        }
    }

    fn word(&mut self, word: &str, value: Json) -> Option<Json> {
        word.chars()
            .all(|one| self.0.next() == Some(one))
            .then_some(value)
    }

    fn number(&mut self) -> Json {
        let mut digits = String::new();
        while let Some(one) = self
            .0
            .next_if(|one| one.is_ascii_digit() || "+-.eE".contains(*one))
        {
            digits.push(one);
        }
        Json::Number(digits)
    }

    fn string(&mut self) -> Option<String> {
        if self.0.next()? != '"' {
            return None;
        }
        let mut units: Vec<u16> = Vec::new(); // as JSON escapes them, which may be half a pair
        loop {
            match self.0.next()? {
                '"' => return String::from_utf16(&units).ok(),
                '\\' => units.push(self.escaped()?),
                one if one < ' ' => return None,
                one => units.extend_from_slice(one.encode_utf16(&mut [0; 2])),
            }
        }
    }

    fn escaped(&mut self) -> Option<u16> {
        Some(match self.0.next()? {
            'b' => 8,
            't' => 9,
            'n' => 10,
            'f' => 12,
            'r' => 13,
            'u' => {
                let mut code = 0;
                for _ in 0..4 {
                    code = code << 4 | self.0.next()?.to_digit(16)?;
                }
                u16::try_from(code).ok()?
            }
            one @ ('"' | '\\' | '/') => u16::try_from(u32::from(one)).ok()?,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read() {
        let found =
            Json::read(r#" {"a": [1, -2.5e3, true, false, null], "b": {"c": "d"}} "#).unwrap();
        assert_eq!(
            found
                .get("b")
                .and_then(|one| one.get("c"))
                .and_then(Json::text),
            Some("d")
        );
        let Some(Json::Array(items)) = found.get("a") else {
            panic!("{found:?}");
        };
        assert_eq!(items.len(), 5);
        assert_eq!(items[0].integer(), Some(1));
        assert_eq!(Json::read("{}"), Some(Json::Object(vec![])));
        assert_eq!(Json::read("[]"), Some(Json::Array(vec![])));
    }

    #[test]
    fn escapes_are_read() {
        let read = |text| Json::read(text).and_then(|one| one.text().map(str::to_owned));
        let all = r#""\\\\.\\pipe\\\u00e9 \ud83d\ude00 \" \/ \b\f\n\r\t""#;
        assert_eq!(
            read(all).unwrap(),
            "\\\\.\\pipe\\é 😀 \" / \u{8}\u{c}\n\r\t"
        );
        assert_eq!(read(r#""\ud83d""#), None, "half a pair is no text");
    }

    #[test]
    fn what_is_no_json_is_refused() {
        for text in [
            "",
            "{",
            "[1,",
            "[1 2]",
            "{\"a\" 1}",
            "{a: 1}",
            "\"",
            "\"\\x\"",
            "\"\\u00g0\"",
            "nul",
            "1 2",
            "{\"a\": 1,}",
            "\"\n\"",
        ] {
            assert_eq!(Json::read(text), None, "{text}");
        }
        assert_eq!(Json::read(&"[".repeat(100_000)), None);
    }
}
