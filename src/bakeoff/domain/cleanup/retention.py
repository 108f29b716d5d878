"""When the data may go: CloudFormation deletes a custom resource on other occasions than its stack's end."""

from __future__ import annotations

from enum import Enum


class Fate(Enum):
    """What becomes of a bucket whose stack keeps no data."""

    KEPT = "kept"
    # CloudFormation deletes the bucket itself, which it can only do when nothing is left in it.
    EMPTIED = "emptied"
    DELETED = "deleted"


# Also a first creation that failed: its bucket is new, holds at most what came in those minutes, and would be
# left behind. A stack that stood once never gets there again: its failed updates are UPDATE_ROLLBACK_...
_FATES = {"DELETE_IN_PROGRESS": Fate.DELETED, "ROLLBACK_IN_PROGRESS": Fate.EMPTIED}


def fate_of_bucket(stack_status: str) -> Fate:
    """What the StackStatus that CloudFormation reports means for the bucket (template.yaml: DataBucket).

    While an update cleans up or is rolled back, resources go that the stack no longer has, but the stack
    stays. A status that is not known here keeps the data.
    """
    return _FATES.get(stack_status, Fate.KEPT)
