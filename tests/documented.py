"""What the documentation shows, for the tests that do what it says."""

from __future__ import annotations

import re

from tests.template import PROJECT

OPERATIONS = (PROJECT / "docs" / "operations.md").read_text("utf-8")


def key_policy() -> str:
    """The policy of a key, as docs/operations.md shows it."""
    found: str
    [found] = [block for block in re.findall(r"```json\n(.*?)```", OPERATIONS, re.DOTALL) if "kms:" in block]
    return found.replace("REGION", "us-east-1").replace("ACCOUNT", "123456789012")
