from __future__ import annotations

from typing import get_args

import pytest
from mypy_boto3_cloudformation.literals import StackStatusType

from bakeoff.domain.cleanup.retention import Fate, fate_of_bucket

STATUSES = get_args(StackStatusType)
GOING = {
    # By a person: CloudFormation itself leaves the bucket.
    "DELETE_IN_PROGRESS": Fate.DELETED,
    # A first creation that failed: CloudFormation deletes what it has just made.
    "ROLLBACK_IN_PROGRESS": Fate.EMPTIED,
}


@pytest.mark.parametrize("status", GOING)
def test_the_data_go_with_their_stack(status: str) -> None:
    assert status in STATUSES
    assert fate_of_bucket(status) is GOING[status]


@pytest.mark.parametrize("status", [*(each for each in STATUSES if each not in GOING), "", "unheard of"])
def test_in_every_other_status_they_stay(status: str) -> None:
    assert fate_of_bucket(status) is Fate.KEPT
