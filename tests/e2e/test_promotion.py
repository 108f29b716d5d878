"""From an upload to production, for real: decision, registry, approval, update, probe, and the way back.

One stack serves all tests: under Propose a first model, then under Automatic a better one. Then come
promotions of what those two runs had decided, with whatever may befall an update.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from bakeoff_cli.saved.verification import verify_folder
from local_aws.deployment import deploy as deployment
from local_aws.embedded import EmbeddedAws
from local_aws.services import iam
from local_aws.services.sagemaker.control_plane.endpoints.switches import switches
from tests.documented import production_by_hand
from tests.e2e.predicting import told
from tests.e2e.production import Production, pace
from tests.e2e.roles import roles_of
from tests.e2e.sam.terminal import Terminal, tool_folder
from tests.e2e.stack import Stack, StackRun
from tests.patience import eventually
from tests.template import TEMPLATE_PATH

NAME = "bakeoff-promotion"
# How long a second of a wait is, `pace` says: an update stays where a test wants to look at it.
OPTIONS = {
    "ProductionInstanceCount": "2",
    "PromotionTraffic": "canary",
    "PromotionBakeSeconds": "3600",
    "PromotionTimeoutSeconds": "28800",
    "KeepVersions": "2",
    "LatencyCalls": "3",
    "DataRetention": "Keep",
}
ROW = "3,17,5"
REQUESTS = 1000


def rows(first: int, last: int) -> bytes:
    """Labels with a step that no plane follows: trees beat it by far, and it beats the mean."""
    lines = []
    for number in range(first, last):
        one, two, three = number % 17, number * 7 % 23, number % 401
        step = 25 if (one > 8) != (two > 11) else 0
        lines.append(f"{3 * one + step + three % 7 / 10},{one},{two},{three}\n")
    return "".join(lines).encode()


@dataclass(frozen=True)
class Story:
    """A plane in production, which a person approved; then trees, judged against it on the same rows."""

    production: Production
    first: StackRun
    refused: str
    pending: dict[str, Any]
    approval: str
    approved: dict[str, Any]
    look: str
    plane: dict[str, Any]
    second: StackRun
    promoted: dict[str, Any]
    trees: dict[str, Any]
    canary: dict[str, int]
    requests: int
    denials: list[Any]


@pytest.fixture(scope="module")
def terminal(embedded: EmbeddedAws, tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    """Where a person types what docs/production.md shows."""
    folder = tmp_path_factory.mktemp("terminal")
    return Terminal(folder, tool_folder(folder / "bin"), embedded.environment())


@pytest.fixture(scope="module")
def story(embedded: EmbeddedAws, terminal: Terminal) -> Iterator[Story]:
    by_hand = production_by_hand(NAME)
    with pace(0):
        stack = _deployed(embedded, Promotion="Propose", Algorithms="linear-learner")
        production = Production(stack, ROW)
        first = StackRun(stack, stack.run_of("Inputs/first.csv", rows(0, 600)))
        pending = production.proposed(first.described["name"])
        refused = _approve_as_the_stack(production, first)
        iam.clear_records()
        approval = terminal.run(by_hand.approve)
        approved = production.ended(production.promotion_of(first.described["name"]))
        look = terminal.run(by_hand.look)
        plane = production.at_rest()
        _deployed(embedded, Promotion="Automatic", Algorithms="xgboost")
        with pace(1):
            second = StackRun(stack, stack.run_of("Inputs/second.csv", rows(600, 1800)))
            with production.traffic(pause=0) as traffic:
                production.reaches("Baking")
                seen = traffic.total()
                eventually(lambda: traffic.total() >= seen + REQUESTS, f"{REQUESTS} requests")
                canary = dict(traffic.answers)
                switches.get().pace = 0
                promoted = production.ended(production.promotion_of(second.described["name"]))
        yield Story(
            production=production,
            first=first,
            refused=refused,
            pending=pending,
            approval=approval,
            approved=approved,
            look=look,
            plane=plane,
            second=second,
            promoted=promoted,
            trees=production.at_rest(),
            canary=canary,
            requests=traffic.total(),
            denials=iam.denials(),
        )
    _remove(embedded, production)


@pytest.fixture
def production(story: Story) -> Iterator[Production]:
    yield story.production
    story.production.assert_sound()


@pytest.fixture
def unchanged(production: Production) -> Iterator[Production]:
    """A test after which production serves as before, and nothing is left of what was to come."""
    live, configs = production.live(), production.configs()
    yield production
    assert production.live() == live
    eventually(lambda: production.configs() == production.models() == configs, "nothing more than before")


def test_under_propose_a_run_proposes_and_a_person_approves(story: Story) -> None:
    decided = story.first.json("promotion.json")

    assert (decided["decision"], decided["candidate"], decided["champion"]) == (
        "first",
        "linear-learner",
        None,
    )
    assert story.pending["ModelApprovalStatus"] == "PendingManualApproval"
    assert story.pending["CustomerMetadataProperties"]["run"] == story.first.described["name"]
    assert "is not authorized to perform: sagemaker:UpdateModelPackage" in story.refused
    assert "with an explicit deny in an identity-based policy" in story.refused


def test_the_approval_puts_the_first_model_into_production(story: Story) -> None:
    assert story.approved["status"] == "SUCCEEDED", story.approved.get("cause")

    record = story.production.record(story.plane["EndpointConfigName"])
    assert (record["candidate"], record["previous"]) == ("linear-learner", None)
    assert record["run"] == story.first.described["name"]
    assert record["image"] == story.plane["ProductionVariants"][0]["DeployedImages"][0]["ResolvedImage"]


def test_the_documented_commands_approve_and_look(story: Story) -> None:
    assert story.first.described["name"] in story.approval
    assert '"InService"' in story.look and f'"{story.plane["EndpointConfigName"]}"' in story.look
    assert '"SUCCEEDED"' in story.look


def test_the_next_run_judges_production_on_the_rows_of_its_candidates(story: Story) -> None:
    decided, run = story.second.json("promotion.json"), story.second
    champion = run.json("results/champion.json")

    assert (decided["decision"], decided["candidate"]) == ("promote", "xgboost")
    assert decided["champion"]["config"] == story.plane["EndpointConfigName"]
    assert champion["scored_rows"] == run.json("results/xgboost.json")["scored_rows"] == decided["rows"]
    assert decided["value"] == champion["metrics"]["rmse"]
    assert "champion" not in {each["name"] for each in run.json("comparison.json")["candidates"]}
    assert "training_seconds" not in champion or champion["training_seconds"] is None


def test_what_it_decided_is_live_and_no_request_failed_on_the_way(story: Story) -> None:
    assert story.promoted["status"] == "SUCCEEDED", story.promoted.get("cause")
    before, now = story.plane["EndpointConfigName"], story.trees["EndpointConfigName"]

    assert json.loads(story.promoted["output"])["previous"] == before != now
    assert story.production.record(now)["candidate"] == "xgboost"
    # The canary, one of two instances, answered half of the requests while it was watched.
    assert len(story.canary) == 2 and min(story.canary.values()) > REQUESTS // 4
    assert story.requests > REQUESTS


def test_nobody_overstepped_a_role_and_nothing_of_the_runs_is_left(story: Story) -> None:
    assert story.denials == []
    assert story.production.stack.leftovers() == []


def test_the_decision_can_be_recomputed(story: Story, tmp_path: Path) -> None:
    assert verify_folder(story.second.save(tmp_path), print).identical


def test_answers_that_differ_bring_the_version_before_back(unchanged: Production, story: Story) -> None:
    run = _again(story.first, unchanged, "answers-differ")
    unchanged.answers_differ(run, "linear-learner")

    with unchanged.traffic():
        ended = unchanged.promote(run, {"run_id": run})

    assert (ended["status"], ended["error"]) == ("FAILED", "ProbeMismatch")
    assert "when it was judged" in ended["cause"]


def test_an_update_that_fails_is_no_success_although_the_endpoint_is_in_service(
    unchanged: Production, story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, stack = _again(story.first, unchanged, "broken-model"), unchanged.stack
    model, result = f"runs/{run}/models/broken/model.tar.gz", f"runs/{run}/results/linear-learner.json"
    unchanged.write(model, "no archive")
    broken = {**stack.read_json(result), "model_data_url": f"s3://{stack.bucket}/{model}"}
    unchanged.write(result, json.dumps(broken))
    monkeypatch.setattr(switches.get(), "silent_rollbacks", True)

    with unchanged.traffic():
        ended = unchanged.promote(run, {"run_id": run})

    assert (ended["status"], ended["error"]) == ("FAILED", "PromotionRolledBack")
    assert "is in state InService" in ended["cause"] and "SageMaker gave no reason" in ended["cause"]


def test_an_alarm_brings_the_version_before_back(unchanged: Production, story: Story) -> None:
    run = _again(story.first, unchanged, "alarmed")

    with unchanged.traffic(), pace(1), _alarm_set_off(unchanged) as set_off:
        unchanged.begin(run, {"run_id": run})
        unchanged.reaches("Baking")
        set_off()
        ended = unchanged.ended(run)

    assert (ended["status"], ended["error"]) == ("FAILED", "PromotionRolledBack")
    assert "went into the ALARM state" in ended["cause"]


def test_of_a_promotion_that_is_stopped_and_taken_back_nothing_is_left(
    unchanged: Production, story: Story
) -> None:
    run = _again(story.first, unchanged, "stopped-and-taken-back")

    with unchanged.traffic(), pace(1), _alarm_set_off(unchanged) as set_off:
        unchanged.begin(run, {"run_id": run})
        unchanged.reaches("Baking")
        unchanged.stop(run)
        set_off()
        unchanged.at_rest()

    assert unchanged.ended(run)["status"] == "ABORTED"


def test_of_a_promotion_that_is_stopped_and_goes_on_the_new_model_serves(
    production: Production, story: Story
) -> None:
    run = _again(story.first, production, "stopped-and-goes-on")

    with production.traffic(), pace(1):
        production.begin(run, {"run_id": run})
        production.reaches("Baking")
        production.stop(run)
        switches.get().pace = 0
        production.at_rest()

    assert production.ended(run)["status"] == "ABORTED"
    assert production.record(production.live())["run"] == run


def test_the_next_promotion_works_and_prunes(
    production: Production, story: Story, terminal: Terminal
) -> None:
    run = _again(story.second, production, "after-all-that")
    before = production.live()

    with production.traffic():
        ended = _started(production, terminal.run(production_by_hand(NAME).promote.replace("RUN", run)))

    assert ended["status"] == "SUCCEEDED", ended.get("cause")
    assert production.record(production.live())["candidate"] == "xgboost"
    assert production.configs() == {before, production.live()}


def test_production_goes_back_to_the_version_before_and_tells_it(production: Production) -> None:
    live = production.live()
    [before] = production.configs() - {live}

    rollback = json.loads(told(production.stack, "rollback", "--json").splitlines()[-1])
    told_of = json.loads(told(production.stack, "production", "--json").splitlines()[-1])

    assert (rollback["status"], production.live()) == ("SUCCEEDED", before)
    assert told_of["config"] == before
    assert production.configs() == {before, live}
    assert _on_the_page(production)[0] == ("rollback", production.record(before)["run"])


def test_every_promotion_and_way_back_stands_on_the_page_of_all_runs(
    production: Production, story: Story
) -> None:
    """But those that failed, and those that were stopped before they could tell."""
    first, second = (run.described["name"] for run in (story.first, story.second))
    assert _on_the_page(production)[::-1] == [
        ("promotion", first),
        ("promotion", second),
        ("promotion", "after-all-that"),
        ("rollback", "stopped-and-goes-on"),
    ]


def test_new_rows_are_answered_by_what_is_in_production(production: Production, tmp_path: Path) -> None:
    source, target = tmp_path / "new.csv", tmp_path / "predicted.csv"
    source.write_text(f"{production.row}\n")

    told(production.stack, "predict", source, "production", "--output", target)

    [answer] = json.loads(production.ask())["predictions"]
    [_, predicted] = target.read_text().splitlines()
    assert float(predicted.split(",")[-1]) == pytest.approx(answer["score"], rel=1e-6)


def test_the_documented_command_goes_back_only_from_what_it_names(
    production: Production, terminal: Terminal
) -> None:
    live = production.live()
    [other] = production.configs() - {live}
    command = production_by_hand(NAME).go_back.replace("VERSION", other)

    refused = _started(production, terminal.run(command.replace("CONFIGURATION", other)))
    ended = _started(production, terminal.run(command.replace("CONFIGURATION", live)))

    assert (refused["error"], ended["status"]) == ("ProductionMoved", "SUCCEEDED")
    assert production.live() == other


def test_an_endpoint_and_a_configuration_that_somebody_deleted_are_made_again(
    production: Production, story: Story
) -> None:
    """As the roles of the stack may: by a way back, and by a promotion."""
    before, kept = production.live(), production.configs()
    production.delete_endpoint()

    rollback = json.loads(told(production.stack, "rollback", "--json").splitlines()[-1])

    assert (rollback["status"], production.live(), production.configs()) == ("SUCCEEDED", before, kept)
    run = _again(story.second, production, "without-its-configuration")
    production.delete_config(before)
    ended = production.promote(run, {"run_id": run})
    assert ended["status"] == "SUCCEEDED", ended.get("cause")
    assert production.configs() == {before, production.live()}


def test_production_outlives_the_stack_that_keeps_it(embedded: EmbeddedAws, production: Production) -> None:
    """The last test of the stack, which it deletes."""
    before = production.at_rest()

    with production.traffic():
        deployment.delete(embedded.instance, NAME)

    assert production.at_rest()["EndpointConfigName"] == before["EndpointConfigName"]
    assert len(production.configs()) == 2 and len(production.versions()) == 2


def _deployed(embedded: EmbeddedAws, **options: str) -> Stack:
    return Stack(embedded, embedded.deploy(TEMPLATE_PATH, NAME, {**OPTIONS, **options}))


def _again(run: StackRun, production: Production, name: str) -> str:
    return production.decided_again(run.described["name"], name, production.live())


def _started(production: Production, printed: str) -> dict[str, Any]:
    """The end of the execution that the AWS CLI says it has started."""
    return production.ended(json.loads(printed)["executionArn"].rsplit(":", 1)[-1])


def _on_the_page(production: Production) -> list[tuple[str, str]]:
    """The changes of production, newest first: their kinds, and of which runs they are."""
    page = production.stack.read("runs/index.html")
    row = r'<td class="text">(promotion|rollback)</td>\n<td class="text">\S+ of (?:<a [^>]+>)?([\w-]+)<'
    return re.findall(row, page)


def _approve_as_the_stack(production: Production, run: StackRun) -> str:
    """What the role is told that registers versions, when it tries to approve one."""
    aws = production.stack.aws
    role = roles_of(aws, NAME)["RegisterModelFunctionRole"]
    credentials = iam.assume(aws.instance, role.arn, "curious", "lambda.amazonaws.com")
    with pytest.raises(ClientError) as told:
        production.approve(run.described["name"], aws.instance.client("sagemaker", credentials))
    return str(told.value)


@contextmanager
def _alarm_set_off(production: Production) -> Iterator[Callable[[], None]]:
    """What sets off the alarm on production's errors until the block ends."""
    client = production.stack.aws.instance.client("cloudwatch")
    alarm = {"AlarmName": production.stack.physical_id("ProductionFails"), "StateReason": "a test"}
    try:
        yield lambda: client.set_alarm_state(**alarm, StateValue="ALARM")
    finally:
        client.set_alarm_state(**alarm, StateValue="OK")


def _remove(embedded: EmbeddedAws, production: Production) -> None:
    """What the stack has kept, if it is gone; else the stack."""
    sagemaker = embedded.instance.client("sagemaker")
    if production.describe():
        production.at_rest()
        sagemaker.delete_endpoint(EndpointName=production.endpoint)
    for name in production.configs():
        sagemaker.delete_endpoint_config(EndpointConfigName=name)
        sagemaker.delete_model(ModelName=name)
    for version in production.versions():
        sagemaker.delete_model_package(ModelPackageName=version["ModelPackageArn"])
    sagemaker.delete_model_package_group(ModelPackageGroupName=production.endpoint)
