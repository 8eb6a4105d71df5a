//! The commands on Tauri's runtime for tests, with the backend from source (or the one that
//! LITEBASE_TEST_PROGRAM names). What needs a page is in `tests/app`.
#![cfg(target_os = "linux")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tauri::http::{HeaderMap, HeaderName, HeaderValue};
use tauri::ipc::{CallbackFn, InvokeBody, InvokeResponseBody};
use tauri::test::{INVOKE_KEY, MockRuntime, get_ipc_response, mock_builder, mock_context};
use tauri::webview::InvokeRequest;
use tauri::{App, Listener, WebviewWindow, WebviewWindowBuilder};
use tauri_plugin_litebase::client::{
    DbConnectRequest, DbConnectResponse, HealthCheckRequest, QueryRequest, QueryResponse, Request,
    SqliteMode, SqliteTarget, Timestamp, decode_payload, encode_frame,
};
use tauri_plugin_litebase::{Builder, LiteBaseExt, Program, Status};
use tauri_utils::acl::ExecutionContext;

const SOON: Duration = Duration::from_secs(60);
const COMMANDS: [&str; 6] = ["open", "send", "receive", "close", "status", "restart"];

fn program() -> Program {
    match std::env::var_os("LITEBASE_TEST_PROGRAM") {
        Some(program) => Program::Path(program.into()),
        None => {
            let here = Path::new(env!("CARGO_MANIFEST_DIR"));
            Program::Source(here.join("../../..").canonicalize().unwrap())
        }
    }
}

/// An app, its backend, and the folder of both.
struct Running {
    app: App<MockRuntime>,
    folder: PathBuf,
}

impl Running {
    fn new() -> Self {
        Self::of(program(), vec![Duration::from_secs(1)]) // so that nobody is too late to see it
    }

