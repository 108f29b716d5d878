"""A headless Chromium, driven over the DevTools protocol through a pair of pipes.

Pipes need no port and no WebSocket: each message is JSON, ended by a null byte, on the file descriptors 3 (to
the browser) and 4 (from it). https://chromedevtools.github.io/devtools-protocol/
"""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = (
    "--headless",
    "--no-sandbox",  # the sandbox refuses to start for root, which CI containers run as
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
)
_ITS_INPUT, _ITS_OUTPUT = 3, 4
_PATIENCE = 60.0


class BrowserError(Exception):
    """Chromium refused a command, or died, or did not answer in time."""


def find_chromium() -> str | None:
    """The path of an installed Chromium."""
    return next((path for path in map(shutil.which, NAMES) if path), None)


@dataclass
class Page:
    """One open tab. `events` holds every event that it sent so far, oldest first."""

    pipe: Pipe
    session: str
    events: list[dict[str, Any]] = field(default_factory=list)

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Send a command and wait for its result; raises BrowserError when the browser refuses it."""
        number = self.pipe.send(method, parameters, self.session)
        while True:
            message = self.pipe.receive()
            if message.get("id") == number:
                return _result(method, message)
            self.events.append(message)

    def open(self, address: str) -> None:
        """Load `address` and wait until all of it is there."""
        seen = len(self.events)
        if "errorText" in (loaded := self.call("Page.navigate", url=address)):
            raise BrowserError(f"{address} did not load: {loaded['errorText']}")
        while not any(event.get("method") == "Page.loadEventFired" for event in self.events[seen:]):
            self.events.append(self.pipe.receive())

    def evaluate(self, expression: str) -> Any:
        """The value of a JavaScript expression; the page's own policy does not bind it."""
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        if "exceptionDetails" in result:
            raise BrowserError(f"{expression}: {result['exceptionDetails']}")
        return result["result"].get("value")

    def show(self, width: int, height: int, *, dark: bool = False, scale: float = 1) -> None:
        """Be a screen of width x height CSS pixels whose owner prefers light or dark colours."""
        size = {"width": width, "height": height, "deviceScaleFactor": scale, "mobile": width < 600}
        self.call("Emulation.setDeviceMetricsOverride", **size)
        theme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[theme])

    def screenshot(self) -> bytes:
        """A PNG of the screen."""
        return base64.b64decode(self.call("Page.captureScreenshot")["data"])


class Pipe:
    """Messages to and from the browser."""

    def __init__(self, process: subprocess.Popen[bytes], to_browser: int, from_browser: int) -> None:
        self._process, self._out, self._in = process, to_browser, from_browser
        self._number, self._buffer = 0, b""

    def send(self, method: str, parameters: dict[str, Any], session: str | None = None) -> int:
        """Returns the number that the answer will bear."""
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        return self._number

    def receive(self) -> dict[str, Any]:
        """The next message; raises BrowserError when none comes."""
        deadline = time.monotonic() + _PATIENCE
        while b"\0" not in self._buffer:
            ready, _, _ = select.select([self._in], [], [], max(0.0, deadline - time.monotonic()))
            received = os.read(self._in, 1 << 20) if ready else b""
            if not received:
                raise BrowserError(f"Chromium sent nothing for {_PATIENCE:g} s or died; it may lack memory.")
            self._buffer += received
        message, _, self._buffer = self._buffer.partition(b"\0")
        return dict(json.loads(message))


@contextmanager
def open_browser(executable: str) -> Iterator[Pipe]:
    """A browser with a profile of its own, ended with everything it started."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [executable, *_FLAGS, f"--user-data-dir={profile}", "about:blank"]
        process, to_browser, from_browser = _start(command)
        try:
            yield Pipe(process, to_browser, from_browser)
        finally:
            for descriptor in (to_browser, from_browser):
                os.close(descriptor)  # Chromium ends when its pipes close
            _end(process)


@contextmanager
def open_page(browser: Pipe) -> Iterator[Page]:
    """A tab without a network, which reports what it loads and what goes wrong."""
    blank = Page(browser, "")
    target = blank.call("Target.createTarget", url="about:blank")["targetId"]
    session = blank.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
    page = Page(browser, session)
    for domain in ("Page", "Runtime", "Log", "Network"):
        page.call(f"{domain}.enable")
    offline = {"offline": True, "latency": 0, "downloadThroughput": 0, "uploadThroughput": 0}
    page.call("Network.emulateNetworkConditions", **offline)
    try:
        yield page
    finally:
        blank.call("Target.closeTarget", targetId=target)


def _start(command: list[str]) -> tuple[subprocess.Popen[bytes], int, int]:
    with _low_descriptors_taken():
        its_input, to_browser = os.pipe()
        from_browser, its_output = os.pipe()

        def connect() -> None:
            os.dup2(its_input, _ITS_INPUT)
            os.dup2(its_output, _ITS_OUTPUT)

        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=connect,
            pass_fds=(_ITS_INPUT, _ITS_OUTPUT),
        )
    os.close(its_input)
    os.close(its_output)
    return process, to_browser, from_browser


@contextmanager
def _low_descriptors_taken() -> Iterator[None]:
    """No pipe opened meanwhile, nor Popen's own, has a descriptor that the child gives to another file."""
    held = [os.open(os.devnull, os.O_RDONLY)]
    while held[-1] < _ITS_OUTPUT:
        held.append(os.open(os.devnull, os.O_RDONLY))
    try:
        yield
    finally:
        for descriptor in held:
            os.close(descriptor)


def _end(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _result(method: str, message: dict[str, Any]) -> dict[str, Any]:
    if "error" in message:
        raise BrowserError(f"{method}: {message['error']['message']}")
    return dict(message["result"])
