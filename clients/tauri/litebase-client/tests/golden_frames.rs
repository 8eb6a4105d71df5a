//! The golden frames, which every client of LiteBase is tested with: each is read as its type and
//! written again byte for byte.

use litebase_client::*;
use rmpv::Value;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;

const MOMENT: Timestamp = Timestamp {
    seconds: 1_767_225_600,
    nanoseconds: 0,
}; // of every frame

fn frames() -> Json {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../generated/frames.json"
    );
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn list<'a>(group: &'a Json, key: &str) -> &'a [Json] {
    group[key].as_array().unwrap()
}

fn bytes(frame: &Json) -> Vec<u8> {
    let hex = frame["hex"].as_str().unwrap();
    (0..hex.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap())
        .collect()
}

fn message(frame: &Json) -> Message {
    decode_payload(bytes(frame)[4..].to_vec()).unwrap()
}

/// Reads the frames of one message type, and writes them again. How many there were.
fn read_and_write<T: Serialize + DeserializeOwned>(kind: &str, group: &Json) -> usize {
    for frame in list(group, "valid") {
        let message = message(frame);
        let name = format!("{kind}: {}", frame["name"]);
        assert_eq!(
            (message.id.as_str(), message.kind.as_str()),
            ("1", kind),
            "{name}"
        );
        let typed: T = message
            .read()
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        let written = encode_frame("1", kind, MOMENT, &typed).unwrap();
        let (original, again) = (message.read::<Value>().unwrap(), data(&written));
        let wanted = without_absent(&original, &again).unwrap_or_else(|| panic!("{name}: {again}"));
        let canonical = encode_frame("1", kind, MOMENT, &wanted).unwrap();
        assert_eq!(written, canonical, "{name}");
        if wanted == original {
            assert_eq!(written, bytes(frame), "{name}");
        }
    }
    list(group, "valid").len()
}

fn data(frame: &[u8]) -> Value {
    decode_payload(frame[4..].to_vec()).unwrap().read().unwrap()
}

/// The original without those nulls that mean the same as an absent key, and are written as such.
fn without_absent(original: &Value, again: &Value) -> Option<Value> {
    match (original, again) {
        (Value::Map(pairs), Value::Map(written)) => {
            let mut kept = Vec::new();
            for (key, value) in pairs {
                match written.iter().find(|(other, _)| other == key) {
                    Some((_, other)) => kept.push((key.clone(), without_absent(value, other)?)),
                    None if value.is_nil() => {}
                    None => return None,
                }
            }
            (kept.len() == written.len()).then_some(Value::Map(kept))
        }
        (Value::Array(items), Value::Array(written)) if items.len() == written.len() => {
            let pairs = items.iter().zip(written);
            pairs
                .map(|(one, other)| without_absent(one, other))
                .collect::<Option<_>>()
                .map(Value::Array)
        }
        _ => (original == again).then(|| original.clone()),
    }
}

/// Answers of a later version are read; those that lack something or have it in another form are not.
fn refuses<T: Serialize + DeserializeOwned>(kind: &str, group: &Json) -> usize {
    for frame in list(group, "later") {
        let found = message(frame).read::<T>();
        assert!(
            found.is_ok(),
            "{kind}: {}: {:?}",
            frame["name"],
            found.err()
        );
    }
    let mut count = 0;
    for frame in list(group, "invalid") {
        let name = frame["name"].as_str().unwrap();
        if name.contains("without ") || name.contains("of a wrong type") {
            assert!(
                message(frame).read::<T>().is_err(),
                "{kind}: {name} was read"
            );
            count += 1;
        }
    }
    count
}

macro_rules! every_message {
    ($($kind:literal => $type:ident,)*) => {
        #[test]
        fn every_frame_is_read_and_written_again_byte_for_byte() {
            let frames = frames();
            let mut count = 0;
            $(count += read_and_write::<$type>($kind, &frames["messages"][$kind]);)*
            assert!(count > 1000, "{count}");
            assert_eq!([$($kind),*].len(), frames["messages"].as_object().unwrap().len());
        }

        #[test]
        fn frames_of_a_later_version_are_read_and_wrong_ones_are_not() {
            let frames = frames();
            let mut count = 0;
            $(count += refuses::<$type>($kind, &frames["messages"][$kind]);)*
            assert!(count > 500, "{count}");
        }
    };
}

each_message!(every_message);

