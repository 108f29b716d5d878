"""`bakeoff receipt` and `bakeoff costs`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bakeoff.domain.cost.prices import Item, Kind
from tests.unit.bakeoff.domain.cost.runs import LARGE, FixedPrices
from tests.unit.bakeoff_cli.conftest import Invoke
from tests.unit.bakeoff_cli.fakes import Account
from tests.unit.bakeoff_cli.receipts import receipt


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
    assert "before it had a plan" in result.stderr and "watch" not in result.stderr


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


@pytest.mark.parametrize(
    "document", ["[]", "{}", '{"schema_version": 1}', '{"schema_version": 1, "lines": [{"kind": "x"}]}']
)
def test_a_damaged_one_is_told_in_a_sentence(invoke: Invoke, tmp_path: Path, document: str) -> None:
    folder = saved(tmp_path, "run-1")
    (folder / "receipt.json").write_text(document)
    result = invoke("receipt", str(folder))
    assert (result.exit_code, result.stdout) == (2, "")
    assert "receipt.json" in result.stderr and "Traceback" not in result.stderr


def test_costs_are_added_up_by_day_month_and_data_set(invoke: Invoke, account: Account) -> None:
    put(account, "run-1")
    put(account, "run-2", made_at="2026-11-29T10:00:00Z", data_set="Inputs/cars/")
    put(account, "run-3", made_at="2026-10-01T10:00:00Z")
    account.s3.objects["runs/run-4/plan.json"] = b"{}"

    days = json.loads(invoke("costs", "--json").stdout)
    assert [each["name"] for each in days["sums"]] == ["2026-10-01", "2026-11-29", "2026-11-30", "all"]
    assert days["without_receipt"] == 1
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


def test_a_run_that_compared_nothing_has_its_receipt_verified(invoke: Invoke, paid: Path) -> None:
    (paid / "comparison.json").unlink()
    result = invoke("verify", str(paid))
    assert result.exit_code == 0
    assert "Identical: all that the receipt of" in result.stdout