    fn of(program: Program, pauses: Vec<Duration>) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("lb-plug-{}-{number}", std::process::id()));
        let plugin = Builder::new()
            .program(program)
            .folder(&folder)
            .options(|options| options.pauses = pauses);
        let app = build(plugin, "io.github.litebase.test").unwrap();
        Self { app, folder }
    }

    fn window(&self, label: &str) -> WebviewWindow<MockRuntime> {
        let built = WebviewWindowBuilder::new(&self.app, label, tauri::WebviewUrl::default());
        built.build().unwrap()
    }

    fn pid(&self) -> u32 {
        let ready = self.app.litebase().backend().ready();
        tauri::async_runtime::block_on(ready).unwrap().pid.unwrap()
    }

    /// Every status from now on.
    fn statuses(&self) -> Receiver<Value> {
        let (sender, told) = mpsc::channel();
        self.app.listen("litebase://status", move |event| {
            let _ = sender.send(serde_json::from_str(event.payload()).unwrap());
        });
        told
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        tauri::async_runtime::block_on(self.app.litebase().backend().stop());
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn build(plugin: Builder, identifier: &str) -> tauri::Result<App<MockRuntime>> {
    let mut context = mock_context(tauri::test::noop_assets());
    context.config_mut().identifier = identifier.to_owned();
    for command in COMMANDS {
        let name = format!("plugin:litebase|{command}");
        let authority = context.runtime_authority_mut();
        authority.__allow_command(name, ExecutionContext::Local);
    }
    mock_builder().plugin(plugin.build()).build(context)
}

type Answer = Result<InvokeResponseBody, Value>;

fn invoke(
    window: &WebviewWindow<MockRuntime>,
    command: &str,
    body: InvokeBody,
    headers: HeaderMap,
) -> Answer {
    let request = InvokeRequest {
        cmd: format!("plugin:litebase|{command}"),
        callback: CallbackFn(0),
        error: CallbackFn(1),
        url: "tauri://localhost".parse().unwrap(),
        body,
        headers,
        invoke_key: INVOKE_KEY.to_owned(),
    };
    get_ipc_response(window, request)
}

fn call(window: &WebviewWindow<MockRuntime>, command: &str, arguments: Value) -> Answer {
    invoke(window, command, arguments.into(), HeaderMap::new())
}

fn send(window: &WebviewWindow<MockRuntime>, link: &str, seq: u64, body: InvokeBody) -> Answer {
    let headers =
        [("litebase-link", link), ("litebase-seq", &seq.to_string())].map(|(name, text)| {
            let value = HeaderValue::from_str(text).unwrap();
            (HeaderName::from_static(name), value)
        });
    invoke(window, "send", body, headers.into_iter().collect())
}

fn receive(window: &WebviewWindow<MockRuntime>, link: &str, seq: u64) -> Result<Vec<u8>, Value> {
    match call(window, "receive", json!({ "link": link, "seq": seq }))? {
        InvokeResponseBody::Raw(bytes) => Ok(bytes),
        InvokeResponseBody::Json(text) => panic!("{text}"),
    }
}

fn frame<R: Request>(id: &str, request: &R) -> Vec<u8> {
    encode_frame(id, R::TYPE, Timestamp::now(), request).unwrap()
}

fn read<T: DeserializeOwned>(frame: &[u8]) -> T {
    decode_payload(frame[4..].to_vec()).unwrap().read().unwrap()
}

fn health_check(id: &str) -> Vec<u8> {
    frame(id, &HealthCheckRequest {})
}

/// The id of the answer in one frame.
fn answered(frame: &[u8]) -> String {
    let message = decode_payload(frame[4..].to_vec()).unwrap();
    assert_eq!(message.kind, HealthCheckRequest::RESPONSE);
    message.id
}

fn refusal<T: std::fmt::Debug>(answer: Result<T, Value>) -> String {
    answer.unwrap_err().as_str().unwrap().to_owned()
}

fn kill(pid: u32) {
    let mut kill = Command::new("kill");
    let done = kill.args(["-KILL", &pid.to_string()]).status();
    assert!(done.unwrap().success());
}

/// Waits for a state, and returns what is told about it.
fn told(statuses: &Receiver<Value>, state: &str) -> Option<Value> {
    std::iter::from_fn(|| statuses.recv_timeout(SOON).ok()).find(|told| told["state"] == state)
}

#[test]
fn a_page_asks_and_every_call_may_be_repeated() {
    let running = Running::new();
    let window = running.window("main");
    for _ in 0..2 {
        call(&window, "open", json!({ "link": "a" })).unwrap();
    }
    for _ in 0..2 {
        send(&window, "a", 1, health_check("one").into()).unwrap();
    }
    let first = receive(&window, "a", 1).unwrap();
    assert_eq!(answered(&first), "one");
    assert_eq!(receive(&window, "a", 1).unwrap(), first);
    send(&window, "a", 2, health_check("two").into()).unwrap();
    let second = receive(&window, "a", 2).unwrap();
    assert_eq!(answered(&second), "two", "the first frame was sent once");
    send(&window, "a", 2, health_check("two").into()).unwrap();
    send(&window, "a", 3, health_check("three").into()).unwrap();
    assert_eq!(answered(&receive(&window, "a", 3).unwrap()), "three");
    for _ in 0..2 {
        call(&window, "close", json!({ "link": "a" })).unwrap();
    }
    let again = call(&window, "open", json!({ "link": "a" }));
    assert!(
        refusal(again).contains("closed"),
        "a late `open` opens nothing"
    );
}

#[test]
fn the_bytes_of_a_page_without_the_fast_way_are_numbers() {
    let running = Running::new();
    let window = running.window("main");
    call(&window, "open", json!({ "link": "a" })).unwrap();
    send(&window, "a", 1, json!(health_check("one")).into()).unwrap();
    assert_eq!(answered(&receive(&window, "a", 1).unwrap()), "one");
    for wrong in [json!({}), json!([256]), json!(["a"])] {
        let refused = refusal(send(&window, "a", 2, wrong.into()));
        assert!(refused.contains("takes bytes"), "{refused}");
    }
    let refused = refusal(invoke(&window, "send", vec![1].into(), HeaderMap::new()));
    assert!(refused.contains("there is no link"), "{refused}");
}

#[test]
fn a_page_reaches_its_own_links_only() {
    let running = Running::new();
    let (one, two) = (running.window("one"), running.window("two"));
    call(&one, "open", json!({ "link": "a" })).unwrap();
    for window in [&one, &two] {
        let name = if window.label() == "one" { "b" } else { "a" };
        let refused = refusal(send(window, name, 1, health_check("1").into()));
        assert!(refused.contains("has no link"), "{refused}");
        let refused = refusal(receive(window, name, 1));
        assert!(refused.contains("has no link"), "{refused}");
    }
    call(&two, "close", json!({ "link": "a" })).unwrap();
    send(&one, "a", 1, health_check("mine").into()).unwrap();
    assert_eq!(answered(&receive(&one, "a", 1).unwrap()), "mine");
}

#[test]
fn calls_that_are_out_of_order_are_refused() {
    let running = Running::new();
    let window = running.window("main");
    call(&window, "open", json!({ "link": "a" })).unwrap();
    for seq in [0, 2] {
        let refused = refusal(receive(&window, "a", seq));
        assert!(refused.contains("one after the other"), "{refused}");
        let refused = refusal(send(&window, "a", seq, health_check("1").into()));
        assert!(refused.contains("one after the other"), "{refused}");
    }
}

#[test]
fn a_large_answer_comes_in_pieces_of_256_kib_at_most() {
    let running = Running::new();
    let window = running.window("main");
    call(&window, "open", json!({ "link": "a" })).unwrap();
    let target = DbConnectRequest::from(SqliteTarget {
        mode: Some(SqliteMode::Memory),
        ..SqliteTarget::new()
    });
    send(&window, "a", 1, frame("one", &target).into()).unwrap();
    let opened: DbConnectResponse = read(&receive(&window, "a", 1).unwrap());
    let rows = 8000; // of 100 bytes
    let query = QueryRequest {
        window_rows: Some(rows),
        ..QueryRequest::new(
            opened.connection_id,
            format!(
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows}) \
             SELECT printf('%0100d', i) FROM n"
            ),
        )
    };
    send(&window, "a", 2, frame("two", &query).into()).unwrap();
    let mut bytes = Vec::new();
    for seq in 2.. {
        let piece = receive(&window, "a", seq).unwrap();
        assert!((1..=256 * 1024).contains(&piece.len()));
        bytes.extend(piece);
        let size = u32::from_be_bytes(bytes[..4].try_into().unwrap()) as usize;
        if bytes.len() == 4 + size {
            break;
        }
    }
    assert!(bytes.len() > 256 * 1024);
    let answer: QueryResponse = read(&bytes);
    assert!(answer.rows.len() > 2000);
    for (row, number) in answer.rows.iter().zip(1..) {
        assert_eq!(row[0].as_str().unwrap(), format!("{number:0100}"));
    }
}

