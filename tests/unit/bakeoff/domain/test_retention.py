from __future__ import annotations

from typing import get_args

import pytest
from mypy_boto3_cloudformation.literals import StackStatusType

from bakeoff.domain.retention import is_going

STATUSES = get_args(StackStatusType)
# Deleted by a person, and a first creation that failed.
GOING = {"DELETE_IN_PROGRESS", "ROLLBACK_IN_PROGRESS"}


@pytest.mark.parametrize("status", sorted(GOING))
def test_a_stack_goes(status: str) -> None:
    assert status in STATUSES
    assert is_going(status)


@pytest.mark.parametrize("status", [*(each for each in STATUSES if each not in GOING), "", "unheard of"])
def test_in_every_other_status_it_stays(status: str) -> None:
    assert not is_going(status)
