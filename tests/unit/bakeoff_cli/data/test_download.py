from __future__ import annotations

import email.message
import http.client
import io
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from bakeoff_cli.data.download import TIMEOUT_SECONDS, download
from bakeoff_cli.errors import DownloadFailed

URL = "https://example.org/data"


def _serve(monkeypatch: pytest.MonkeyPatch, body: bytes | Exception, length: int | None) -> None:
    def urlopen(request: urllib.request.Request, timeout: float) -> Any:
        assert (request.full_url, timeout) == (URL, TIMEOUT_SECONDS)
        if isinstance(body, Exception):
            raise body
        reply: Any = io.BytesIO(body)
        reply.headers = {} if length is None else {"Content-Length": str(length)}
        return reply

    monkeypatch.setattr(urllib.request, "urlopen", urlopen)


def test_a_download_without_end_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bakeoff_cli.data.download.MAX_BYTES", 100_000)
    _serve(monkeypatch, bytes(200_000), None)

    with pytest.raises(DownloadFailed, match="it is larger than 100000 bytes"):
        download(URL, tmp_path / "data", lambda fresh, total: None)

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("length", [None, 200_000])
def test_a_file_is_downloaded_and_its_progress_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, length: int | None
) -> None:
    _serve(monkeypatch, bytes(200_000), length)
    reports: list[tuple[int, int | None]] = []
    download(URL, tmp_path / "data", lambda fresh, total: reports.append((fresh, total)))
    assert (tmp_path / "data").read_bytes() == bytes(200_000)
    assert len(reports) > 1 and sum(fresh for fresh, _ in reports) == 200_000
    assert {total for _, total in reports} == {length}


@pytest.mark.parametrize(
    ("failure", "reason"),
    [
        (
            urllib.error.HTTPError(URL, 404, "Not Found", email.message.Message(), None),
            "the server answered 404 Not Found",
        ),
        (urllib.error.URLError(OSError("Name or service not known")), "Name or service not known"),
        (TimeoutError("timed out"), "timed out"),
        (ConnectionResetError("reset by peer"), "reset by peer"),
        (http.client.BadStatusLine("garbage"), "garbage"),
    ],
)
def test_a_failed_download_says_why_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failure: Exception, reason: str
) -> None:
    _serve(monkeypatch, failure, None)
    with pytest.raises(DownloadFailed, match=f"{URL} could not be downloaded: .*{reason}"):
        download(URL, tmp_path / "data", lambda fresh, total: None)
    assert not list(tmp_path.iterdir())


def test_a_connection_closed_half_way_is_no_download(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _serve(monkeypatch, b"half", 8)
    with pytest.raises(DownloadFailed, match="4 more expected"):
        download(URL, tmp_path / "data", lambda fresh, total: None)
    assert not list(tmp_path.iterdir())


def test_an_address_without_a_host_is_a_failed_download(tmp_path: Path) -> None:
    with pytest.raises(DownloadFailed, match="no host given"):
        download("http://", tmp_path / "data", lambda fresh, total: None)
