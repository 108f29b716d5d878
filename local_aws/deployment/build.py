"""Builds what a template says is built by a makefile, as `sam build` does; each content once on a machine."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path

from local_aws.core.errors import BuildFailed
from local_aws.core.kept import FOLDER, Kept
from local_aws.deployment.packaging import archive, is_wanted, made_by_makefile
from local_aws.services.lambda_.interpreter import RUNTIME, installed

BUILT = FOLDER / "built"
_PREFIX = "local-aws-build-"
# An outer make tells an inner one of its jobs and options, which are none of a build's.
_MAKES_OWN = ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")


def built(template: Path, folder: Path = BUILT) -> dict[str, Path]:
    """The zip file of each such function and layer, by logical id.

    What was built from the same files is kept in `folder`. Raises BuildFailed with the makefile's last words.
    """
    kept, found = Kept(folder), {}
    missing: defaultdict[Path, dict[str, Path]] = defaultdict(dict)
    # Many functions are made of one folder, each for itself.
    digest = cache(_digest)
    for name, source in made_by_makefile(template).items():
        key = hashlib.sha256(f"{name} {installed().name} {digest(source)}".encode()).hexdigest()[:32]
        found[name] = kept.path(f"{key}.zip")
        if not found[name].exists():
            missing[source][name] = found[name]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        building = [
            pool.submit(_build_once, kept, source, alike)
            for source, targets in missing.items()
            for alike in _alike(source, targets)
        ]
    for each in building:
        each.result()
    return found


def _build_once(kept: Kept, source: Path, alike: dict[str, Path]) -> None:
    """Make the first of `alike`, files by logical id; the others are the same."""
    (name, first), *others = alike.items()
    kept.add(first, partial(_build, name, source))
    for _, other in others:
        kept.add(other, partial(shutil.copyfile, first))


def _alike(source: Path, targets: dict[str, Path]) -> list[dict[str, Path]]:
    """The `targets` in groups of those for which the makefile would run the same commands."""
    if len(targets) == 1:
        return [targets]
    found: defaultdict[str, dict[str, Path]] = defaultdict(dict)
    with _copy(source) as copy:
        for name, target in targets.items():
            found[_make(name, copy, copy / "artifacts", "--dry-run")][name] = target
    return list(found.values())


def _digest(source: Path) -> str:
    digest = hashlib.sha256()
    for path in _files(source):
        for part in (path.relative_to(source).as_posix().encode(), path.read_bytes()):
            digest.update(b"%d:" % len(part) + part)
    return digest.hexdigest()


def _files(source: Path) -> Iterator[Path]:
    for path in sorted(source.rglob("*")):
        if path.is_file() and is_wanted(path.relative_to(source)):
            yield path


def _build(name: str, source: Path, target: Path) -> None:
    with _copy(source) as copy, tempfile.TemporaryDirectory(prefix=_PREFIX) as artifacts:
        _make(name, copy, Path(artifacts))
        target.write_bytes(archive(Path(artifacts), caches=True))


@contextmanager
def _copy(source: Path) -> Iterator[Path]:
    """As sam does: a makefile works in a copy, and leaves nothing in the source."""
    with tempfile.TemporaryDirectory(prefix=_PREFIX) as folder:
        copy = Path(folder) / "source"
        shutil.copytree(
            source, copy, ignore=lambda _, names: [each for each in names if not is_wanted(Path(each))]
        )
        yield copy


def _path() -> str:
    """With Lambda's Python under its name, if functions run on it here."""
    own = [str(installed().executable.parent)] if installed().name == RUNTIME else []
    return os.pathsep.join([*own, os.environ.get("PATH", os.defpath)])


def _make(name: str, folder: Path, artifacts: Path, *options: str) -> str:
    """What make says while it fills `artifacts`."""
    inherited = {key: value for key, value in os.environ.items() if key not in _MAKES_OWN}
    variables = {"ARTIFACTS_DIR": str(artifacts), "PYTHON": sys.executable, "PATH": _path()}
    try:
        ended = subprocess.run(
            ["make", *options, "--directory", folder, f"build-{name}"],
            env={**inherited, **variables},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
    except FileNotFoundError as err:
        raise BuildFailed(f"{name} cannot be built: there is no make on the PATH.") from err
    if ended.returncode:
        said = [line for line in ended.stdout.splitlines() if not line.startswith("make")]
        raise BuildFailed(f"{name} could not be built: {said[-1] if said else ended.stdout}")
    return ended.stdout


if __name__ == "__main__":
    built(Path(sys.argv[1]).resolve())
