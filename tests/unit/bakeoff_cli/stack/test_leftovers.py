from __future__ import annotations

import pytest

from bakeoff_cli.stack.leftovers import leftovers
from tests.unit.bakeoff_cli.fakes import Account


def test_an_empty_account_has_nothing_left_and_is_asked_once() -> None:
    waited: list[float] = []
    assert leftovers(Account().aws.sagemaker, waited.append) == ()
    assert not waited


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("Endpoint", "endpoint e"), ("EndpointConfig", "endpoint config e"), ("Model", "model e")],
)
def test_whatever_kind_stays_is_named(kind: str, expected: str) -> None:
    account, waited = Account(), list[float]()
    account.sagemaker.existing[kind] = ["e"]
    assert leftovers(account.aws.sagemaker, waited.append) == (expected,)
    assert sum(waited) == 30


def test_what_the_janitor_is_still_sweeping_is_waited_for() -> None:
    account, waited = Account(), list[float]()
    account.sagemaker.existing = {"Endpoint": ["e"], "EndpointConfig": ["c"], "Model": ["m"]}
    account.sagemaker.sweeps = 3
    assert leftovers(account.aws.sagemaker, waited.append) == ()
    assert len(waited) == 3
