"""What saved verdicts say otherwise, because earlier releases wrote them."""

from __future__ import annotations

IN_EACH_FOLD = " in each fold"
"""What earlier releases did not say of tuned candidates."""
