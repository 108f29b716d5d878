"""An archive depends on nothing but the content of its folder."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

from local_aws.deployment.packaging import archive


def _folder(root: Path) -> Path:
    (root / "pkg" / "__pycache__").mkdir(parents=True)
    (root / "pkg" / "__pycache__" / "a.cpython-313.pyc").write_bytes(b"cache")
    (root / "pkg" / "a.py").write_text("x = 1")
    (root / "pkg" / "old.pyc").write_bytes(b"cache")
    (root / "run.sh").write_text("#!/bin/sh")
    (root / "run.sh").chmod(0o700)
    (root / "data.yaml").write_text("a: 1")
    (root / "data.yaml").chmod(0o600)
    return root


def test_caches_stay_out_and_everybody_may_read(tmp_path: Path) -> None:
    packed = zipfile.ZipFile(io.BytesIO(archive(_folder(tmp_path))))

    modes = {entry.filename: entry.external_attr >> 16 for entry in packed.infolist()}
    assert modes == {"data.yaml": 0o644, "pkg/a.py": 0o644, "run.sh": 0o755}
    assert packed.read("pkg/a.py") == b"x = 1"


def test_equal_content_makes_equal_bytes_and_other_content_other_bytes(tmp_path: Path) -> None:
    one, two = _folder(tmp_path / "one"), _folder(tmp_path / "two")
    os.utime(two / "data.yaml", (1, 1))
    assert archive(one) == archive(two)

    (two / "data.yaml").write_text("a: 2")
    assert archive(one) != archive(two)


def test_what_a_build_has_compiled_is_packed(tmp_path: Path) -> None:
    packed = zipfile.ZipFile(io.BytesIO(archive(_folder(tmp_path), caches=True)))

    assert set(packed.namelist()) == {
        "data.yaml",
        "pkg/__pycache__/a.cpython-313.pyc",
        "pkg/a.py",
        "pkg/old.pyc",
        "run.sh",
    }
