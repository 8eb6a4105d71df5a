//! Which program is the backend, and the environment that it gets.

use std::env;
use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};

use tokio::process::Command;

use crate::Endpoint;

/// Where the backend comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Program {
    /// The folder that `make build` makes, for example among the resources of a bundled app. It is
    /// used as it is, and may have been renamed.
    Bundled(PathBuf),
    /// A checkout of LiteBase after `make setup`, for development.
    Source(PathBuf),
    /// Any other program that takes the options of the backend.
    Path(PathBuf),
    /// No program: a backend that is running already. It is neither supervised nor ended.
    Attach(Endpoint),
}

const NAME: &str = "litebase-backend";

/// What a Python of the user, or the AppImage that the app runs in, says to every child.
const OF_PYTHON: [&str; 3] = ["PYTHONHOME", "PYTHONPATH", "PYTHONSTARTUP"];
const OF_APPIMAGE: [&str; 2] = ["LD_LIBRARY_PATH", "LD_PRELOAD"];

impl Program {
    /// The file to run. `Err` says what was looked for.
    pub(crate) fn file(&self) -> io::Result<PathBuf> {
        let candidates = match self {
            Self::Bundled(folder) => {
                return in_folder(folder);
            }
            Self::Source(checkout) if cfg!(windows) => checkout.join(".venv/Scripts").join(NAME),
            Self::Source(checkout) => checkout.join(".venv/bin").join(NAME),
            Self::Path(path) => path.clone(),
            Self::Attach(_) => PathBuf::new(),
        };
        let file = with_suffix(candidates);
        if file.is_file() || matches!(self, Self::Path(_)) {
            return Ok(file); // a path may be a name that is looked up in the PATH
        }
        let advice = "run `make setup` in the checkout";
        Err(missing(format!(
            "There is no {}: {advice}.",
            file.display()
        )))
    }
}

/// A command without what would make the backend another program than the one that was tested.
pub(crate) fn command(file: &Path) -> Command {
    let mut command = Command::new(file);
    for name in OF_PYTHON {
        command.env_remove(name);
    }
    if env::var_os("APPDIR").is_some() {
        for name in OF_APPIMAGE {
            command.env_remove(name);
        }
    }
    #[cfg(windows)]
    {
        const CREATE_NO_WINDOW: u32 = 0x0800_0000;
        command.creation_flags(CREATE_NO_WINDOW);
    }
    command
}

/// The program in a folder that `make build` made: its name begins with that of the backend.
fn in_folder(folder: &Path) -> io::Result<PathBuf> {
    let entries = folder.read_dir().map_err(|error| {
        let told = format!(
            "The folder of the backend, {}, cannot be read: {error}.",
            folder.display()
        );
        io::Error::new(error.kind(), told)
    })?;
    let mut found: Vec<PathBuf> = entries
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.is_file() && is_program(path))
        .collect();
    found.sort();
    found.into_iter().next().ok_or_else(|| {
        missing(format!(
            "There is no {NAME} in {}: is it what `make build` made?",
            folder.display()
        ))
    })
}

fn is_program(path: &Path) -> bool {
    let begins = path
        .file_name()
        .and_then(OsStr::to_str)
        .is_some_and(|name| name.starts_with(NAME));
    let suffix = path.extension().and_then(OsStr::to_str);
    begins
        && (if cfg!(windows) {
            suffix == Some("exe")
        } else {
            suffix.is_none()
        })
}

fn with_suffix(path: PathBuf) -> PathBuf {
    if cfg!(windows) && path.extension().is_none() {
        path.with_extension("exe")
    } else {
        path
    }
}

fn missing(message: String) -> io::Error {
    io::Error::new(io::ErrorKind::NotFound, message)
}
