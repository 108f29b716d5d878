"""What `sam build` made fits into Lambda: its size, its Python, its platform."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from local_aws.deployment.packaging import archive
from tests.e2e.sam.conftest import Compared
from tests.e2e.sam.emulator import built, layers_of
from tests.e2e.sam.terminal import Terminal
from tests.template import FUNCTIONS

pytestmark = [pytest.mark.timeout(1800), pytest.mark.usefixtures("compared")]
MIB = 1024**2
# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
LAMBDA_UNZIPPED = 250 * MIB
SMALL_ZIPPED = 15 * MIB
# What a cold start of the function that an upload waits for has to load (docs/architecture.md).
START_ZIPPED = 5 * MIB
# Flags of bytecode that Python takes without a look at its source: PEP 552.
UNCHECKED = (1).to_bytes(4, "little")
LARGE = {"JudgeCandidatesFunction", "PublishHistoryFunction", "PublishReportFunction"}


def parts(terminal: Terminal, function: str) -> list[Path]:
    return [built(terminal.project, name) for name in (function, *layers_of(function))]


def files(terminal: Terminal, function: str) -> Iterator[Path]:
    for part in parts(terminal, function):
        yield from (path for path in part.rglob("*") if path.is_file())


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_with_its_layers_is_within_lambdas_limit(terminal: Terminal, function: str) -> None:
    assert sum(path.stat().st_size for path in files(terminal, function)) <= LAMBDA_UNZIPPED


@pytest.mark.parametrize("function", sorted(FUNCTIONS.keys() - LARGE))
def test_all_but_three_are_small(terminal: Terminal, function: str) -> None:
    assert sum(len(archive(part, caches=True)) for part in parts(terminal, function)) <= SMALL_ZIPPED


def test_what_an_upload_waits_for_is_smaller_still(terminal: Terminal) -> None:
    assert (
        sum(len(archive(part, caches=True)) for part in parts(terminal, "StartRunFunction")) <= START_ZIPPED
    )


@pytest.mark.parametrize("function", sorted(FUNCTIONS))
def test_compiled_files_are_for_lambda(terminal: Terminal, function: str) -> None:
    for path in files(terminal, function):
        assert path.suffix not in (".dylib", ".pyd")
        if path.suffix == ".pyc":
            assert path.name.endswith(".cpython-313.pyc") and path.read_bytes()[4:8] == UNCHECKED
        if path.suffix == ".so" and "site-packages" in path.parts:
            header = path.read_bytes()[:20]
            assert header[:5] == b"\x7fELF\x02" and header[18] == 62, f"{path} is not for x86_64"
            assert "cpython-" not in path.name or "cpython-313-" in path.name


def test_the_code_is_packed_without_what_layers_bring(terminal: Terminal, compared: Compared) -> None:
    content = zipfile.ZipFile(io.BytesIO(archive(built(terminal.project, "StartRunFunction")))).namelist()

    assert {Path(name).parts[0] for name in content} == {"bakeoff"}
