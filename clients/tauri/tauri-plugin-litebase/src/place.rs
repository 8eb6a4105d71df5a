//! Where the backend comes from, and where its socket is.

use std::env;
use std::path::PathBuf;

use litebase_process::{Endpoint, Program};
use serde::Deserialize;
use tauri::{AppHandle, Manager, Runtime};

use crate::Error;

/// What `plugins.litebase` of `tauri.conf.json` may say.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Config {
    /// A checkout of LiteBase, whose backend `tauri dev` uses instead of a built one. A relative
    /// path begins at the working directory, which is `src-tauri` there.
    pub source: Option<PathBuf>,
    /// Further arguments of the backend, for example `--log-level` and `warn`.
    pub args: Vec<String>,
}

/// The folder with the backend among the resources of the app.
const RESOURCE: &str = "litebase";

/// For debug builds: a checkout, or where a backend listens already.
const SOURCE: &str = "LITEBASE_SOURCE";
const ENDPOINT: &str = "LITEBASE_ENDPOINT";

/// The backend of the environment in a debug build, of the configuration under `tauri dev`, or that
/// of the app's resources.
pub(crate) fn program<R: Runtime>(app: &AppHandle<R>, config: &Config) -> Result<Program, Error> {
    if cfg!(debug_assertions) {
        if let Some(path) = env::var_os(ENDPOINT) {
            return Ok(Program::Attach(endpoint(path)));
        }
        if let Some(checkout) = env::var_os(SOURCE) {
            return Ok(Program::Source(checkout.into()));
        }
    }
    match &config.source {
        Some(checkout) if tauri::is_dev() => Ok(Program::Source(checkout.clone())),
        _ => {
            let resources = app.path().resource_dir().map_err(Error::NoFolder)?;
            Ok(Program::Bundled(resources.join(RESOURCE)))
        }
    }
}

fn endpoint(path: std::ffi::OsString) -> Endpoint {
    if cfg!(windows) {
        Endpoint::Pipe(path.to_string_lossy().into_owned())
    } else {
        Endpoint::Unix(path.into())
    }
}

/// A folder of this app and user: short, because a socket's path may not be long.
pub(crate) fn folder<R: Runtime>(app: &AppHandle<R>) -> Result<PathBuf, Error> {
    let identifier = &app.config().identifier;
    if identifier.is_empty() {
        return Err(Error::NoIdentifier);
    }
    let paths = app.path();
    let base = if cfg!(target_os = "macos") {
        paths.temp_dir() // it is of this user alone; that of caches is too long
    } else {
        paths.runtime_dir().or_else(|_| paths.cache_dir())
    };
    Ok(base.map_err(Error::NoFolder)?.join(identifier))
}
