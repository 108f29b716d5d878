"""`bakeoff receipt` and `bakeoff costs`."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bakeoff.domain.cost.prices import Item, Kind, Price
from bakeoff.domain.cost.receipt import Spent, recomputed
from tests.unit.bakeoff.domain.cost.runs import LARGE, FixedPrices
from tests.unit.bakeoff_cli.conftest import Invoke
from tests.unit.bakeoff_cli.fakes import Account
from tests.unit.bakeoff_cli.receipts import receipt
from tests.unit.bakeoff_cli.saved_runs import RUN_ID


def put(account: Account, run_id: str, **changes: Any) -> None:
    account.s3.objects[f"runs/{run_id}/receipt.json"] = json.dumps(receipt(run_id, **changes)).encode()


def saved(folder: Path, run_id: str, **changes: Any) -> Path:
    path = folder / run_id
    path.mkdir(parents=True)
    (path / "plan.json").write_text("{}")
    (path / "receipt.json").write_text(json.dumps(receipt(run_id, **changes)))
    return path


def test_a_run_s_receipt_is_told_line_by_line(invoke: Invoke, account: Account) -> None:
    account.add_run("run-1", statuses=["SUCCEEDED"])
    put(account, "run-1")
    result = invoke("receipt", "run-1")
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith(
        "The run run-1 cost $0.01 to $0.02, by list prices of us-east-1, 2026-08-11 to 2026-08-11.\n"
    )
    assert "endpoint xgboost (ml.m5.large)         300 to 540  $0.0096 to $0.02" in result.stdout
    assert "Before it began, the plan said $1.30 at most." in result.stdout
    assert "not AWS's invoice" in result.stdout


def test_without_a_name_it_is_the_newest_run_that_has_one(invoke: Invoke, account: Account) -> None:
    account.add_run("newest", statuses=["FAILED"], age=1)
    account.add_run("old", statuses=["SUCCEEDED"], age=2)
    put(account, "old")
    assert invoke("receipt").stdout.startswith("The run old cost")


def test_a_program_gets_the_document(invoke: Invoke, account: Account) -> None:
    account.add_run("run-1", statuses=["SUCCEEDED"])
    put(account, "run-1")
    assert json.loads(invoke("receipt", "run-1", "--json").stdout) == receipt("run-1")


def test_a_run_without_one_is_told(invoke: Invoke, account: Account) -> None:
    account.add_run("run-1", statuses=["RUNNING"])
    result = invoke("receipt", "run-1")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "The run run-1 has no receipt: one is written when a run has ended" in result.stderr


def test_a_run_that_has_ended_without_one_is_not_to_be_waited_for(invoke: Invoke, account: Account) -> None:
    account.add_run("run-1", statuses=["FAILED"])
    result = invoke("receipt", "run-1")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "The run run-1 has failed, and has no receipt: " in result.stderr
    assert "in a minute" in result.stderr and "watch" not in result.stderr


def test_a_saved_run_needs_no_aws(invoke: Invoke, tmp_path: Path) -> None:
    saved(tmp_path / "runs", "run-1")
    assert invoke("receipt", "runs/run-1").stdout.startswith("The run run-1 cost")
    (tmp_path / "runs/run-1/receipt.json").unlink()
    assert "holds no receipt" in invoke("receipt", "runs/run-1").stderr


def test_a_rehearsal_says_so(invoke: Invoke, tmp_path: Path) -> None:
    folder = saved(tmp_path, "run-1")
    text = (folder / "receipt.json").read_text()
    (folder / "receipt.json").write_text(text.replace("a list", "rehearsal on this machine, a list"))
    assert invoke("receipt", str(folder)).stdout.startswith("A rehearsal: by list prices of us-east-1")


def test_what_has_no_price_is_told(invoke: Invoke, tmp_path: Path) -> None:
    prices = FixedPrices(missing=frozenset({Item(Kind.HOSTING, LARGE)}))
    folder = saved(tmp_path, "run-1", prices=prices, worst_case=None)
    result = invoke("receipt", str(folder))
    assert "Not in it: AWS lists none there." in result.stdout
    assert "the plan said" not in result.stdout


def test_a_run_whose_every_price_is_unknown_did_not_cost_nothing(invoke: Invoke, tmp_path: Path) -> None:
    prices = FixedPrices(missing=frozenset({Item(Kind.HOSTING, LARGE), Item(Kind.TRANSITION)}))
    folder = saved(tmp_path, "run-1", prices=prices, worst_case=None)
    result = invoke("receipt", str(folder))
    assert result.stdout.startswith("What the run run-1 cost is unknown: no price is known of anything")
    assert "0.00" not in result.stdout


def unplanned(run_id: str = "run-1", **changes: Any) -> Any:
    """Of a run that was refused."""
    paid = [
        Spent(Item(Kind.TRANSITION), Decimal(4), Decimal(6), "history"),
        Spent(Item(Kind.FUNCTION), Decimal(0), Decimal(2), "history", Decimal("0.5"), "Plan run"),
    ]
    nothing = {"data_set": "", "worst_case": None, "spent": paid, "planned": False}
    return receipt(run_id, **{**nothing, **changes})


def refused(folder: Path, **changes: Any) -> Path:
    folder.mkdir(parents=True)
    (folder / "receipt.json").write_text(json.dumps(unplanned(folder.name, **changes)))
    return folder


def test_a_run_that_was_refused_has_a_receipt_that_verifies(invoke: Invoke, tmp_path: Path) -> None:
    folder = refused(tmp_path / "runs/run-1")
    told = invoke("receipt", str(folder)).stdout
    assert told.startswith("The run run-1 cost $0.0001 to $0.0002, by list prices")
    assert "It ended before it had a plan, and paid for nothing but its turn and planning." in told
    result = invoke("verify", str(folder))
    assert (result.exit_code, result.stdout.split(":")[0]) == (0, "Identical")
    assert "the receipt of run-1" in result.stdout


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"total_high": "0.000001"}, "total_high: recorded"),
        ({"worst_case": "5"}, "worst_case: recorded"),
        ({"data_set": "Inputs/"}, "data_set: recorded"),
    ],
)
def test_an_altered_one_does_not(invoke: Invoke, tmp_path: Path, changes: dict[str, Any], words: str) -> None:
    folder = refused(tmp_path / "run-1")
    alter(folder / "receipt.json", **changes)
    result = invoke("verify", str(folder))
    assert result.exit_code == 1 and words in result.stdout


def test_a_run_without_a_plan_trained_nothing(invoke: Invoke, tmp_path: Path) -> None:
    paid = [Spent(Item(Kind.TRAINING, LARGE), Decimal(90), Decimal(90), "job", name="xgboost")]
    result = invoke("verify", str(refused(tmp_path / "run-1", spent=paid)))
    assert result.exit_code == 1
    assert "lines[0] is nothing that a run pays for before it has a plan" in result.stdout


def test_a_plan_that_came_after_the_receipt_alters_nothing(invoke: Invoke, tmp_path: Path) -> None:
    """A run was stopped while it was being planned."""
    folder = refused(tmp_path / "run-1")
    plan = {"run_id": "run-1", "created_at": "2026-11-30T09:59:00Z", "cost": {"amount": "1"}}
    (folder / "plan.json").write_text(json.dumps(plan))
    assert invoke("verify", str(folder)).exit_code == 0


def test_a_plan_that_is_gone_is_told(invoke: Invoke, tmp_path: Path) -> None:
    folder = saved(tmp_path, "run-1")
    (folder / "plan.json").unlink()
    result = invoke("verify", str(folder))
    assert result.exit_code == 2 and "it holds no plan.json" in result.stderr


LINES = receipt()["lines"]


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ([], "it holds no JSON object"),
        ({}, "it has no schema_version"),
        ({"schema_version": 2}, "a schema_version that this bakeoff cannot read"),
        ({"lines": "many"}, "lines is a text, and not a list"),
        ({"lines": [{"kind": "x"}]}, "lines[0] has no name"),
        (
            {"lines": [{**LINES[0], "kind": "coffee"}]},
            "lines[0].kind is 'coffee', and nothing that AWS sells",
        ),
        ({"lines": [{**LINES[0], "high": "much"}]}, "lines[0].high is 'much', and no number"),
        ({"lines": [{**LINES[0], "size": "1E+999999999"}]}, "lines[0].size is '1E+999999999', and no number"),
        ({"lines": [{**LINES[0], "low": "-1"}]}, "lines[0].low is '-1', and no number"),
        ({"lines": [{**LINES[0], "price": "0.1"}]}, "lines[0].price is a text, and not"),
        (
            {"lines": [{**LINES[0], "price": {**LINES[0]["price"], "amount": "0"}}]},
            "lines[0].price.amount is 0, which is no price",
        ),
        ({"total_high": 5}, "total_high is a whole number, and not a text"),
        ({"total_low": "NaN"}, "total_low is 'NaN', and no number"),
        ({"made_at": "yesterday"}, "made_at is 'yesterday', and no time"),
        ({"made_at": "2026-13-01T10:00:00Z"}, "made_at is '2026-13-01T10:00:00Z', and no time"),
        ({"worst_case": []}, "worst_case is a list, and not"),
        ({"unknown": {}}, "unknown is an object, and not a list"),
        ({"planned": "no"}, "planned is a text, and not true or false"),
    ],
)
@pytest.mark.parametrize("command", ["receipt", "verify", "costs"])
def test_a_damaged_one_is_told_in_a_sentence(
    invoke: Invoke, tmp_path: Path, command: str, document: Any, words: str
) -> None:
    folder = saved(tmp_path, "run-1")
    whole = {**receipt(), **document} if document else document
    (folder / "receipt.json").write_text(json.dumps(whole))

    result = invoke(command, str(folder))

    assert (result.exit_code, result.stdout) == (2, "")
    assert "receipt.json" in result.stderr and words in result.stderr
    assert not any(each in result.stderr for each in ("Traceback", "Error", "indices", "Decimal"))


def test_costs_are_added_up_by_day_month_and_data_set(invoke: Invoke, account: Account) -> None:
    put(account, "run-1")
    put(account, "run-2", made_at="2026-11-29T10:00:00Z", data_set="Inputs/cars/")
    put(account, "run-3", made_at="2026-10-01T10:00:00Z")
    account.s3.objects["runs/run-4/plan.json"] = b"{}"

    days = json.loads(invoke("costs", "--json").stdout)
    assert [each["name"] for each in days["sums"]] == ["2026-10-01", "2026-11-29", "2026-11-30", "all"]
    assert (days["without_receipt"], days["cost_unknown"]) == (1, ["run-4"])
    one = receipt()
    assert days["sums"][0]["high"] == one["total_high"]
    assert float(days["sums"][-1]["high"]) == pytest.approx(3 * float(one["total_high"]))

    months = json.loads(invoke("costs", "--by", "month", "--json").stdout)
    assert [(each["name"], each["runs"]) for each in months["sums"]] == [
        ("2026-10", 1),
        ("2026-11", 2),
        ("all", 3),
    ]
    sets = json.loads(invoke("costs", "--by", "data-set", "--json").stdout)
    assert [each["name"] for each in sets["sums"]] == ["Inputs/", "Inputs/cars/", "all"]


def test_the_history_of_runs_is_no_run_without_a_receipt(invoke: Invoke, account: Account) -> None:
    put(account, "run-1")
    account.s3.objects["runs/index.html"] = b"<!doctype html>"
    account.s3.objects["runs/.history/20261130T100000-run-1.json"] = b"{}"
    result = invoke("costs", "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["without_receipt"] == 0


def test_runs_without_a_receipt_are_named_and_in_no_sum(invoke: Invoke, tmp_path: Path) -> None:
    saved(tmp_path / "runs", "run-1")
    for name in ("run-2", "below/run-3"):
        (saved(tmp_path / "runs", name) / "receipt.json").unlink()
    told = invoke("costs", "runs").stdout
    assert "2026-11-30     1  $0.01 to $0.02" in told and "all            1  $0.01 to $0.02" in told
    assert "Cost unknown of 2 runs without a receipt (yet), in no sum: below/run-3, run-2." in told
    document = json.loads(invoke("costs", "runs", "--json").stdout)
    assert (document["without_receipt"], document["cost_unknown"]) == (2, ["below/run-3", "run-2"])
    assert [each["runs"] for each in document["sums"]] == [1, 1]

    (tmp_path / "runs/run-1/receipt.json").unlink()
    alone = invoke("costs", "runs/run-1").stdout
    assert (
        alone == "No run has a receipt.\nCost unknown of 1 run without a receipt (yet), in no sum: run-1.\n"
    )


def test_of_many_runs_without_a_receipt_the_first_are_named(invoke: Invoke, tmp_path: Path) -> None:
    for number in range(25):
        (saved(tmp_path / "runs", f"run-{number:02d}") / "receipt.json").unlink()
    told = " ".join(invoke("costs", "runs").stdout.split())
    assert "run-18, run-19 and 5 more, which --json names." in told and "run-20" not in told
    assert len(json.loads(invoke("costs", "runs", "--json").stdout)["cost_unknown"]) == 25


def test_refused_runs_are_summed_by_themselves_where_the_data_set_is_asked_for(
    invoke: Invoke, tmp_path: Path
) -> None:
    saved(tmp_path / "runs", "run-1")
    refused(tmp_path / "runs/run-2")
    sets = json.loads(invoke("costs", "runs", "--by", "data-set", "--json").stdout)
    assert [(each["name"], each["runs"]) for each in sets["sums"]] == [
        ("Inputs/", 1),
        ("without a plan", 1),
        ("all", 2),
    ]
    assert sets["cost_unknown"] == []


def test_costs_of_saved_runs_and_of_none(invoke: Invoke, tmp_path: Path) -> None:
    saved(tmp_path / "runs", "run-1")
    saved(tmp_path / "runs", "run-2")
    result = invoke("costs", "runs")
    assert "2026-11-30     2  $0.02 to $0.04" in result.stdout
    (tmp_path / "empty").mkdir()
    assert invoke("costs", "empty").stdout == "No run has a receipt.\n"


def test_currencies_are_never_added(invoke: Invoke, tmp_path: Path) -> None:
    saved(tmp_path / "runs", "run-1")
    folder = saved(tmp_path / "runs", "run-2")
    text = (folder / "receipt.json").read_text()
    (folder / "receipt.json").write_text(text.replace('"USD"', '"CNY"'))
    sums = json.loads(invoke("costs", "runs", "--json").stdout)["sums"]
    assert [(each["name"], each["currency"]) for each in sums[-2:]] == [("all", "CNY"), ("all", "USD")]


@pytest.fixture
def paid(run: Path) -> Path:
    """A judged run with a receipt, as its plan says."""
    plan = json.loads((run / "plan.json").read_text())
    plan["cost"] = {"amount": "1.3"}
    (run / "plan.json").write_text(json.dumps(plan))
    document = receipt(plan["run_id"], data_set=plan.get("data_set", ""))
    (run / "receipt.json").write_text(json.dumps(document))
    return run


def alter(path: Path, **changes: Any) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def test_verify_recomputes_the_receipt(invoke: Invoke, paid: Path) -> None:
    assert invoke("verify", str(paid)).exit_code == 0
    alter(paid / "receipt.json", total_high="0.010000")
    result = invoke("verify", str(paid))
    assert result.exit_code == 1
    assert "receipt.json was changed after the run: total_high: recorded" in result.stdout


def test_verify_compares_it_with_the_plan(invoke: Invoke, paid: Path) -> None:
    alter(paid / "plan.json", cost={"amount": "2.5"})
    result = invoke("verify", str(paid))
    assert result.exit_code == 1
    assert "worst_case: recorded" in result.stdout


def with_prices(run: Path, where: str = "parts", **told: Any) -> None:
    """The plan tells the price of an endpoint."""
    price = FixedPrices().of(Item(Kind.HOSTING, LARGE))
    assert isinstance(price, Price)
    told_price = {"kind": "hosting", "instance_type": LARGE, "price": {**price.note(), **told}}
    cost = {"amount": "1.3", "region": "us-east-1", "parts": [], where: [told_price]}
    alter(run / "plan.json", cost=cost)


def with_price(run: Path, **changes: Any) -> None:
    """The receipt tells another price of the endpoint, and amounts that follow from it."""
    document = json.loads((run / "receipt.json").read_text())
    document["lines"][0]["price"].update(changes)
    (run / "receipt.json").write_text(json.dumps(recomputed(document)))


def test_prices_are_those_of_the_plan(invoke: Invoke, paid: Path) -> None:
    with_prices(paid)
    assert invoke("verify", str(paid)).exit_code == 0


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"source": "hearsay"}, 'lines[0].price.source: recorded "hearsay", recomputed "a list"'),
        ({"amount": "0.05"}, 'lines[0].price.amount: recorded "0.05", recomputed "0.115"'),
        ({"published": "2020-01-01"}, "lines[0].price.published: recorded"),
    ],
)
@pytest.mark.parametrize("where", ["parts", "other_prices"])
def test_another_price_than_the_plan_s_is_found_although_all_follows_from_it(
    invoke: Invoke, paid: Path, changes: dict[str, str], words: str, where: str
) -> None:
    with_prices(paid, where)
    with_price(paid, **changes)
    result = invoke("verify", str(paid))
    assert result.exit_code == 1
    assert f"receipt.json was changed after the run: {words}" in result.stdout


@pytest.mark.parametrize(
    "changes",
    [
        {"source": "a list, asked on 2026-11-20 for the last time"},
        {"published": "2026-09-01", "amount": "0.12", "source": "a newer list"},
    ],
)
def test_a_receipt_of_an_earlier_release_may_have_a_newer_price(
    invoke: Invoke, paid: Path, changes: dict[str, str]
) -> None:
    """It asked again after the run."""
    with_prices(paid)
    with_price(paid, **changes)
    assert invoke("verify", str(paid)).exit_code == 0


def test_a_newer_price_than_the_plan_s_is_found_where_receipts_take_those(invoke: Invoke, paid: Path) -> None:
    with_prices(paid, "other_prices")
    with_price(paid, published="2026-09-01", amount="0.12", source="a newer list")
    result = invoke("verify", str(paid))
    assert result.exit_code == 1
    assert "receipt.json was changed after the run: lines[0].price.amount: recorded" in result.stdout


@pytest.mark.parametrize("published", ["zzz", "", "2099-01-01", "2026-13"])
def test_a_price_is_of_a_day_before_the_receipt(invoke: Invoke, paid: Path, published: str) -> None:
    with_price(paid, published=published)
    result = invoke("verify", str(paid))
    assert result.exit_code == 1
    assert "receipt.json was changed after the run: lines[0].price.published" in result.stdout


def test_another_region_than_the_plan_s_is_found(invoke: Invoke, paid: Path) -> None:
    with_prices(paid)
    alter(paid / "receipt.json", region="eu-west-1")
    assert "region: recorded" in invoke("verify", str(paid)).stdout


def test_a_receipt_is_not_older_than_the_plan(invoke: Invoke, paid: Path) -> None:
    alter(paid / "plan.json", created_at="2026-11-30T10:00:00Z")
    assert invoke("verify", str(paid)).exit_code == 0
    alter(paid / "receipt.json", made_at="2026-11-30T09:59:59Z")
    result = invoke("verify", str(paid))
    assert result.exit_code == 1
    assert "made_at is 2026-11-30T09:59:59Z, before the run had its plan" in result.stdout


@pytest.mark.parametrize("serving", [5, {"ml.m5.large": "cheap"}, {"ml.m5.large": {"amount": "1"}}])
def test_a_plan_that_tells_no_prices_is_damaged(invoke: Invoke, paid: Path, serving: Any) -> None:
    end_before_judging(paid)
    alter(paid / "plan.json", cost={"amount": "1.3", "serving": serving})
    result = invoke("verify", str(paid))
    assert result.exit_code == 2 and "plan.json is damaged" in result.stderr
    assert "Error" not in result.stderr


def end_before_judging(run: Path) -> None:
    """As a run leaves its results that failed, ran out of time or was stopped before its verdict."""
    for name in ("comparison.json", "report.html"):
        (run / name).unlink()


def test_a_run_that_compared_nothing_has_its_receipt_verified(invoke: Invoke, paid: Path) -> None:
    end_before_judging(paid)
    result = invoke("verify", str(paid))
    assert result.exit_code == 0
    assert result.stdout == (
        f"Identical: all that the receipt of {RUN_ID} says follows from the run's own files. There is no "
        "comparison.json: the run ended before its verdict, and nothing else of it was verified.\n"
    )
    assert "Open its report" not in result.stderr
    assert json.loads(invoke("verify", str(paid), "--json").stdout)["compared"] is False


@pytest.mark.parametrize(
    "left", ["report.html", "promotion.json", "final.json", "models/knn/final/job/output/model.tar.gz"]
)
def test_a_run_that_was_judged_is_not_verified_without_its_comparison(
    invoke: Invoke, paid: Path, left: str
) -> None:
    """A verdict that somebody deleted is no run without one."""
    end_before_judging(paid)
    (paid / left).parent.mkdir(parents=True, exist_ok=True)
    (paid / left).write_text("{}")
    result = invoke("verify", str(paid))
    assert (result.exit_code, result.stdout) == (2, "")
    there = "models/knn/final" if left.startswith("models/") else left
    assert result.stderr == (
        f"bakeoff: {paid} is no complete copy of a run: it holds {there}, which a run has only after its "
        "verdict, but no comparison.json.\n"
    )
