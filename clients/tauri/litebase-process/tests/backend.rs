//! The backend from source (or the one that LITEBASE_TEST_PROGRAM names), started, lost and ended.
#![cfg(target_os = "linux")]

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::net::UnixStream as StdStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use litebase_process::{Backend, Endpoint, Error, Link, Options, Program, Ready, Status};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::{sleep, timeout};

const SOON: Duration = Duration::from_secs(60);

/// A private folder that goes away.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("lb-rust-{}-{number}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).unwrap();
        Self(path)
    }

    /// A program in this folder that runs a script.
    fn script(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.join(name);
        fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn checkout() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.join("../../..").canonicalize().unwrap()
}

fn program() -> Program {
    match std::env::var_os("LITEBASE_TEST_PROGRAM") {
        Some(program) => Program::Path(program.into()),
        None => Program::Source(checkout()),
    }
}

fn program_file() -> PathBuf {
    match program() {
        Program::Path(path) => path,
        _ => checkout().join(".venv/bin/litebase-backend"),
    }
}

fn options(folder: &Folder) -> Options {
    Options::new(program(), folder.0.join("s"))
}

/// Whether a process runs; one that has ended and was not waited for does not.
fn runs(pid: u32) -> bool {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let state = status.lines().find(|line| line.starts_with("State:"));
    state.is_some_and(|line| !line.contains('Z'))
}

fn signal(pid: u32, name: &str) {
    let done = Command::new("kill")
        .args([name, &pid.to_string()])
        .status()
        .unwrap();
    assert!(done.success());
}