#[test]
fn every_value_of_a_cell_is_read_and_written_again_byte_for_byte() {
    let frames = frames();
    for group in ["integers", "floats", "texts", "bytes", "others"] {
        for value in list(&frames["values"], group) {
            let bytes = bytes(value);
            let cell: Cell = rmp_serde::from_slice(&bytes).unwrap();
            assert_eq!(rmp_serde::to_vec_named(&cell).unwrap(), bytes, "{value}");
        }
    }
    let read =
        |hex: &str| rmp_serde::from_slice::<Cell>(&bytes(&serde_json::json!({ "hex": hex })));
    assert_eq!(
        read("cfffffffffffffffff").unwrap(),
        Cell::Unsigned(u64::MAX)
    );
    assert_eq!(read("d38000000000000000").unwrap(), Cell::Integer(i64::MIN));
    assert_eq!(read("cb4028000000000000").unwrap(), Cell::Float(12.0));
    assert_eq!(
        read("c403eda080").unwrap(),
        Cell::Bytes(vec![0xed, 0xa0, 0x80])
    );
    assert!(read("90").is_err(), "an array is no cell");
}

#[test]
fn every_other_value_is_read_and_written_again_byte_for_byte() {
    let frames = frames();
    for group in ["arrays", "maps"] {
        for value in list(&frames["values"], group) {
            let found: Value = rmp_serde::from_slice(&bytes(value)).unwrap();
            assert_eq!(rmp_serde::to_vec_named(&found).unwrap(), bytes(value));
        }
    }
    let moments = list(&frames["values"], "timestamps");
    let read: Vec<Timestamp> = moments
        .iter()
        .map(|one| rmp_serde::from_slice(&bytes(one)).unwrap())
        .collect();
    assert_eq!(
        read[0],
        Timestamp {
            seconds: 0,
            nanoseconds: 0
        }
    );
    assert_eq!(
        read[2],
        Timestamp {
            seconds: 1_767_225_600,
            nanoseconds: 500_000_000
        }
    );
    assert_eq!(
        read[4],
        Timestamp {
            seconds: -1,
            nanoseconds: 250_000_000
        }
    );
    for (moment, one) in read.iter().zip(moments) {
        let written = rmp_serde::to_vec_named(moment).unwrap();
        assert_eq!(
            rmp_serde::from_slice::<Timestamp>(&written).unwrap(),
            *moment,
            "{one}"
        );
    }
}

#[test]
fn every_broken_answer_is_refused_with_its_code() {
    let frames = frames();
    let broken = list(&frames["broken"], "answer");
    assert!(broken.len() >= 3);
    for frame in broken {
        let refusal = decode_payload(bytes(frame)[4..].to_vec()).unwrap_err();
        assert_eq!(
            refusal.code(),
            frame["code"].as_str().unwrap(),
            "{}",
            frame["name"]
        );
    }
}

#[test]
fn no_broken_frame_stops_the_reader() {
    let frames = frames();
    for group in ["payload", "message"] {
        for frame in list(&frames["broken"], group) {
            if let Ok(message) = decode_payload(bytes(frame)[4..].to_vec()) {
                let _ = message.read::<Value>();
                let _ = message.read::<QueryResponse>();
            }
        }
    }
}

#[tokio::test]
async fn a_stream_that_ends_inside_a_frame_and_a_length_over_every_limit_are_errors() {
    let frames = frames();
    let mut refusals = Vec::new();
    for frame in list(&frames["broken"], "stream") {
        let found = read_frame(&mut bytes(frame).as_slice(), 1 << 24).await;
        refusals.push(found.unwrap_err().kind());
    }
    use std::io::ErrorKind::{InvalidData, UnexpectedEof};
    assert_eq!(refusals, [UnexpectedEof, UnexpectedEof, InvalidData]);
    assert_eq!(read_frame(&mut [].as_slice(), 1).await.unwrap(), None);
}

#[test]
fn a_frame_that_differs_in_one_byte_is_not_written_again_as_it_was() {
    let frames = frames();
    let frame = &frames["messages"]["query"]["valid"][0];
    let mut spoilt = bytes(frame);
    let last = spoilt.len() - 1;
    spoilt[last] ^= 1;
    let query: QueryRequest = decode_payload(spoilt[4..].to_vec())
        .unwrap()
        .read()
        .unwrap();
    assert_ne!(
        encode_frame("1", "query", MOMENT, &query).unwrap(),
        bytes(frame)
    );
}

#[test]
fn the_details_of_an_error_are_typed_by_its_code() {
    let frames = frames();
    let mut count = 0;
    for frame in list(&frames["messages"]["error"], "valid") {
        let data: ErrorData = message(frame).read().unwrap();
        let described = frame["name"]
            .as_str()
            .unwrap()
            .starts_with(data.code.as_str());
        if let (true, Some(details)) = (described, &data.details) {
            assert!(
                Details::read(&data.code, details).is_some(),
                "{}",
                frame["name"]
            );
            assert_eq!(Details::read(&ErrorCode::UnknownType, details), None);
            count += 1;
        }
    }
    assert!(count >= 8, "{count}");
}

#[test]
fn a_secret_is_not_shown() {
    let target = PostgresqlTarget {
        password: Some("hunter2".into()),
        ..PostgresqlTarget::new()
    };
    let shown = format!("{:?}", DbConnectRequest::from(target));
    assert!(!shown.contains("hunter2"), "{shown}");
    assert!(shown.contains("Secret"), "{shown}");
}
