//! Keeps one backend running: start, ready line, loss, restart, end.

use std::ffi::OsString;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::process::{Child, ChildStdin};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout};

use crate::program::{Program, command};
use crate::{Endpoint, Link, Ready, log, ready};

/// Receives the lines of the backend's log. It must not block.
pub type OnLog = Arc<dyn Fn(&str) + Send + Sync>;

/// How a backend is started and kept.
#[derive(Clone)]
pub struct Options {
    /// Where the backend comes from.
    pub program: Program,
    /// The folder for the backend's socket, of this app only. It is made when it is missing, and
    /// must be private. Not used on Windows, where a pipe has no place.
    pub folder: PathBuf,
    /// The working directory, to which paths of databases are relative; default: that of the app.
    pub directory: Option<PathBuf>,
    /// Further arguments, for example `-log-level` and `warn`.
    pub args: Vec<OsString>,
    /// Receives the lines of the log.
    pub on_log: Option<OnLog>,
    /// How long a start may take until the ready line comes.
    pub start_time: Duration,
    /// How long the end may take before the process is killed.
    pub end_time: Duration,
    /// The pauses before a backend that was lost is started again. When it is lost once more after
    /// all of them, it has failed.
    pub pauses: Vec<Duration>,
    /// A backend that ran for so long had a good start: the pauses begin anew.
    pub steady_time: Duration,
}

impl Options {
    /// The usual times.
    pub fn new(program: Program, folder: impl Into<PathBuf>) -> Self {
        Self {
            program,
            folder: folder.into(),
            directory: None,
            args: Vec::new(),
            on_log: None,
            start_time: Duration::from_secs(60),
            end_time: Duration::from_secs(7),
            pauses: [100, 200, 400, 800, 1600].map(Duration::from_millis).into(),
            steady_time: Duration::from_secs(10),
        }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter
            .debug_struct("Options")
            .field("program", &self.program)
            .field("folder", &self.folder)
            .finish_non_exhaustive()
    }
}

/// What a backend does now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// It was started and has not said yet that it is ready.
    Starting,
    /// It takes clients.
    Ready(Ready),
    /// It ended without being asked to, or did not become ready. It is started again after the
    /// pause. Everything that was open in it is gone.
    Lost {
        /// What is known about why.
        reason: String,
        /// The pause.
        retry_in: Duration,
    },
    /// It was lost too often, or cannot run as it was started. `restart` tries again.
    Failed {
        /// What is known about why.
        reason: String,
    },
    /// `stop` ended it.
    Stopped,
}

/// Why there is no backend.
#[derive(Debug)]
pub enum Error {
    /// The options cannot be right: no program, no private folder, a path that is too long.
    Setup(io::Error),
    /// The backend has failed, for this reason.
    Failed(String),
    /// The backend was stopped.
    Stopped,
    /// The backend is ready, but the link could not be opened.
    Link(io::Error),
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Setup(error) => write!(formatter, "The backend cannot be started. {error}"),
            Self::Failed(reason) => write!(formatter, "The backend does not run. {reason}"),
            Self::Stopped => write!(formatter, "The backend was stopped."),
            Self::Link(error) => write!(formatter, "The backend cannot be reached: {error}."),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Setup(error) | Self::Link(error) => Some(error),
            Self::Failed(_) | Self::Stopped => None,
        }
    }
}

/// A backend that is kept running until this is stopped or dropped.
///
/// Dropping it closes the backend's stdin, which ends it in order a moment later; so does a crash
/// of the app. `stop` waits for the end.
#[derive(Debug)]
pub struct Backend {
    status: watch::Receiver<Status>,
    orders: mpsc::Sender<Order>,
}

#[derive(Debug)]
enum Order {
    Restart,
    Stop(oneshot::Sender<()>),
}

const TRIES: u32 = 5; // to open a link to a backend that is lost meanwhile
const NOTICE_TIME: Duration = Duration::from_secs(2); // from a refused link to the news that it is lost

