//! What the page may ask. Tauri sends a call again when its answer did not reach the page, for
//! example after `window.stop()`; so each of these may be repeated.

use tauri::http::HeaderMap;
use tauri::ipc::{InvokeBody, Request, Response};
use tauri::{Runtime, State, Webview, command};

use crate::links::Key;
use crate::status::Told;
use crate::{Error, LiteBase, Status};

/// Opens a link under a name that the page chose, as soon as the backend is ready.
#[command]
pub(crate) async fn open<R: Runtime>(
    webview: Webview<R>,
    litebase: State<'_, LiteBase>,
    link: String,
) -> Result<(), Error> {
    let window = webview.window().label().to_owned();
    let key = Key::of(webview.label(), &link);
    litebase.links.open(key, window, &litebase.backend).await
}

/// Passes bytes on. The page waits for the answer before it sends more, which keeps their order and
/// lets the backend slow the page down.
#[command]
pub(crate) async fn send<R: Runtime>(
    webview: Webview<R>,
    litebase: State<'_, LiteBase>,
    request: Request<'_>,
) -> Result<(), Error> {
    let headers = request.headers();
    let link = header(headers, "litebase-link").ok_or(Error::NotSendable("there is no link"))?;
    let number = header(headers, "litebase-seq").and_then(|text| text.parse().ok());
    let number = number.ok_or(Error::NotSendable("there is no number"))?;
    let link = litebase.links.find(&Key::of(webview.label(), link))?;
    match request.body() {
        InvokeBody::Raw(bytes) => link.send(number, bytes).await,
        InvokeBody::Json(list) => link.send(number, &bytes_of(list)?).await,
    }
}

/// Waits for bytes. None means that the link has ended.
#[command]
pub(crate) async fn receive<R: Runtime>(
    webview: Webview<R>,
    litebase: State<'_, LiteBase>,
    link: String,
    seq: u64,
) -> Result<Response, Error> {
    let link = litebase.links.find(&Key::of(webview.label(), &link))?;
    Ok(Response::new(link.receive(seq).await?))
}

/// Ends a link, if it is there.
#[command]
pub(crate) fn close<R: Runtime>(webview: Webview<R>, litebase: State<LiteBase>, link: String) {
    litebase.links.close(Key::of(webview.label(), &link));
}

/// What the backend does now.
#[command]
pub(crate) fn status(litebase: State<LiteBase>) -> Told {
    litebase.backend.status().into()
}

/// Starts a backend that has failed. One that runs is left alone: other pages may use it.
#[command]
pub(crate) async fn restart(litebase: State<'_, LiteBase>) -> Result<(), Error> {
    let mut status = litebase.backend.watch();
    let failed = matches!(*status.borrow_and_update(), Status::Failed { .. });
    if failed {
        litebase.backend.restart().await?;
        let _ = status.changed().await; // so that the next `open` waits for it
    }
    Ok(())
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// The bytes of a page whose Content Security Policy keeps Tauri from sending them as they are.
fn bytes_of(list: &serde_json::Value) -> Result<Vec<u8>, Error> {
    let wrong = Error::NotSendable("the body is something else");
    let Some(list) = list.as_array() else {
        return Err(wrong);
    };
    let bytes = list
        .iter()
        .map(|number| u8::try_from(number.as_u64()?).ok());
    bytes.collect::<Option<Vec<u8>>>().ok_or(wrong)
}
