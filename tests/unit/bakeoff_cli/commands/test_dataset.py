from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from bakeoff_cli.data.abalone import ABALONE, DatasetCache, PublishedFile
from bakeoff_cli.data.download import OnBytes
from tests.unit.bakeoff_cli.conftest import Invoke

CONTENT = b"1 1:2\n3 1:4\n5 1:6\n"


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch) -> PublishedFile:
    """A published file of three lines, and a network that serves it for any address."""

    def serve(url: str, target: Path, report: OnBytes) -> None:
        target.write_bytes(CONTENT)
        report(len(CONTENT), len(CONTENT))

    few = PublishedFile(ABALONE.name, ABALONE.url, len(CONTENT), hashlib.sha256(CONTENT).hexdigest())
    monkeypatch.setattr("bakeoff_cli.data.abalone.download", serve)
    monkeypatch.setattr("bakeoff_cli.data.abalone.ABALONE", few)
    return few


def test_the_data_are_downloaded_once_and_halved(
    invoke: Invoke, published: PublishedFile, tmp_path: Path
) -> None:
    first, second = invoke("dataset", "abalone"), invoke("dataset", "abalone", "--output", "there")
    assert first.stderr.endswith("Upload them to a stack: bakeoff upload dataset1.csv dataset2.csv\n")
    assert first.stdout == "dataset1.csv: 1 lines\ndataset2.csv: 2 lines\n"
    assert "Downloading" in first.stderr and "Downloading" not in second.stderr
    for folder in (tmp_path, tmp_path / "there"):
        assert (folder / "dataset1.csv").read_bytes() == b"1 1:2\n"
        assert (folder / "dataset2.csv").read_bytes() == b"3 1:4\n5 1:6\n"


def test_as_json_it_says_what_the_files_are(invoke: Invoke, published: PublishedFile) -> None:
    assert json.loads(invoke("dataset", "abalone", "--json").stdout) == {
        "source": published.url,
        "sha256": published.sha256,
        "published": True,
        "files": [
            {"path": "dataset1.csv", "lines": 1, "bytes": 6},
            {"path": "dataset2.csv", "lines": 2, "bytes": 12},
        ],
    }


def test_other_data_are_an_error_unless_asked_for(invoke: Invoke, tmp_path: Path) -> None:
    (tmp_path / "own.txt").write_bytes(CONTENT)
    refused = invoke("dataset", "abalone", "--source", "own.txt")
    assert refused.exit_code == 2 and "own.txt is not the published abalone.libsvm" in refused.stderr
    assert not (tmp_path / "dataset1.csv").exists()
    taken = invoke("dataset", "abalone", "--source", "own.txt", "--no-verify", "--json")
    assert json.loads(taken.stdout)["published"] is False


def test_the_shelf_knows_the_real_abalone_by_default(tmp_path: Path) -> None:
    assert DatasetCache(tmp_path, tmp_path, lambda url, target: None, print).published is ABALONE