impl Backend {
    /// Starts a backend and returns at once; `ready` waits for it. Must be called inside of a tokio
    /// runtime, which then runs the supervision.
    pub fn start(options: Options) -> Result<Self, Error> {
        let (orders, taken) = mpsc::channel(1);
        if let Program::Attach(endpoint) = &options.program {
            let (sender, status) = watch::channel(Status::Ready(attached(endpoint.clone())));
            tokio::spawn(stand_by(sender, taken));
            return Ok(Self { status, orders });
        }
        let plan = Plan::of(options).map_err(Error::Setup)?;
        let (sender, status) = watch::channel(Status::Starting);
        tokio::spawn(supervise(plan, sender, taken));
        Ok(Self { status, orders })
    }

    /// What it does now.
    pub fn status(&self) -> Status {
        self.status.borrow().clone()
    }

    /// Tells what it does now, and every change. A reader that is late sees the newest only.
    pub fn watch(&self) -> watch::Receiver<Status> {
        self.status.clone()
    }

    /// Waits until it takes clients.
    pub async fn ready(&self) -> Result<Ready, Error> {
        let mut status = self.status.clone();
        loop {
            match &*status.borrow_and_update() {
                Status::Ready(ready) => return Ok(ready.clone()),
                Status::Failed { reason } => return Err(Error::Failed(reason.clone())),
                Status::Stopped => return Err(Error::Stopped),
                Status::Starting | Status::Lost { .. } => {}
            }
            if status.changed().await.is_err() {
                return Err(Error::Stopped);
            }
        }
    }

    /// Waits until it takes clients, and opens a stream to it.
    pub async fn link(&self) -> Result<Link, Error> {
        let mut tries = 0;
        loop {
            let ready = self.ready().await?;
            let error = match Link::open(&ready.endpoint).await {
                Ok(link) => return Ok(link),
                Err(error) => error,
            };
            tries += 1;
            let mut status = self.status.clone();
            let other = status.wait_for(|now| *now != Status::Ready(ready.clone()));
            let noticed = matches!(timeout(NOTICE_TIME, other).await, Ok(Ok(_)));
            if tries == TRIES || !noticed {
                return Err(Error::Link(error));
            }
        }
    }

    /// Ends the backend in order and starts it again, also after it has failed. Does nothing to one
    /// that the app did not start.
    pub async fn restart(&self) -> Result<(), Error> {
        let sent = self.orders.send(Order::Restart).await;
        sent.map_err(|_| Error::Stopped)
    }

    /// Ends the backend in order, and kills it if that takes too long. Returns when it has ended.
    pub async fn stop(&self) {
        let (sender, done) = oneshot::channel();
        if self.orders.send(Order::Stop(sender)).await.is_ok() {
            let _ = done.await;
        }
    }
}

fn attached(endpoint: Endpoint) -> Ready {
    Ready {
        generation: 0,
        pid: None,
        version: String::new(),
        protocol: String::new(),
        endpoint,
    }
}

/// Takes the orders for a backend that the app did not start.
async fn stand_by(status: watch::Sender<Status>, mut orders: mpsc::Receiver<Order>) {
    while let Some(order) = orders.recv().await {
        if let Order::Stop(done) = order {
            status.send_replace(Status::Stopped);
            let _ = done.send(());
            return;
        }
    }
}

/// What is needed to start a process, checked.
struct Plan {
    options: Options,
    file: PathBuf,
    args: Vec<OsString>,
}

impl Plan {
    fn of(options: Options) -> io::Result<Self> {
        let file = options.program.file()?;
        let own = std::process::id().to_string();
        let mut args: Vec<OsString> = ["--lifeline", "stdin", "--parent-pid", &own]
            .map(Into::into)
            .into();
        if cfg!(unix) {
            let socket = options.folder.join(format!("litebase-{own}.sock"));
            private_folder(&options.folder)?;
            fits(&socket)?;
            args.extend(["--socket".into(), socket.into_os_string()]);
        }
        args.extend(options.args.iter().cloned());
        Ok(Self {
            options,
            file,
            args,
        })
    }
}

