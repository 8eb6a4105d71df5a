//! The ready line: the one line of JSON with which a backend says where it listens.

use crate::Endpoint;
use crate::json::Json;

/// A backend that is ready.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ready {
    /// How often this app's backend was started, from 1; 0 for one that the app did not start.
    pub generation: u64,
    /// Its process id, or `None` for one that the app did not start.
    pub pid: Option<u32>,
    /// The version of LiteBase; empty for one that the app did not start.
    pub version: String,
    /// The version of the protocol; empty for one that the app did not start.
    pub protocol: String,
    /// Where it listens.
    pub endpoint: Endpoint,
}

/// Reads a ready line; `None` when it is another line.
pub(crate) fn read(line: &str, generation: u64) -> Option<Ready> {
    let found = Json::read(line)?;
    let text = |key| found.get(key).and_then(Json::text);
    if text("event") != Some("ready") {
        return None;
    }
    let endpoint = found.get("endpoint")?;
    let of_endpoint = |key| endpoint.get(key).and_then(Json::text);
    let endpoint = match of_endpoint("transport")? {
        "unix" => Endpoint::Unix(of_endpoint("path")?.into()),
        "pipe" => Endpoint::Pipe(of_endpoint("path")?.to_owned()),
        _ => return None,
    };
    Some(Ready {
        generation,
        pid: Some(found.get("pid")?.integer()?),
        version: text("version")?.to_owned(),
        protocol: text("protocol")?.to_owned(),
        endpoint,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const UNIX: &str = r#"{"event": "ready", "protocol": "0.2", "version": "0.1.0", "pid": 4711, "endpoint": {"transport": "unix", "path": "/run/é.sock"}}"#;

    #[test]
    fn a_ready_line_is_read() {
        let ready = read(UNIX, 3).unwrap();
        assert_eq!((ready.generation, ready.pid), (3, Some(4711)));
        assert_eq!(
            (ready.protocol.as_str(), ready.version.as_str()),
            ("0.2", "0.1.0")
        );
        assert_eq!(ready.endpoint, Endpoint::Unix("/run/é.sock".into()));
        let pipe = UNIX.replace(
            r#""unix", "path": "/run/é.sock""#,
            r#""pipe", "path": "\\\\.\\pipe\\a""#,
        );
        assert_eq!(
            read(&pipe, 1).unwrap().endpoint,
            Endpoint::Pipe(r"\\.\pipe\a".into())
        );
    }

    #[test]
    fn another_line_is_none() {
        for line in [
            "",
            "ready",
            "{}",
            &UNIX.replace("unix", "tcp"),
            &UNIX.replace("ready", "no"),
        ] {
            assert_eq!(read(line, 1), None, "{line}");
        }
    }
}
