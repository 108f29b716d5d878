from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import Result

from tests.command_line import run_bakeoff
from tests.unit.bakeoff_cli.fake_embedded import fake_embedded
from tests.unit.bakeoff_cli.fakes import Account
from tests.unit.bakeoff_cli.saved_runs import saved_run

Invoke = Callable[..., Result]


@pytest.fixture
def invoke(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Invoke:
    """Run `bakeoff ARGUMENTS` in an empty folder, with an empty cache and no AWS of the machine's own."""
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_DEFAULT_REGION", "AWS_REGION", "BAKEOFF_STACK"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "no-config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "no-credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return run_bakeoff


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Account:
    """The account that `upload` and `watch` reach; nothing in it waits."""
    account = Account()
    monkeypatch.setattr("bakeoff_cli.session.configured_aws", account.signed_in)
    monkeypatch.setattr("bakeoff_cli.stack.runs.POLL_SECONDS", 0.001)
    monkeypatch.setattr("bakeoff_cli.session.START_TIMEOUT", 0.005)
    monkeypatch.setattr("bakeoff_cli.stack.leftovers._SETTLE_SECONDS", 1)
    return account


@pytest.fixture
def embedded(account: Account, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The class that stands in for EmbeddedAws, over `account`."""
    fake = fake_embedded(account)
    monkeypatch.setitem(sys.modules, "local_aws.embedded", SimpleNamespace(EmbeddedAws=fake))
    # It has no janitor, whose receipts could be waited for.
    monkeypatch.setattr("bakeoff_cli.session.RECEIPT_LOOKS", 0)
    return fake


@pytest.fixture(scope="session")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return saved_run(tmp_path_factory.mktemp("judged"))


@pytest.fixture
def run(judged: Path, tmp_path: Path) -> Path:
    """A copy of one judged run, for each test to do with as it likes."""
    return Path(shutil.copytree(judged, tmp_path / "run"))
