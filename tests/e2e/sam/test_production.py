"""From a verdict into production and back by documented commands, in a stack that the SAM CLI deployed."""

from __future__ import annotations

import csv
import json
from statistics import fmean
from typing import Any

import pytest

from tests.documented import commands_for_production
from tests.e2e.sam.conftest import Compared
from tests.e2e.sam.production import AGAIN, APPROVAL, NEW_ROWS, Promoted
from tests.e2e.sam.terminal import Readme, Terminal, changes
from tests.template import TEMPLATE

pytestmark = pytest.mark.timeout(1800)


def saved(terminal: Terminal, run: str, name: str) -> Any:
    return json.loads((terminal.project / "runs" / run / name).read_text())


def test_promotion_is_a_parameter_that_leaves_what_there_was(compared: Compared) -> None:
    deployed = changes(compared.with_promotion)

    assert "Delete" not in deployed.values() and "DataBucket" not in deployed
    conditions = {name: each.get("Condition") for name, each in TEMPLATE["Resources"].items()}
    own = {name for name, condition in conditions.items() if condition in ("Promotes", "Proposes")}
    assert {deployed[name] for name in own} == {"Add"}


def test_the_first_model_is_approved_and_live(terminal: Terminal, compared: Compared) -> None:
    first = compared.first
    decided = saved(terminal, first.run, "promotion.json")

    assert (decided["decision"], decided["mode"], decided["champion"]) == ("first", "Propose", None)
    told = f"Production serves {decided['candidate']} of the run {first.run}, with the configuration "
    assert f"{told}{first.config}." in " ".join(first.printed[APPROVAL].split())
    assert "served it already" in " ".join(first.printed[AGAIN].split())


def test_a_better_model_comes_in_its_place_and_goes_again(
    terminal: Terminal, compared: Compared, better: Promoted
) -> None:
    decided = saved(terminal, better.run, "promotion.json")

    assert (decided["decision"], decided["champion"]["config"]) == ("promote", compared.first.config)
    told = " ".join(better.printed[APPROVAL].split())
    serves = f"Production serves {decided['candidate']} of the run {better.run}, "
    goes_back = f"Production serves {saved(terminal, compared.first.run, 'promotion.json')['candidate']} of"
    assert 0 <= told.index(serves) < told.index(f"{goes_back} the run {compared.first.run}, ")
    assert "It is there since " in told and " test rows." in told
    assert better.config == compared.first.config


def test_new_rows_were_answered_by_the_better_model(terminal: Terminal, better: Promoted) -> None:
    labels = [float(line.split()[0]) for line in (terminal.project / NEW_ROWS).read_text().splitlines()]
    with (terminal.project / "new-predictions.csv").open(newline="") as file:
        predicted = [float(row["prediction"]) for row in csv.DictReader(file)]

    assert len(predicted) == len(labels)
    # Of the first model's labels, which are three times as large, the mean is 30.
    assert fmean(abs(own - label) for own, label in zip(predicted, labels, strict=True)) < 10


def test_the_history_tells_of_all_that(terminal: Terminal, compared: Compared, better: Promoted) -> None:
    page = (terminal.project / "runs" / "index.html").read_text()

    for run in (compared.first.run, better.run):
        assert run in better.printed["bakeoff history"].replace("\n", "") and f"{run}/report.html" in page
    assert f"of {compared.first.run}, promoted " in page
    assert (page.count(">promotion</td>"), page.count(">rollback</td>")) == (2, 1)


def test_every_documented_command_was_run(compared: Compared, better: Promoted, readme: Readme) -> None:
    blocks = [block for block in readme.blocks if block not in readme.left]
    of_readme = {line.partition("#")[0].strip() for block in blocks for line in block.splitlines()}

    assert {*commands_for_production()} <= {*of_readme, *compared.first.printed, *better.printed}