const LONGEST_PATH: usize = 100; // bytes; some systems end a socket's path soon after

fn fits(socket: &Path) -> io::Result<()> {
    let length = socket.as_os_str().len();
    if length <= LONGEST_PATH {
        return Ok(());
    }
    let told = format!(
        "The path of the socket, {}, has {length} bytes and may have {LONGEST_PATH}: give a shorter folder.",
        socket.display()
    );
    Err(io::Error::new(io::ErrorKind::InvalidInput, told))
}

#[cfg(unix)]
fn private_folder(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
    const OF_OTHERS: u32 = 0o077;
    if folder.as_os_str().is_empty() || folder == Path::new("/tmp") {
        let told = "The folder of the socket must be a folder of this app's own.";
        return Err(io::Error::new(io::ErrorKind::InvalidInput, told));
    }
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)?;
    let mode = folder.metadata()?.permissions().mode();
    if mode & OF_OTHERS == 0 {
        return Ok(());
    }
    let told = format!(
        "The folder of the socket, {}, is open to other users (mode {:o}): use a folder with mode 700.",
        folder.display(),
        mode & 0o777
    );
    Err(io::Error::new(io::ErrorKind::PermissionDenied, told))
}

#[cfg(not(unix))]
fn private_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}

/// A process with its lifeline. Dropping it ends the process in order, a moment later.
struct Running {
    child: Child,
    lifeline: Option<ChildStdin>,
    said: mpsc::Receiver<String>,
    last: Arc<Mutex<String>>,
    log: JoinHandle<()>,
}

impl Running {
    fn start(plan: &Plan) -> io::Result<Self> {
        let mut command = command(&plan.file);
        command.args(&plan.args);
        if let Some(directory) = &plan.options.directory {
            command.current_dir(directory);
        }
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|error| {
            io::Error::new(
                error.kind(),
                format!("{} cannot be run: {error}.", plan.file.display()),
            )
        })?;
        let (found, said) = mpsc::channel(1);
        if let Some(stdout) = child.stdout.take() {
            tokio::spawn(log::first_line(stdout, found));
        }
        let last = Arc::new(Mutex::new(String::new()));
        let log = tokio::spawn(follow(
            child.stderr.take(),
            Arc::clone(&last),
            plan.options.on_log.clone(),
        ));
        let lifeline = child.stdin.take(); // `wait` would close it
        Ok(Self {
            child,
            lifeline,
            said,
            last,
            log,
        })
    }

    /// The first line that it writes, or why there is none.
    async fn ready(&mut self, generation: u64) -> Result<Ready, Loss> {
        match self.said.recv().await {
            Some(line) => ready::read(&line, generation)
                .ok_or_else(|| Loss::again(format!("It said {line:?} instead of being ready."))),
            None => Err(self.ended().await),
        }
    }

    /// Waits until it ends by itself.
    async fn ended(&mut self) -> Loss {
        let ended = self.child.wait().await;
        let _ = timeout(Duration::from_secs(1), &mut self.log).await; // its last words
        let last = self
            .last
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        Loss::of(ended, &last)
    }

    /// Ends it in order, or kills it when that takes longer than allowed.
    async fn end(mut self, within: Duration) {
        drop(self.lifeline.take());
        if timeout(within, self.child.wait()).await.is_err() {
            let _ = self.child.kill().await;
        }
    }
}

async fn follow(
    stderr: Option<tokio::process::ChildStderr>,
    last: Arc<Mutex<String>>,
    on_log: Option<OnLog>,
) {
    let Some(stderr) = stderr else { return };
    log::lines(stderr, |line| {
        line.clone_into(&mut last.lock().unwrap_or_else(PoisonError::into_inner));
        if let Some(on_log) = &on_log {
            on_log(line);
        }
    })
    .await;
}