#[test]
fn a_killed_backend_is_lost_and_ready_again() {
    let running = Running::new();
    let window = running.window("main");
    let pid = running.pid();
    let statuses = running.statuses();
    call(&window, "open", json!({ "link": "a" })).unwrap();
    std::thread::scope(|scope| {
        let pending = scope.spawn(|| receive(&window, "a", 1));
        kill(pid);
        let ended = pending.join().unwrap();
        assert!(ended.is_err() || ended.unwrap().is_empty());
    });
    let lost = told(&statuses, "lost").unwrap();
    assert_eq!(lost["retry_ms"], 1000);
    assert!(
        lost["reason"].as_str().unwrap().contains("signal: 9"),
        "{lost}"
    );
    call(&window, "open", json!({ "link": "b" })).unwrap(); // it waits
    send(&window, "b", 1, health_check("again").into()).unwrap();
    assert_eq!(answered(&receive(&window, "b", 1).unwrap()), "again");
    let mut ready = told(&statuses, "ready").unwrap();
    if ready["generation"] == 1 {
        // Tauri tells an event that came just when `statuses` began to listen after the next one
        ready = told(&statuses, "ready").unwrap();
    }
    assert_eq!(ready["generation"], 2);
    let told = call(&window, "status", json!({})).unwrap();
    assert_eq!(told.deserialize::<Value>().unwrap(), ready);
    assert_ne!(running.pid(), pid);
}

#[test]
fn a_page_starts_a_backend_again_that_has_failed_and_no_other() {
    let running = Running::of(program(), Vec::new()); // it is not started again by itself
    let window = running.window("main");
    let pid = running.pid();
    call(&window, "restart", json!({})).unwrap();
    call(&window, "open", json!({ "link": "a" })).unwrap();
    send(&window, "a", 1, health_check("one").into()).unwrap();
    assert_eq!(answered(&receive(&window, "a", 1).unwrap()), "one");
    assert_eq!(running.pid(), pid, "a backend that runs is left alone");
    let statuses = running.statuses();
    kill(pid);
    let failed = told(&statuses, "failed").unwrap();
    assert!(failed["reason"].as_str().unwrap().contains("signal: 9"));
    let refused = refusal(call(&window, "open", json!({ "link": "b" })));
    assert!(refused.contains("signal: 9"), "{refused}");
    call(&window, "restart", json!({})).unwrap();
    call(&window, "open", json!({ "link": "c" })).unwrap();
    send(&window, "c", 1, health_check("two").into()).unwrap();
    assert_eq!(answered(&receive(&window, "c", 1).unwrap()), "two");
    assert_eq!(told(&statuses, "ready").unwrap()["generation"], 2);
}

#[test]
fn code_of_the_app_asks_the_same_backend() {
    let running = Running::new();
    let answer = tauri::async_runtime::block_on(async {
        let client = running.app.litebase().client(Default::default()).await?;
        let answer = client.call(&HealthCheckRequest {}).await?;
        Ok::<_, tauri_plugin_litebase::Error>((client, answer))
    });
    let (client, answer) = answer.unwrap();
    assert_eq!(answer.status.to_string(), "healthy");
    assert_eq!(client.server().server.version, env!("CARGO_PKG_VERSION"));
    assert!(matches!(
        running.app.litebase().backend().status(),
        Status::Ready(_)
    ));
}

#[test]
fn an_app_without_identifier_is_refused() {
    let told = build(Builder::new().program(program()), "")
        .unwrap_err()
        .to_string();
    assert!(told.contains("has no identifier"), "{told}");
}

#[test]
fn an_app_without_a_backend_is_refused_and_told_where_it_was_looked_for() {
    let nowhere = std::env::temp_dir().join("litebase-that-is-not-there");
    let folder = std::env::temp_dir().join(format!("lb-plug-none-{}", std::process::id()));
    let plugin = Builder::new()
        .program(Program::Bundled(nowhere.clone()))
        .folder(&folder);
    let told = build(plugin, "io.github.litebase.test")
        .unwrap_err()
        .to_string();
    assert!(told.contains(nowhere.to_str().unwrap()), "{told}");
    let _ = fs::remove_dir_all(folder);
}