async fn until(mut condition: impl FnMut() -> bool) {
    let waiting = async {
        while !condition() {
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(SOON, waiting)
        .await
        .expect("it did not happen soon");
}

async fn ready(backend: &Backend) -> Ready {
    timeout(SOON, backend.ready()).await.unwrap().unwrap()
}

fn socket(ready: &Ready) -> PathBuf {
    match &ready.endpoint {
        Endpoint::Unix(path) => path.clone(),
        Endpoint::Pipe(name) => panic!("{name}"),
    }
}

/// Sends a health_check and reads its answer, so that the link is known to lead to a backend.
async fn speaks(link: &mut Link) {
    const PAYLOAD: &[u8] =
        b"\x84\xa2id\xa11\xa4type\xachealth_check\xa9timestamp\xd6\xff\x69\x55\xb9\x00\xa4data\x80";
    let length = u32::try_from(PAYLOAD.len()).unwrap().to_be_bytes();
    link.write_all(&[&length, PAYLOAD].concat()).await.unwrap();
    let mut header = [0; 4];
    link.read_exact(&mut header).await.unwrap();
    let mut answer = vec![0; u32::from_be_bytes(header) as usize];
    link.read_exact(&mut answer).await.unwrap();
    let wanted = b"health_response";
    assert!(answer.windows(wanted.len()).any(|part| part == wanted));
}

async fn failure(backend: &Backend) -> String {
    match timeout(SOON, backend.ready()).await.unwrap() {
        Err(Error::Failed(reason)) => reason,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_backend_is_started_serves_links_and_ends_in_order() {
    let folder = Folder::new();
    let backend = Backend::start(options(&folder)).unwrap();
    let found = ready(&backend).await;
    let pid = found.pid.unwrap();
    assert!(runs(pid));
    assert_eq!(found.generation, 1);
    assert!(found.protocol.starts_with("0."), "{found:?}");
    let (mut one, mut two) = (backend.link().await.unwrap(), backend.link().await.unwrap());
    speaks(&mut one).await;
    speaks(&mut two).await;
    timeout(SOON, backend.stop()).await.unwrap();
    assert_eq!(backend.status(), Status::Stopped);
    assert!(!runs(pid));
    assert!(
        !socket(&found).exists(),
        "it removed its socket, so it was not killed"
    );
    assert!(matches!(backend.link().await, Err(Error::Stopped)));
    assert_eq!(one.read(&mut [0]).await.unwrap(), 0);
}

#[tokio::test]
async fn a_backend_that_is_killed_is_started_again() {
    let folder = Folder::new();
    let mut options = options(&folder);
    options.pauses = vec![Duration::from_secs(1)]; // so that nobody is too late to see it
    let backend = Backend::start(options).unwrap();
    let first = ready(&backend).await;
    let mut status = backend.watch();
    status.borrow_and_update();
    signal(first.pid.unwrap(), "-KILL");
    timeout(SOON, status.changed()).await.unwrap().unwrap();
    match status.borrow_and_update().clone() {
        Status::Lost { reason, retry_in } => {
            assert!(reason.contains("signal: 9"), "{reason}");
            assert_eq!(retry_in, Duration::from_secs(1));
        }
        other => panic!("{other:?}"),
    }
    let second = ready(&backend).await;
    assert_eq!(second.generation, 2);
    assert_ne!(second.pid, first.pid);
    speaks(&mut backend.link().await.unwrap()).await;
    backend.stop().await;
}

#[tokio::test]
async fn a_link_that_is_asked_for_while_a_backend_is_lost_leads_to_the_next_one() {
    let folder = Folder::new();
    let backend = Backend::start(options(&folder)).unwrap();
    let found = ready(&backend).await;
    signal(found.pid.unwrap(), "-KILL");
    while StdStream::connect(socket(&found)).is_ok() {
        std::thread::sleep(Duration::from_millis(5)); // without letting the supervision notice it
    }
    assert!(matches!(backend.status(), Status::Ready(_)));
    let mut link = timeout(SOON, backend.link()).await.unwrap().unwrap();
    speaks(&mut link).await;
    assert_eq!(ready(&backend).await.generation, 2);
    backend.stop().await;
}

#[tokio::test]
async fn a_backend_that_is_lost_too_often_has_failed_until_it_is_restarted() {
    let folder = Folder::new();
    let mut options = options(&folder);
    options.pauses = vec![Duration::from_millis(1); 2];
    let backend = Backend::start(options).unwrap();
    for generation in 1..=3 {
        let found = ready(&backend).await;
        assert_eq!(found.generation, generation);
        let mut status = backend.watch();
        signal(found.pid.unwrap(), "-KILL");
        let other = status.wait_for(|now| *now != Status::Ready(found.clone()));
        drop(timeout(SOON, other).await.unwrap());
    }
    let reason = failure(&backend).await;
    assert!(reason.contains("signal: 9"), "{reason}");
    let mut status = backend.watch();
    backend.restart().await.unwrap();
    let again = status.wait_for(|now| matches!(now, Status::Ready(_)));
    drop(timeout(SOON, again).await.unwrap());
    assert_eq!(ready(&backend).await.generation, 4);
    backend.stop().await;
}

#[tokio::test]
async fn a_restart_ends_the_backend_in_order() {
    let folder = Folder::new();
    let backend = Backend::start(options(&folder)).unwrap();
    let first = ready(&backend).await;
    let mut status = backend.watch();
    backend.restart().await.unwrap();
    let next = status.wait_for(|now| matches!(now, Status::Ready(one) if one.generation == 2));
    drop(timeout(SOON, next).await.unwrap());
    assert!(!runs(first.pid.unwrap()));
    backend.stop().await;
}

#[tokio::test]
async fn a_backend_that_is_dropped_ends_in_order() {
    let folder = Folder::new();
    let backend = Backend::start(options(&folder)).unwrap();
    let found = ready(&backend).await;
    drop(backend);
    until(|| !runs(found.pid.unwrap())).await;
    assert!(!socket(&found).exists());
}

#[tokio::test]
async fn a_backend_that_does_not_end_is_killed() {
    let folder = Folder::new();
    let mut options = options(&folder);
    options.end_time = Duration::from_millis(200);
    let backend = Backend::start(options).unwrap();
    let pid = ready(&backend).await.pid.unwrap();
    signal(pid, "-STOP");
    timeout(SOON, backend.stop()).await.unwrap();
    assert!(!runs(pid));
}

/// Not a test: what the next one starts as the app that is killed.
#[tokio::test]
#[ignore = "a program that another test runs"]
async fn an_app() {
    let Some(folder) = std::env::var_os("LB_APP_FOLDER") else {
        return;
    };
    let backend = Backend::start(Options::new(program(), folder)).unwrap();
    let found = ready(&backend).await;
    println!(
        "\nbackend {} {}",
        found.pid.unwrap(),
        socket(&found).display()
    );
    std::future::pending::<()>().await;
}

#[tokio::test]
async fn a_backend_ends_with_an_app_that_is_killed() {
    let folder = Folder::new();
    let mut app = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "an_app", "--ignored", "--nocapture"])
        .env("LB_APP_FOLDER", folder.0.join("s"))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(app.stdout.take().unwrap()).lines();
    let line = lines
        .find_map(|line| Some(line.ok()?.strip_prefix("backend ")?.to_owned()))
        .unwrap();
    let (pid, socket) = line.split_once(' ').unwrap();
    let pid = pid.parse().unwrap();
    assert!(runs(pid));
    app.kill().unwrap(); // with SIGKILL
    app.wait().unwrap();
    until(|| !runs(pid)).await;
    assert!(
        !Path::new(socket).exists(),
        "it removed its socket, so it ended in order"
    );
}

#[tokio::test]
async fn wrong_options_fail_at_once_and_say_why() {
    let folder = Folder::new();
    let mut options = options(&folder);
    options.args = vec!["-no-such-option".into()];
    let backend = Backend::start(options).unwrap();
    let reason = failure(&backend).await;
    assert!(reason.contains("exit status: 2"), "{reason}");
    assert!(reason.contains("no-such-option"), "{reason}");
}

#[tokio::test]
async fn a_program_that_is_no_backend_fails_and_says_what_it_said() {
    let folder = Folder::new();
    let mut options = options(&folder);
    options.program = Program::Path(folder.script("hello", "echo hello; sleep 600"));
    options.pauses.clear();
    options.end_time = Duration::ZERO;
    let backend = Backend::start(options).unwrap();
    let reason = failure(&backend).await;
    assert!(
        reason.contains("\"hello\" instead of being ready"),
        "{reason}"
    );
}

#[tokio::test]
async fn a_program_that_says_nothing_is_given_up() {
    let folder = Folder::new();
    let mut options = options(&folder);
    options.program = Program::Path(folder.script("silent", "exec sleep 600"));
    options.pauses.clear();
    options.start_time = Duration::from_millis(300);
    options.end_time = Duration::ZERO;
    let backend = Backend::start(options).unwrap();
    assert!(failure(&backend).await.contains("not ready within"));
}

#[tokio::test]
async fn what_cannot_be_started_is_said_before_a_process_is() {
    let folder = Folder::new();
    let refused = |options| match Backend::start(options) {
        Err(Error::Setup(error)) => error.to_string(),
        other => panic!("{other:?}"),
    };
    let mut nowhere = options(&folder);
    nowhere.program = Program::Source(folder.0.clone());
    assert!(refused(nowhere).contains("make setup"));
    let mut empty = options(&folder);
    empty.program = Program::Bundled(folder.0.clone());
    assert!(refused(empty).contains("make build"));
    let long = Options::new(program(), folder.0.join("x".repeat(100)));
    assert!(refused(long).contains("may have 100"));
    let open = folder.0.join("open");
    fs::create_dir(&open).unwrap();
    fs::set_permissions(&open, fs::Permissions::from_mode(0o755)).unwrap();
    assert!(refused(Options::new(program(), open)).contains("mode 755"));
    assert!(refused(Options::new(program(), "")).contains("this app's own"));
    let mut missing = options(&folder);
    missing.program = Program::Path(folder.0.join("nothing"));
    let backend = Backend::start(missing).unwrap();
    assert!(failure(&backend).await.contains("cannot be run"));
}

#[tokio::test]
async fn a_bundled_folder_is_used_whatever_it_is_called() {
    let folder = Folder::new();
    let bundled = folder.0.join("renamed");
    fs::create_dir(&bundled).unwrap();
    fs::write(bundled.join("litebase-backend.txt"), "no program").unwrap();
    symlink(
        program_file(),
        bundled.join("litebase-backend-x86_64-unknown-linux-gnu"),
    )
    .unwrap();
    let mut options = options(&folder);
    options.program = Program::Bundled(bundled);
    let backend = Backend::start(options).unwrap();
    speaks(&mut timeout(SOON, backend.link()).await.unwrap().unwrap()).await;
    backend.stop().await;
}

#[tokio::test]
async fn output_is_drained_and_logged() {
    let folder = Folder::new();
    let flood = "head -c 500000 /dev/zero | tr '\\0' 'x' >&2; echo >&2; exec \"$REAL\" \"$@\"";
    let script = folder.script(
        "flood",
        &flood.replace("$REAL", program_file().to_str().unwrap()),
    );
    let lines = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&lines);
    let mut options = options(&folder);
    options.program = Program::Path(script);
    options.args = ["-log-level", "debug"].map(Into::into).into();
    options.on_log = Some(Arc::new(move |line| {
        kept.lock().unwrap().push(line.to_owned())
    }));
    let backend = Backend::start(options).unwrap();
    speaks(&mut timeout(SOON, backend.link()).await.unwrap().unwrap()).await;
    until(|| {
        lines
            .lock()
            .unwrap()
            .iter()
            .any(|line| line.contains("health_check"))
    })
    .await;
    let flooded: usize = lines
        .lock()
        .unwrap()
        .iter()
        .filter(|line| line.contains("xx"))
        .map(String::len)
        .sum();
    assert_eq!(flooded, 500_000);
    backend.stop().await;
}

#[tokio::test]
async fn the_environment_of_an_app_does_not_change_the_backend() {
    let folder = Folder::new();
    let shows = folder.script("shows", "echo \"[$PYTHONPATH|$PYTHONHOME|$LB_KEPT]\"");
    let app = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "an_app_that_shows", "--ignored", "--nocapture"])
        .envs([
            ("PYTHONPATH", "/nowhere"),
            ("PYTHONHOME", "/nowhere"),
            ("LB_KEPT", "kept"),
        ])
        .env("LB_SHOWS", shows)
        .env("LB_APP_FOLDER", folder.0.join("s"))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&app.stdout).into_owned();
    assert!(said.contains("[||kept]"), "{said}");
}

