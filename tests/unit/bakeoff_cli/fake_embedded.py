"""What `local_aws.embedded.EmbeddedAws` promises, over an account in memory."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace, TracebackType
from typing import Any, Self

from tests.unit.bakeoff_cli.fakes import Account


class FakeEmbeddedAws:
    """Give it an account as `account`; it remembers its own instances in `made`."""

    account: Account
    made: list[FakeEmbeddedAws]
    refusal: Exception | None = None

    def __init__(self, work_dir: Path | None = None, port: int = 0, *, name: str, pace: float = 1.0) -> None:
        self.work_dir, self.port, self.name, self.pace = work_dir, port, name, pace
        self.instance = SimpleNamespace(endpoint_url="http://127.0.0.1:4566", client=self.account.client)
        self.deployed: dict[str, Mapping[str, str]] = {}
        self.running = False

    def __enter__(self) -> Self:
        if self.refusal:
            raise self.refusal
        self.running = True
        self.made.append(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.running = False

    def environment(self) -> dict[str, str]:
        return {"AWS_ENDPOINT_URL": self.instance.endpoint_url, "AWS_SECRET_ACCESS_KEY": "two words"}

    def notes(self) -> list[str]:
        return ["Functions run on another Python here."]

    def deploy(
        self, template: Path, stack_name: str, parameters: Mapping[str, str] | None = None
    ) -> dict[str, str]:
        assert template.is_file()
        self.deployed[stack_name] = dict(parameters or {})
        return dict(self.account.cloudformation.outputs)


def fake_embedded(account: Account) -> Any:
    """A class of its own for each test, so that no test sees another's instances."""
    return type("EmbeddedAws", (FakeEmbeddedAws,), {"account": account, "made": []})
