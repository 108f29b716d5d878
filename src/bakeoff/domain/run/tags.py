"""The tags of everything that a run makes in SageMaker: whose it is, and to whom it is charged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bakeoff.domain.errors import ConfigurationError

STACK_TAG = "bakeoff:stack"
RUN_TAG = "bakeoff:run"


def owner_of(tags: Mapping[str, str], stack: str) -> str | None:
    """The run that made what bears these tags; None when it is not this stack's."""
    return tags.get(RUN_TAG) if tags.get(STACK_TAG) == stack else None


def tags_of(stack: str, run_id: str, cost_tags: Mapping[str, str]) -> list[dict[str, str]]:
    """The Tags of a run's requests to SageMaker."""
    tags = {**cost_tags, STACK_TAG: stack, RUN_TAG: run_id}
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def cost_tags_of(pairs: Iterable[str]) -> dict[str, str]:
    """The tags that texts such as "project=prices" stand for. Raises ConfigurationError."""
    tags: dict[str, str] = {}
    for pair in pairs:
        key, _, value = pair.partition("=")
        if key in tags:
            # SageMaker would refuse every request; the template's pattern cannot tell.
            raise ConfigurationError(f"CostTags has the key {key!r} twice: deploy with one value for it.")
        tags[key] = value
    return tags