/// Not a test: the app of the one before.
#[tokio::test]
#[ignore = "a program that another test runs"]
async fn an_app_that_shows() {
    let Some(program) = std::env::var_os("LB_SHOWS") else {
        return;
    };
    let mut options = Options::new(
        Program::Path(program.into()),
        std::env::var_os("LB_APP_FOLDER").unwrap(),
    );
    options.pauses.clear();
    println!("{}", failure(&Backend::start(options).unwrap()).await);
}

#[tokio::test]
async fn a_backend_that_runs_already_is_used_and_left_alone() {
    let folder = Folder::new();
    let owner = Backend::start(options(&folder)).unwrap();
    let found = ready(&owner).await;
    let mut attached = options(&folder);
    attached.program = Program::Attach(found.endpoint.clone());
    let guest = Backend::start(attached).unwrap();
    assert_eq!(ready(&guest).await.generation, 0);
    speaks(&mut guest.link().await.unwrap()).await;
    guest.restart().await.unwrap();
    guest.stop().await;
    assert_eq!(guest.status(), Status::Stopped);
    assert!(runs(found.pid.unwrap()));
    owner.stop().await;
    let mut gone = options(&folder);
    gone.program = Program::Attach(found.endpoint);
    assert!(matches!(
        Backend::start(gone).unwrap().link().await,
        Err(Error::Link(_))
    ));
}
