"""What is kept is complete, and goes when nobody has used it for long."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from local_aws.core.kept import Kept, remove


def test_what_fails_halfway_leaves_nothing(tmp_path: Path) -> None:
    kept = Kept(tmp_path / "kept")

    def fail(partial: Path) -> None:
        partial.mkdir()
        raise OSError("no space")

    with pytest.raises(OSError, match="no space"):
        kept.add(kept.path("a"), fail)
    assert list((tmp_path / "kept").iterdir()) == []


def test_of_two_who_make_the_same_one_wins(tmp_path: Path) -> None:
    kept = Kept(tmp_path)

    def slow(partial: Path) -> None:
        kept.add(kept.path("a"), lambda quick: _folder(quick, "quick"))
        _folder(partial, "slow")

    kept.add(kept.path("a"), slow)

    assert (tmp_path / "a" / "file").read_text() == "quick"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_what_cannot_be_put_in_its_place_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, target: Path) -> None:
        raise PermissionError("not here")

    monkeypatch.setattr(Path, "rename", refuse)
    kept = Kept(tmp_path)

    with pytest.raises(PermissionError, match="not here"):
        kept.add(kept.path("a"), lambda partial: _folder(partial, "x"))
    assert list(tmp_path.iterdir()) == []


def test_what_was_unused_for_long_goes_with_the_next_addition(tmp_path: Path) -> None:
    kept = Kept(tmp_path)
    for name in ("old", "used"):
        kept.add(kept.path(name), lambda partial: _folder(partial, "x"))
        (tmp_path / name).chmod(0o755)
        os.utime(tmp_path / name, (1, 1))
        (tmp_path / name).chmod(0o555)

    kept.path("used")
    kept.add(kept.path("new"), lambda partial: _folder(partial, "x"))

    assert {path.name for path in tmp_path.iterdir()} == {"used", "new"}


def test_removing_is_fine_with_what_does_not_exist(tmp_path: Path) -> None:
    remove(tmp_path / "nothing")
    assert list(tmp_path.iterdir()) == []


def _folder(path: Path, text: str) -> None:
    path.mkdir()
    (path / "file").write_text(text)
    (path / "file").chmod(0o444)
    path.chmod(0o555)
