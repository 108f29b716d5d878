"""Promotions that use every permission of what changes production, in a stack under Propose."""

from __future__ import annotations

import json
from typing import Any

from bakeoff.domain.promotion.versions import config_name
from tests.e2e.production import Production
from tests.e2e.stack import Stack

# Its KeepVersions is the least, so that the third version has the first one deleted.
PROMOTION = {
    "Promotion": "Propose",
    "ProductionRetention": "Delete",
    "KeepVersions": "2",
    "PromotionBakeSeconds": "0",
}
_CANDIDATE = "linear-learner"
# Functions, and what they are called with, about what no promotion meets: runs and versions unheard of, and
# the schedule's event, which comes at its own time.
BY_HAND: tuple[tuple[str, dict[str, Any]], ...] = (
    ("RegisterModelFunction", {"run_id": "unheard-of"}),
    ("RecordProductionFunction", {"config": "unheard-of", "previous": "unheard-of", "new": True}),
    ("DiscardVersionFunction", {"detail-type": "Scheduled Event"}),
)


def promote_in_every_way(stack: Stack) -> None:
    """A first model that is taken back, another one, a run that judges it, updates, and a way back."""
    production = Production(stack, "3,17")
    stack.wait(stack.upload("Inputs/plane/bakeoff.yaml", b"target: 1\n"))
    first = stack.run_of("Inputs/plane/first.csv", _plane(0, 600))["name"]
    _take_back_the_first(production, first)
    _forget_prices(stack)
    _require(production.ended(production.approve(first)))
    judged = stack.run_of("Inputs/plane/second.csv", _plane(600, 900))["name"]
    assert stack.read_json(f"runs/{judged}/results/champion.json")["status"] == "completed"
    _require(_again(production, first, "second-version"))
    _require(_serve_from_the_run(production, first))
    _go_back(production)


def _plane(first: int, last: int) -> bytes:
    rows = (
        f"{3 * (n % 17) + n * 7 % 23 + n % 5 / 10},{n % 17},{n * 7 % 23},{n}\n" for n in range(first, last)
    )
    return "".join(rows).encode()


def _take_back_the_first(production: Production, run: str) -> None:
    """The endpoint goes again, because nothing served before."""
    name = production.decided_again(run, "first-but-different", None)
    production.answers_differ(name, _CANDIDATE)
    assert production.promote(name, {"run_id": name})["error"] == "ProbeMismatch"
    assert production.describe() is None


def _forget_prices(stack: Stack) -> None:
    """A promotion asks for them that is the first to need them for days."""
    for key in stack.keys("prices/"):
        stack.aws.instance.client("s3").delete_object(Bucket=stack.bucket, Key=key)


def _go_back(production: Production) -> None:
    live = production.live()
    [before] = production.configs() - {live}
    _require(production.promote("back", {"config": before, "live": live}))


def _again(production: Production, run: str, name: str) -> dict[str, str]:
    production.decided_again(run, name, production.live())
    return production.promote(name, {"run_id": name})


def _serve_from_the_run(production: Production, run: str) -> dict[str, str]:
    """As a model above 5 GB, which stays where its run left it: its promotion has come so far already."""
    stack, live, name = production.stack, production.live(), "served-from-the-run"
    config = config_name(production.endpoint, name)
    record = stack.read_json(f"production/versions/{live}.json")
    model = {**record["model"], "url": record["model"]["source"]}
    written = {**record, "config": config, "previous": live, "model": model}
    production.write(f"production/probes/{config}.json", stack.read(f"production/probes/{live}.json"))
    production.write(f"production/versions/{config}.json", json.dumps(written))
    return _again(production, run, name)


def _require(promotion: dict[str, str]) -> None:
    assert promotion["status"] == "SUCCEEDED", promotion.get("cause")
