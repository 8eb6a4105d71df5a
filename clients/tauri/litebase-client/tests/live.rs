//! The client against a real backend: from source, or the program that LITEBASE_TEST_PROGRAM names.
#![cfg(unix)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use litebase_client::*;
use litebase_process::{Backend, Options, Program, Status};
use tokio::io::AsyncWriteExt;
use tokio::time::{sleep, timeout};

const SOON: Duration = Duration::from_secs(60);
const ENDLESS: &str =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";

/// A backend in a folder of its own, which both go away.
struct Server {
    backend: Backend,
    folder: PathBuf,
}

impl Server {
    async fn start() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder =
            std::env::temp_dir().join(format!("lb-client-{}-{number}", std::process::id()));
        let program = match std::env::var_os("LITEBASE_TEST_PROGRAM") {
            Some(program) => Program::Path(program.into()),
            None => Program::Source(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..")),
        };
        let mut options = Options::new(program, &folder);
        std::fs::create_dir(&folder).unwrap();
        std::fs::set_permissions(&folder, std::os::unix::fs::PermissionsExt::from_mode(0o700))
            .unwrap();
        options.directory = Some(folder.clone());
        Self {
            backend: Backend::start(options).unwrap(),
            folder,
        }
    }

    async fn client(&self, options: ConnectOptions) -> Client {
        let ready = timeout(SOON, self.backend.ready()).await.unwrap().unwrap();
        Client::connect(&ready.endpoint, options).await.unwrap()
    }

    async fn stop(self) {
        timeout(SOON, self.backend.stop()).await.unwrap();
        std::fs::remove_dir_all(&self.folder).unwrap();
    }
}

/// A backend, a client of it, and a database in memory.
async fn memory() -> (Server, Client, ConnectionId) {
    let server = Server::start().await;
    let client = server.client(ConnectOptions::default()).await;
    let target = SqliteTarget {
        mode: Some(SqliteMode::Memory),
        ..SqliteTarget::new()
    };
    let opened = client.call(&DbConnectRequest::from(target)).await.unwrap();
    (server, client, opened.connection_id)
}

async fn answer<R: Request>(client: &Client, request: R) -> Result<R::Response, Error> {
    timeout(SOON, client.call(&request))
        .await
        .expect("no answer came")
}

async fn results(client: &Client) -> u64 {
    answer(client, HealthCheckRequest {}).await.unwrap().results
}

