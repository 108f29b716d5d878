from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from bakeoff_cli.data.abalone import ABALONE, DatasetCache, PublishedFile, digest
from bakeoff_cli.errors import BadInput, DownloadFailed, NotPublished

CONTENT = b"1 1:2\n3 1:4\n"
PUBLISHED = PublishedFile(
    "few.libsvm", "https://example.org/few", len(CONTENT), hashlib.sha256(CONTENT).hexdigest()
)


class Web:
    """A web that has one page, or none; it counts its visits."""

    def __init__(self, page: bytes | None = CONTENT) -> None:
        self.page = page
        self.visited: list[str] = []

    def fetch(self, url: str, target: Path) -> None:
        self.visited.append(url)
        if self.page is None:
            raise DownloadFailed(f"{url} could not be downloaded: no network.")
        target.write_bytes(self.page)


def _cache(tmp_path: Path, web: Web, notes: list[str] | None = None) -> DatasetCache:
    (tmp_path / "scratch").mkdir(exist_ok=True)
    note = notes.append if notes is not None else lambda text: None
    return DatasetCache(tmp_path / "cache" / "bakeoff", tmp_path / "scratch", web.fetch, note, PUBLISHED)


def test_a_verified_download_is_kept_for_the_next_time(tmp_path: Path) -> None:
    web = Web()
    first, second = _cache(tmp_path, web).obtain(), _cache(tmp_path, web).obtain()
    assert first.read_bytes() == second.read_bytes() == CONTENT
    assert web.visited == [PUBLISHED.url]


def test_a_damaged_copy_is_fetched_anew(tmp_path: Path) -> None:
    web = Web()
    _cache(tmp_path, web).obtain()
    cached = tmp_path / "cache" / "bakeoff" / "few.libsvm"
    cached.write_bytes(CONTENT[:-1])
    assert _cache(tmp_path, web).obtain().read_bytes() == CONTENT
    assert cached.read_bytes() == CONTENT
    assert len(web.visited) == 2


@pytest.mark.parametrize("source", [None, "https://example.org/mirror", "own.txt"])
def test_other_bytes_are_refused_whatever_their_source(tmp_path: Path, source: str | None) -> None:
    own = tmp_path / "own.txt"
    own.write_bytes(b"other")
    with pytest.raises(
        NotPublished, match=rf"not the published few\.libsvm.*{PUBLISHED.sha256}.*--no-verify"
    ):
        _cache(tmp_path, Web(b"other")).obtain(str(own) if source == "own.txt" else source)
    assert not (tmp_path / "cache").exists()


def test_unverified_bytes_are_taken_but_never_kept(tmp_path: Path) -> None:
    assert _cache(tmp_path, Web(b"other")).obtain(verify=False).read_bytes() == b"other"
    assert not (tmp_path / "cache").exists()


def test_an_own_file_needs_no_network(tmp_path: Path) -> None:
    web, own = Web(None), tmp_path / "own.txt"
    own.write_bytes(CONTENT)
    assert _cache(tmp_path, web).obtain(str(own)) == own
    assert not web.visited


@pytest.mark.parametrize(
    ("source", "reason"), [("s3://b/k", "neither a file nor"), ("nowhere.txt", "There is no file")]
)
def test_a_source_of_no_known_kind_is_refused(tmp_path: Path, source: str, reason: str) -> None:
    with pytest.raises(BadInput, match=reason):
        _cache(tmp_path, Web()).obtain(source)


def test_an_empty_download_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="is empty"):
        _cache(tmp_path, Web(b"")).obtain(verify=False)


def test_a_cache_that_cannot_be_written_costs_nothing_but_a_note(tmp_path: Path) -> None:
    notes: list[str] = []
    (tmp_path / "cache").touch()
    assert _cache(tmp_path, Web(), notes).obtain().read_bytes() == CONTENT
    assert any("not kept for the next time" in note for note in notes)


@pytest.mark.skipif("BAKEOFF_ABALONE" not in os.environ, reason="BAKEOFF_ABALONE names no copy of Abalone")
def test_the_published_facts_are_those_of_the_real_file() -> None:
    real = Path(os.environ["BAKEOFF_ABALONE"])
    assert (digest(real), real.stat().st_size) == (ABALONE.sha256, ABALONE.size)
