"""A client of WebKitWebDriver: plain HTTP. Every call has a time limit, because the driver has none.

Source: https://www.w3.org/TR/webdriver2/
"""

import base64
import json
import urllib.error
import urllib.request
from http.client import HTTPException
from typing import Any

CALL_S = 60.0
_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"


class DriverError(Exception):
    """The driver refused a command, or did not answer."""


class Session:
    """One app under the control of the driver. `program` is started for it."""

    def __init__(self, port: int, program: str, *arguments: str) -> None:
        self._base = f"http://127.0.0.1:{port}/session"
        options = {"binary": program, "args": list(arguments)}
        wanted = {"capabilities": {"alwaysMatch": {"webkitgtk:browserOptions": options}}}
        self._base += "/" + _call("POST", self._base, wanted)["sessionId"]
        self.post("timeouts", {"script": int(1000 * CALL_S)})

    def post(self, command: str, data: Any = None, within_s: float = CALL_S) -> Any:
        """Send a command, and return its value."""
        return _call("POST", f"{self._base}/{command}", data or {}, within_s)

    def get(self, command: str) -> Any:
        """Ask something."""
        return _call("GET", f"{self._base}/{command}")

    def run(self, script: str, *arguments: Any, within_s: float = CALL_S) -> Any:
        """The value of an expression in the page, awaited. What it throws is a `DriverError`."""
        text = (
            "const done = arguments[arguments.length - 1];"
            f"(async () => ({script}))()"
            ".then((value) => done({ value }), (error) => done({ error: String(error) }));"
        )
        found = self.post("execute/async", {"script": text, "args": list(arguments)}, within_s)
        if "error" in found:
            raise DriverError(found["error"])
        return found.get("value")

    def texts(self, selector: str) -> list[str]:
        """The text of each element that a CSS selector finds."""
        found = self.post("elements", {"using": "css selector", "value": selector})
        return [self.get(f"element/{one[_ELEMENT]}/text") for one in found]

    def screenshot(self) -> bytes:
        """The page as PNG."""
        return base64.b64decode(self.get("screenshot"))

    def end(self) -> None:
        """Close the app."""
        _call("DELETE", self._base)


def _call(method: str, url: str, data: Any = None, within_s: float = CALL_S) -> Any:
    body = None if data is None else json.dumps(data).encode()
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"}, method=method)  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=within_s) as answer:  # noqa: S310  # a server of our own
            return json.load(answer)["value"]
    except urllib.error.HTTPError as error:
        raise DriverError(error.read().decode(errors="replace")) from error
    except (OSError, HTTPException) as error:
        raise DriverError(f"{method} {url}: {error}") from error