async fn no_result_is_open(client: &Client) {
    let waiting = async {
        while results(client).await > 0 {
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(SOON, waiting).await.expect("a result stays open");
}

fn numbers(count: u32) -> String {
    format!(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) SELECT i FROM n"
    )
}

#[tokio::test]
async fn hello_tells_limits_and_cells_are_typed() {
    let (server, client, connection) = memory().await;
    assert_eq!(client.server().protocol.major, PROTOCOL.major);
    assert!(
        client
            .server()
            .engines
            .iter()
            .any(|engine| engine == "sqlite")
    );
    assert!(client.server().limits.max_requests_in_flight > 1);
    let sql = "SELECT NULL, 1, -9223372036854775808, 1.5, 9e999, 'é', x'00ff', 12.0";
    let found = answer(&client, QueryRequest::new(&connection, sql))
        .await
        .unwrap();
    let wanted = vec![
        Cell::Null,
        Cell::Integer(1),
        Cell::Integer(i64::MIN),
        Cell::Float(1.5),
        Cell::Float(f64::INFINITY),
        Cell::from("é"),
        Cell::Bytes(vec![0, 255]),
        Cell::Float(12.0),
    ];
    assert_eq!(found.rows, [wanted]);
    assert_eq!(found.columns[5].kind, Kind::Text);
    assert_eq!(found.transaction_status, TransactionStatus::Idle);
    server.stop().await;
}

#[tokio::test]
async fn parameters_are_sent_by_place_by_name_and_with_a_kind() {
    let (server, client, connection) = memory().await;
    let places: PositionalParameters = vec![
        Cell::from(u64::MAX / 2).into(),
        Cell::from(&b"\x00\xff"[..]).into(),
        TypedParameter::new(ParameterKind::Date, "2026-01-31".into()).into(),
        Cell::from(None::<i64>).into(),
    ];
    let by_place = QueryRequest {
        params: Some(places.into()),
        ..QueryRequest::new(&connection, "SELECT ?, ?, ?, ?")
    };
    let found = answer(&client, by_place).await.unwrap();
    let bytes = Cell::Bytes(vec![0, 255]);
    assert_eq!(
        found.rows,
        [vec![
            Cell::Integer(i64::MAX),
            bytes,
            "2026-01-31".into(),
            Cell::Null
        ]]
    );
    let names: NamedParameters = BTreeMap::from([("a".into(), Cell::from("x' OR 1").into())]);
    let by_name = QueryRequest {
        params: Some(names.into()),
        ..QueryRequest::new(&connection, "SELECT :a")
    };
    assert_eq!(
        answer(&client, by_name).await.unwrap().rows,
        [vec![Cell::from("x' OR 1")]]
    );
    server.stop().await;
}

#[tokio::test]
async fn more_calls_than_the_backend_takes_at_once_are_all_answered() {
    let (server, client, connection) = memory().await;
    let count = client.server().limits.max_requests_in_flight * 3;
    let calls: Vec<_> = (0..count)
        .map(|number| {
            let (client, connection) = (client.clone(), connection.clone());
            tokio::spawn(async move {
                let request = QueryRequest::new(connection, format!("SELECT {number}"));
                (number, client.call(&request).await.unwrap().rows)
            })
        })
        .collect();
    for call in calls {
        let (number, rows) = timeout(SOON, call).await.unwrap().unwrap();
        assert_eq!(rows, [vec![Cell::from(number)]]);
    }
    server.stop().await;
}

#[tokio::test]
async fn a_call_is_cancelled_by_method() {
    let (server, client, connection) = memory().await;
    let call = client
        .start(&QueryRequest::new(&connection, ENDLESS))
        .await
        .unwrap();
    let canceller = call.canceller();
    sleep(Duration::from_millis(100)).await;
    let cancelled = timeout(SOON, canceller.cancel()).await.unwrap().unwrap();
    assert_eq!(cancelled.outcome, CancelOutcome::Stopped);
    let error = timeout(SOON, call.answer()).await.unwrap().unwrap_err();
    assert_eq!(error.code(), Some(&ErrorCode::Cancelled));
    let late = canceller.cancel().await.unwrap();
    assert_eq!(late.outcome, CancelOutcome::NotInFlight);
    server.stop().await;
}

#[tokio::test]
async fn a_call_that_is_dropped_is_cancelled() {
    let (server, client, connection) = memory().await;
    let endless = QueryRequest::new(&connection, ENDLESS);
    assert!(
        timeout(Duration::from_millis(200), client.call(&endless))
            .await
            .is_err()
    );
    // a database in memory has one session, so this waits for the end of that statement
    let found = answer(&client, QueryRequest::new(&connection, "SELECT 1"))
        .await
        .unwrap();
    assert_eq!(found.rows, [vec![Cell::Integer(1)]]);
    server.stop().await;
}

#[tokio::test]
async fn what_an_abandoned_call_has_opened_is_closed() {
    let (server, client, connection) = memory().await;
    let request = QueryRequest {
        window_rows: Some(1),
        ..QueryRequest::new(&connection, numbers(100))
    };
    for _ in 0..3 {
        let kept = answer(&client, request.clone()).await.unwrap();
        assert_eq!(results(&client).await, 1);
        answer(&client, CloseResultRequest::new(kept.result_id.unwrap()))
            .await
            .unwrap();
        let call = client.start(&request).await.unwrap();
        while results(&client).await == 0 {} // now the answer is on its way, or here already
        drop(call);
        no_result_is_open(&client).await;
        let call = client.start(&request).await.unwrap();
        drop(call); // before or while it runs
        no_result_is_open(&client).await;
    }
    let script = RunScriptRequest::new(&connection, "SELECT 1; SELECT 2");
    let call = client.start(&script).await.unwrap();
    while results(&client).await < 2 {}
    drop(call);
    no_result_is_open(&client).await;
    server.stop().await;
}

#[tokio::test]
async fn errors_have_codes_and_typed_details() {
    let (server, client, connection) = memory().await;
    let error = answer(&client, QueryRequest::new(&connection, "SELECT\n nothing"))
        .await
        .unwrap_err();
    assert_eq!(error.code(), Some(&ErrorCode::QueryFailed));
    assert!(!error.is_retryable());
    assert!(error.to_string().contains("nothing"), "{error}");
    let Some(Details::QueryFailed(details)) = error.details() else {
        panic!("{error:?}")
    };
    assert_eq!((details.line, details.column), (Some(2), Some(2)));
    assert_eq!(error.failure().unwrap().request, "query");
    let error = answer(&client, QueryRequest::new("none", "SELECT 1"))
        .await
        .unwrap_err();
    assert_eq!(error.code(), Some(&ErrorCode::NotFound));
    let error = answer(&client, FetchRequest::new("none", 0, 0))
        .await
        .unwrap_err();
    assert_eq!(error.code(), Some(&ErrorCode::InvalidMessage));
    server.stop().await;
}

#[tokio::test]
async fn a_request_that_is_too_large_is_not_sent() {
    let (server, client, connection) = memory().await;
    let maximum = usize::try_from(client.server().limits.max_frame_bytes).unwrap();
    let places: PositionalParameters = vec![Cell::from(vec![0; maximum]).into()];
    let large = QueryRequest {
        params: Some(places.into()),
        ..QueryRequest::new(&connection, "SELECT ?")
    };
    let error = answer(&client, large).await.unwrap_err();
    assert!(
        matches!(
            error,
            Error::TooLarge {
                request: "query",
                ..
            }
        ),
        "{error:?}"
    );
    answer(&client, QueryRequest::new(&connection, "SELECT 1"))
        .await
        .unwrap();
    server.stop().await;
}

#[tokio::test]
async fn rows_are_read_by_windows() {
    let (server, client, connection) = memory().await;
    let request = QueryRequest {
        window_rows: Some(1000),
        ..QueryRequest::new(&connection, numbers(2500))
    };
    let mut windows = client.windows(&request).await.unwrap();
    assert_eq!(windows.answer().columns[0].name, "i");
    let mut found = Vec::new();
    let mut sizes = Vec::new();
    while let Some(window) = timeout(SOON, windows.next()).await.unwrap().unwrap() {
        assert_eq!(window.offset, found.len() as u64);
        sizes.push(window.rows.len());
        found.extend(
            window
                .rows
                .into_iter()
                .map(|row| row[0].as_integer().unwrap()),
        );
    }
    assert_eq!(sizes, [1000, 1000, 500]);
    assert!(found.iter().copied().eq(1..=2500));
    let back = windows.at(1200, 2).await.unwrap();
    assert_eq!(
        back.rows,
        [vec![Cell::Integer(1201)], vec![Cell::Integer(1202)]]
    );
    drop(windows);
    no_result_is_open(&client).await;
    let mut empty = client
        .windows(&QueryRequest::new(&connection, "SELECT 1 WHERE 0"))
        .await
        .unwrap();
    assert_eq!(empty.next().await.unwrap(), None);
    server.stop().await;
}

#[tokio::test]
async fn events_come_while_other_calls_run() {
    let (server, client, connection) = memory().await;
    let mut events = client.events(Some(vec![EventKind::StatementDone]));
    assert!(
        timeout(Duration::from_millis(200), events.next())
            .await
            .is_err(),
        "nothing happens yet"
    );
    let script = client
        .start(&RunScriptRequest::new(&connection, "SELECT 1; SELECT 2"))
        .await
        .unwrap();
    let id = script.id().to_owned();
    for index in 0..2 {
        let event = timeout(SOON, events.next()).await.unwrap().unwrap();
        assert_eq!(event.kind, EventKind::StatementDone);
        assert_eq!(event.request_id.as_ref(), Some(&id));
        assert_eq!(event.statement.unwrap().index, index);
    }
    assert_eq!(events.missed(), 0);
    assert_eq!(script.answer().await.unwrap().statements.len(), 2);
    server.stop().await;
}

#[tokio::test]
async fn a_prompt_comes_as_an_event_and_is_answered() {
    let server = Server::start().await;
    let client = server
        .client(ConnectOptions {
            prompts: true,
            ..ConnectOptions::default()
        })
        .await;
    let mut events = client.events(Some(vec![EventKind::Prompt]));
    let target = PostgresqlTarget {
        port: Some(1),
        user: Some("reader".into()),
        password_prompt: Some(true),
        ..PostgresqlTarget::new()
    };
    let opening = client.start(&DbConnectRequest::from(target)).await.unwrap();
    let prompt = timeout(SOON, events.next())
        .await
        .unwrap()
        .unwrap()
        .prompt
        .unwrap();
    assert_eq!(prompt.kind, PromptKind::Password);
    answer(&client, AnswerPromptRequest::new(prompt.prompt_id, None))
        .await
        .unwrap();
    let error = timeout(SOON, opening.answer()).await.unwrap().unwrap_err();
    assert_eq!(error.code(), Some(&ErrorCode::PromptUnanswered));
    server.stop().await;
}

#[tokio::test]
async fn a_link_that_ends_fails_every_call_and_says_so() {
    let (server, client, connection) = memory().await;
    let endless = client
        .start(&QueryRequest::new(&connection, ENDLESS))
        .await
        .unwrap();
    assert!(client.is_open());
    let pid = answer(&client, HealthCheckRequest {})
        .await
        .unwrap()
        .pid
        .to_string();
    assert!(
        std::process::Command::new("kill")
            .args(["-KILL", &pid])
            .status()
            .unwrap()
            .success()
    );
    let error = timeout(SOON, endless.answer()).await.unwrap().unwrap_err();
    assert!(
        matches!(
            error,
            Error::Closed {
                retryable: false,
                ..
            }
        ),
        "{error:?}"
    );
    let reason = timeout(SOON, client.closed()).await.unwrap();
    assert!(error.to_string().starts_with(&*reason), "{error}");
    assert!(!client.is_open());
    let error = answer(&client, HealthCheckRequest {}).await.unwrap_err();
    assert!(error.is_retryable(), "{error:?}");
    let mut status = server.backend.watch();
    let next = status.wait_for(|now| matches!(now, Status::Ready(one) if one.generation == 2));
    drop(timeout(SOON, next).await.unwrap());
    let again = server.client(ConnectOptions::default()).await;
    answer(&again, HealthCheckRequest {}).await.unwrap();
    server.stop().await;
}

#[tokio::test]
async fn the_last_client_that_is_dropped_closes_the_link() {
    let (server, client, _) = memory().await;
    let other = server.client(ConnectOptions::default()).await;
    let clients = async || answer(&other, HealthCheckRequest {}).await.unwrap().clients;
    let copy = client.clone();
    drop(client);
    assert_eq!(clients().await, 2);
    drop(copy);
    let waiting = async { while clients().await > 1 {} };
    timeout(SOON, waiting).await.expect("the link stays open");
    server.stop().await;
}

#[tokio::test]
async fn nobody_at_the_endpoint_is_unreachable() {
    let nowhere = Endpoint::Unix("/nowhere/litebase.sock".into());
    let error = Client::connect(&nowhere, ConnectOptions::default())
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Unreachable(_)), "{error:?}");
    let (silent, _other) = tokio::io::duplex(64 * 1024);
    let options = ConnectOptions {
        time: Duration::from_millis(50),
        ..ConnectOptions::default()
    };
    let error = Client::over(silent, options).await.unwrap_err();
    assert!(error.to_string().contains("did not answer"), "{error}");
}

