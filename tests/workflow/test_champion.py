"""The model in production runs through the Map without training, on an endpoint of its own."""

from __future__ import annotations

import pytest

from tests.unit.bakeoff.domain.promotion.runs import LIVE
from tests.workflow.conftest import Workflow
from tests.workflow.simulation.functions import CANDIDATES
from tests.workflow.simulation.hosting import refused
from tests.workflow.simulation.promoting import MODEL, put_into_production
from tests.workflow.simulation.scripted import Fault, ScriptedAws


@pytest.fixture
def production(workflow: Workflow, aws: ScriptedAws, monkeypatch: pytest.MonkeyPatch) -> None:
    put_into_production(workflow, aws, monkeypatch)


@pytest.mark.usefixtures("production")
def test_the_champion_is_served_and_scored_but_not_trained(workflow: Workflow, aws: ScriptedAws) -> None:
    described = workflow.run()

    assert described["status"] == "SUCCEEDED", described["cause"]
    run = f"runs/{described['name']}"
    assert sorted(aws.candidates("create_training_job")) == sorted(CANDIDATES)
    assert sorted(aws.candidates("create_endpoint")) == sorted([*CANDIDATES, "champion"])
    assert aws.live == set()
    models = {each["candidate"]["name"]: each["model_data_url"] for each in aws.payloads["ScoreCandidate"]}
    assert models["champion"] == MODEL
    result = aws.store.read_json(f"{run}/results/champion.json")
    assert (result["status"], result["training_seconds"]) == ("completed", None)
    compared = aws.store.read_json(f"{run}/comparison.json")["candidates"]
    assert sorted(each["name"] for each in compared) == sorted(CANDIDATES)
    decided = aws.store.read_json(f"{run}/promotion.json")
    assert (decided["champion"], decided["against"]) == (LIVE, "champion")
    assert {each["candidate"] for each in decided["comparisons"]} == set(CANDIDATES)


@pytest.mark.usefixtures("production")
def test_each_result_tells_where_its_model_lies(workflow: Workflow, aws: ScriptedAws) -> None:
    run = f"runs/{workflow.run()['name']}"

    for name in CANDIDATES:
        model = aws.store.read_json(f"{run}/results/{name}.json")["model_data_url"]
        assert model.startswith(f"s3://data-bucket/{run}/models/{name}/")


@pytest.mark.usefixtures("production")
def test_a_champion_that_cannot_be_served_costs_no_verdict(workflow: Workflow, aws: ScriptedAws) -> None:
    aws.faults.append(
        Fault.raising("create_model", refused("ValidationException", "no such image"), "champion")
    )

    described = workflow.run()

    assert described["status"] == "SUCCEEDED", described["cause"]
    run = f"runs/{described['name']}"
    assert aws.store.read_json(f"{run}/comparison.json")["verdict"]["best"] in CANDIDATES
    decided = aws.store.read_json(f"{run}/promotion.json")
    assert decided["decision"] == "keep"
    assert "its model could not be asked today (Create model:" in decided["reason"]
    assert aws.live == set()


def test_without_promotion_no_result_tells_of_a_model(workflow: Workflow, aws: ScriptedAws) -> None:
    run = f"runs/{workflow.run()['name']}"

    assert not [key for key in aws.store.stored_keys() if "champion" in key or "promotion" in key]
    for name in CANDIDATES:
        assert "model_data_url" not in aws.store.read_json(f"{run}/results/{name}.json")
