//! Runs a LiteBase backend beside a Tauri app, and links the app's web views to it.
//!
//! [`init`] is all that an app needs: the backend comes from the app's resources, and
//! `@litebase/tauri` reaches it from the page. [`Builder`] has what an app may want otherwise, and
//! [`LiteBaseExt`] gives the app's own Rust code a client of the same backend.

#![forbid(unsafe_code)]

mod commands;
mod error;
mod links;
mod place;
mod status;

use std::ffi::OsString;
use std::path::PathBuf;

use litebase_client::{Client, ConnectOptions};
use litebase_process::OnLog;
use tauri::plugin::{Builder as PluginBuilder, PluginApi, TauriPlugin};
use tauri::webview::PageLoadEvent;
use tauri::{AppHandle, Manager, RunEvent, Runtime, WindowEvent};

pub use error::Error;
pub use litebase_client as client;
pub use litebase_process::{Backend, Options, Program, Status};
pub use place::Config;

use links::Links;

/// The plugin as most apps want it.
pub fn init<R: Runtime>() -> TauriPlugin<R, Option<Config>> {
    Builder::new().build()
}

type Change = Box<dyn FnOnce(&mut Options) + Send>;

/// Makes the plugin with something else than the usual.
#[derive(Default)]
pub struct Builder {
    program: Option<Program>,
    folder: Option<PathBuf>,
    change: Option<Change>,
    args: Vec<OsString>,
    on_log: Option<OnLog>,
}

impl Builder {
    /// The usual.
    pub fn new() -> Self {
        Self::default()
    }

    /// Where the backend comes from, whatever the configuration and the environment say.
    #[must_use]
    pub fn program(mut self, program: Program) -> Self {
        self.program = Some(program);
        self
    }

    /// The folder for the backend's socket: private, of this app alone, and with a short path.
    #[must_use]
    pub fn folder(mut self, folder: impl Into<PathBuf>) -> Self {
        self.folder = Some(folder.into());
        self
    }

    /// Changes how the backend is started and kept, for example its times.
    #[must_use]
    pub fn options(mut self, change: impl FnOnce(&mut Options) + Send + 'static) -> Self {
        self.change = Some(Box::new(change));
        self
    }

    /// Further arguments of the backend, after those of the configuration.
    #[must_use]
    pub fn args(mut self, args: impl IntoIterator<Item = impl Into<OsString>>) -> Self {
        self.args.extend(args.into_iter().map(Into::into));
        self
    }

    /// Receives the lines of the backend's log, which are dropped otherwise. It must not block.
    #[must_use]
    pub fn on_log(mut self, on_log: impl Fn(&str) + Send + Sync + 'static) -> Self {
        self.on_log = Some(std::sync::Arc::new(on_log));
        self
    }

    /// Makes the plugin.
    pub fn build<R: Runtime>(self) -> TauriPlugin<R, Option<Config>> {
        PluginBuilder::<R, Option<Config>>::new("litebase")
            .invoke_handler(tauri::generate_handler![
                commands::open,
                commands::send,
                commands::receive,
                commands::close,
                commands::status,
                commands::restart,
            ])
            .setup(move |app, api| Ok(self.start(app, &api)?))
            .on_page_load(|webview, payload| {
                if payload.event() == PageLoadEvent::Started {
                    webview.litebase().links.end_of_webview(webview.label());
                }
            })
            .on_event(|app, event| match event {
                RunEvent::WindowEvent {
                    label,
                    event: WindowEvent::Destroyed,
                    ..
                } => app.litebase().links.end_of_window(label),
                RunEvent::Exit => app.litebase().end(),
                _ => {}
            })
            .build()
    }

    fn start<R: Runtime>(
        self,
        app: &AppHandle<R>,
        api: &PluginApi<R, Option<Config>>,
    ) -> Result<(), Error> {
        let config = api.config().clone().unwrap_or_default(); // nothing is said: null
        let program = match self.program {
            Some(program) => program,
            None => place::program(app, &config)?,
        };
        let folder = match self.folder {
            Some(folder) => folder,
            None => place::folder(app)?,
        };
        let mut options = Options::new(program, folder);
        options.args = config.args.into_iter().map(OsString::from).collect();
        options.args.extend(self.args);
        options.on_log = self.on_log;
        if let Some(change) = self.change {
            change(&mut options);
        }
        let folder = options.folder.clone();
        // The supervision runs in Tauri's runtime, and not where an app may block.
        let backend = tauri::async_runtime::block_on(async { Backend::start(options) })?;
        status::follow(app.clone(), backend.watch());
        app.manage(LiteBase {
            backend,
            links: Links::default(),
            folder,
        });
        Ok(())
    }
}

/// The backend of an app.
#[derive(Debug)]
pub struct LiteBase {
    backend: Backend,
    links: Links,
    folder: PathBuf,
}

impl LiteBase {
    /// The process: its status, and how to start it again.
    pub fn backend(&self) -> &Backend {
        &self.backend
    }

    /// Waits until the backend is ready, and opens a link for the app's own code.
    pub async fn client(&self, options: ConnectOptions) -> Result<Client, Error> {
        Ok(Client::over(self.backend.link().await?, options).await?)
    }

    /// Ends the backend in order, and removes the folder of its socket if nothing else is in it.
    fn end(&self) {
        self.links.end_all();
        tauri::async_runtime::block_on(self.backend.stop());
        let _ = std::fs::remove_dir(&self.folder);
    }
}

/// Gives access to the backend wherever there is an app, a window or a web view.
pub trait LiteBaseExt<R: Runtime> {
    /// The app's backend. Panics when the app does not use the plugin.
    fn litebase(&self) -> &LiteBase;
}

impl<R: Runtime, T: Manager<R>> LiteBaseExt<R> for T {
    fn litebase(&self) -> &LiteBase {
        self.state::<LiteBase>().inner()
    }
}