/// What is known of an answer: its type, or the code of the error and the place that it names.
type Outcome = (String, Option<Value>);

fn outcome(answer: &Message) -> Outcome {
    let data: Value = answer.read().unwrap();
    match data["code"].as_str() {
        Some(code) if answer.kind == "error" => {
            (code.to_owned(), Some(data["details"]["path"].clone()))
        }
        _ => (answer.kind.clone(), None),
    }
}

/// Sends every golden frame of a request as it is, and again through the typed client: the answers
/// are the same, and those to the client are of the type that the contract names.
async fn conforms<R: Request + serde::de::DeserializeOwned>(server: &Server) -> usize {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../generated/frames.json"
    );
    let frames: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let valid = frames["messages"][R::TYPE]["valid"].as_array().unwrap();
    let client = server.client(ConnectOptions::default()).await;
    let mut link = server.backend.link().await.unwrap();
    let mut count = 0;
    for frame in valid {
        let (name, hex) = (
            frame["name"].as_str().unwrap(),
            frame["hex"].as_str().unwrap(),
        );
        if R::TYPE == "wait_events" || name.contains("Postgresql") || name.contains("Mysql") {
            continue; // these wait: for an event, or for a host called text
        }
        let bytes: Vec<u8> = (0..hex.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap())
            .collect();
        link.write_all(&bytes).await.unwrap();
        let answer = timeout(SOON, read_frame(&mut link, 1 << 24))
            .await
            .unwrap()
            .unwrap()
            .unwrap();
        let wanted = outcome(&decode_payload(answer).unwrap());
        let request: R = decode_payload(bytes[4..].to_vec()).unwrap().read().unwrap();
        let found = match timeout(SOON, client.call(&request)).await.unwrap() {
            Ok(_) => (R::RESPONSE.to_owned(), None),
            Err(Error::Answered(failure)) => {
                let path = failure
                    .data
                    .details
                    .as_ref()
                    .and_then(|details| details.get("path"));
                let path = path.cloned().unwrap_or(Value::Nil);
                (failure.data.code.to_string(), Some(path))
            }
            Err(error) => panic!("{}: {name}: {error:?}", R::TYPE),
        };
        let hurried = ["connect_failed", "timeout"].contains(&wanted.0.as_str())
            || ["connect_failed", "timeout"].contains(&found.0.as_str());
        // some frames allow a millisecond, which passes or does not
        assert!(
            hurried || found == wanted,
            "{}: {name}: {found:?}, {wanted:?}",
            R::TYPE
        );
        count += 1;
    }
    count
}

macro_rules! every_request {
    ($($kind:literal => $type:ident,)*) => {
        #[tokio::test]
        async fn the_backend_answers_every_typed_request_as_it_answers_its_golden_frame() {
            let server = Server::start().await;
            let mut count = 0;
            $(count += conforms::<$type>(&server).await;)*
            assert!(count > 300, "{count}");
            server.stop().await;
        }
    };
}

each_request!(every_request);