/// Why a backend is not there, and whether the same start could succeed later.
struct Loss {
    reason: String,
    forever: bool,
}

/// Wrong options, a place that cannot be used, a build that does not work here.
const USELESS_TO_REPEAT: [i32; 3] = [2, 4, 6];

impl Loss {
    fn again(reason: String) -> Self {
        Self {
            reason,
            forever: false,
        }
    }

    fn of(ended: io::Result<ExitStatus>, last: &str) -> Self {
        let how = match &ended {
            Ok(status) => status.to_string(),
            Err(error) => error.to_string(),
        };
        let last = if last.is_empty() {
            String::new()
        } else {
            format!(" Its last words: {last}")
        };
        let code = ended.ok().and_then(|status| status.code());
        Self {
            reason: format!("It ended: {how}.{last}"),
            forever: code.is_some_and(|code| USELESS_TO_REPEAT.contains(&code)),
        }
    }
}

/// What is to be done after a backend was there.
enum Next {
    StartAgain,
    Lost(Loss),
    Stop(Option<oneshot::Sender<()>>),
}

async fn supervise(plan: Plan, status: watch::Sender<Status>, mut orders: mpsc::Receiver<Order>) {
    let mut generation = 0;
    let mut losses = 0;
    loop {
        status.send_replace(Status::Starting);
        let began = Instant::now();
        generation += 1;
        let mut next = run(&plan, generation, &status, &mut orders).await;
        if let Next::Lost(loss) = next {
            if began.elapsed() >= plan.options.steady_time {
                losses = 0;
            }
            let pause = plan.options.pauses.get(losses).filter(|_| !loss.forever);
            losses += 1;
            status.send_replace(match pause {
                Some(pause) => Status::Lost {
                    reason: loss.reason,
                    retry_in: *pause,
                },
                None => Status::Failed {
                    reason: loss.reason,
                },
            });
            next = match pause {
                Some(pause) => tokio::select! {
                    () = sleep(*pause) => continue,
                    order = orders.recv() => Next::from(order),
                },
                None => Next::from(orders.recv().await),
            };
        }
        losses = 0; // somebody decided
        if let Next::Stop(done) = next {
            status.send_replace(Status::Stopped);
            if let Some(done) = done {
                let _ = done.send(());
            }
            return;
        }
    }
}

impl From<Option<Order>> for Next {
    fn from(order: Option<Order>) -> Self {
        match order {
            Some(Order::Restart) => Self::StartAgain,
            Some(Order::Stop(done)) => Self::Stop(Some(done)),
            None => Self::Stop(None),
        }
    }
}

/// One process from its start to its end.
async fn run(
    plan: &Plan,
    generation: u64,
    status: &watch::Sender<Status>,
    orders: &mut mpsc::Receiver<Order>,
) -> Next {
    let mut running = match Running::start(plan) {
        Ok(running) => running,
        Err(error) => {
            return Next::Lost(Loss {
                reason: error.to_string(),
                forever: true,
            });
        }
    };
    let next = tokio::select! {
        loss = live(&mut running, plan, generation, status) => Next::Lost(loss),
        order = orders.recv() => Next::from(order),
    };
    running.end(plan.options.end_time).await; // at once, when it has ended already
    next
}

/// Announces that a backend is ready, and waits until it is lost.
async fn live(
    running: &mut Running,
    plan: &Plan,
    generation: u64,
    status: &watch::Sender<Status>,
) -> Loss {
    let within = plan.options.start_time;
    match timeout(within, running.ready(generation)).await {
        Ok(Ok(ready)) => status.send_replace(Status::Ready(ready)),
        Ok(Err(loss)) => return loss,
        Err(_) => return Loss::again(format!("It was not ready within {} s.", within.as_secs())),
    };
    running.ended().await
}
