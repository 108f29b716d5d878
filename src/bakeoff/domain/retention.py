"""When the data may go: CloudFormation deletes a custom resource on other occasions than its stack's end."""

from __future__ import annotations

# Also a first creation that failed: its bucket is new, holds at most what came in those minutes, and would be
# left behind. A stack that stood once never gets there again: its failed updates are UPDATE_ROLLBACK_...
_GOING = frozenset({"DELETE_IN_PROGRESS", "ROLLBACK_IN_PROGRESS"})


def is_going(stack_status: str) -> bool:
    """Whether the stack itself is being removed, by the StackStatus that CloudFormation reports.

    While an update cleans up or is rolled back, resources go that the stack no longer has, but the stack
    stays. A status that is not known here keeps the data.
    """
    return stack_status in _GOING
