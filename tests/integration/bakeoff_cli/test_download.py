"""Downloads from a real HTTP server on this machine."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from typer.testing import Result

from bakeoff_cli.data.sample import SAMPLE_FILE
from tests.command_line import run_bakeoff


class _Site(BaseHTTPRequestHandler):
    """/sample is a file, /moved leads to it, /short breaks off, everything else is not found."""

    def do_GET(self) -> None:
        content = SAMPLE_FILE.read_bytes()
        self.send_response({"/sample": 200, "/short": 200, "/moved": 302}.get(self.path, 404))
        self.send_header("Location", "/sample")
        self.send_header("Content-Length", str(len(content) if self.path in ("/sample", "/short") else 0))
        self.end_headers()
        if self.path == "/sample":
            self.wfile.write(content)
        elif self.path == "/short":
            self.wfile.write(content[:100])

    def log_message(self, format: str, *arguments: object) -> None:
        """Nobody reads the log of a test's server."""


@pytest.fixture
def url() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Site) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def _abalone(tmp_path: Path, *arguments: str) -> Result:
    return run_bakeoff("dataset", "abalone", "--output", tmp_path, *arguments)


@pytest.mark.parametrize("page", ["/sample", "/moved"])
def test_an_address_of_ones_own_is_downloaded_and_halved(url: str, tmp_path: Path, page: str) -> None:
    result = _abalone(tmp_path, "--source", url + page, "--no-verify", "--json")
    assert result.exit_code == 0, result.output
    assert [file["lines"] for file in json.loads(result.stdout)["files"]] == [300, 300]
    halves = (tmp_path / "dataset1.csv").read_bytes() + (tmp_path / "dataset2.csv").read_bytes()
    assert halves == SAMPLE_FILE.read_bytes()


def test_what_is_not_the_published_file_is_refused(url: str, tmp_path: Path) -> None:
    result = _abalone(tmp_path, "--source", f"{url}/sample")
    assert result.exit_code == 2
    assert f"{url}/sample is not the published abalone.libsvm" in result.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("page", "reason"), [("/gone", "the server answered 404 Not Found"), ("/short", "more expected")]
)
def test_a_failed_download_is_one_line(url: str, tmp_path: Path, page: str, reason: str) -> None:
    result = _abalone(tmp_path, "--source", url + page, "--no-verify", "--quiet")
    assert result.exit_code == 2
    assert result.stderr.startswith(f"bakeoff: {url}{page} could not be downloaded: ")
    assert reason in result.stderr and result.stderr.count("\n") == 1
    assert result.stderr.endswith(". A copy from elsewhere can be given with --source FILE.\n")
    assert not list(tmp_path.iterdir())


def test_a_port_where_nobody_listens_is_one_line(tmp_path: Path) -> None:
    result = _abalone(tmp_path, "--source", "http://127.0.0.1:9/data", "--quiet")
    assert result.exit_code == 2
    assert "Connection refused" in result.stderr and result.stderr.count("\n") == 1
