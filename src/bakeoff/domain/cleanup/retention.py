"""When the data may go: CloudFormation deletes a custom resource on other occasions than its stack's end."""

from __future__ import annotations

from enum import Enum


class Fate(Enum):
    """What becomes of a bucket whose stack keeps no data."""

    KEPT = "kept"
    # CloudFormation deletes the bucket itself, which it can only do when nothing is left in it.
    EMPTIED = "emptied"
    DELETED = "deleted"


# ROLLBACK_IN_PROGRESS only follows a failed *first* creation, whose new bucket would be left behind; updates
# that fail are in UPDATE_ROLLBACK_IN_PROGRESS.
_FATES = {"DELETE_IN_PROGRESS": Fate.DELETED, "ROLLBACK_IN_PROGRESS": Fate.EMPTIED}


def fate_of_bucket(stack_status: str) -> Fate:
    """What the StackStatus that CloudFormation reports means for the bucket (template.yaml: DataBucket).

    While an update cleans up or is rolled back, resources go that the stack no longer has, but the stack
    stays. A status that is not known here keeps the data.
    """
    return _FATES.get(stack_status, Fate.KEPT)
