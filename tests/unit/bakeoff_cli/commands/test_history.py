from __future__ import annotations

import json
from pathlib import Path

import pytest

from bakeoff.domain.run.history import CHANGES, PAGE, entry_key
from tests.unit.bakeoff.report.test_history import past
from tests.unit.bakeoff_cli.conftest import Invoke
from tests.unit.bakeoff_cli.fakes import Account


@pytest.fixture
def past_runs(account: Account) -> Account:
    for number in (1, 2):
        entry = past(number)
        account.add_run(entry["run_id"], statuses=["SUCCEEDED"])
        account.s3.objects[entry_key(entry)] = json.dumps(entry).encode()
    account.s3.objects[PAGE] = b"<!doctype html><title>All runs</title>"
    return account


def test_the_history_is_a_table_and_a_page_beside_the_reports(invoke: Invoke, past_runs: Account) -> None:
    result = invoke("history", "--output", "all")

    assert result.exit_code == 0, result.stderr
    heading, newest, older, saved = result.stdout.splitlines()
    assert heading.split() == ["Run", "Planned", "Test", "rows", "Candidates", "Verdict"]
    assert newest.split()[:4] == ["run-2", "2026-11-03", "10:00", "302"]
    assert "RMSE: knn 2.5 ± 0.25, forest failed" in newest and "Winner: knn" in newest
    assert older.startswith("run-1")
    assert saved == "The history is all/index.html"
    assert Path("all/index.html").read_text() == "<!doctype html><title>All runs</title>"
    assert all(Path(f"all/run-{number}/report.html").is_file() for number in (1, 2))


def test_reports_that_are_there_already_stay(invoke: Invoke, past_runs: Account) -> None:
    Path("runs/run-1").mkdir(parents=True)
    Path("runs/run-1/report.html").write_text("mine")
    assert invoke("history").exit_code == 0
    assert Path("runs/run-1/report.html").read_text() == "mine"


def test_the_page_is_opened_when_asked(
    invoke: Invoke, past_runs: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []

    def show(url: str) -> bool:
        opened.append(url)
        return True

    monkeypatch.setattr("webbrowser.open", show)
    told = json.loads(invoke("history", "--open", "--json").stdout)

    assert opened == [Path("runs/index.html").resolve().as_uri()]
    assert told["history"] == "runs/index.html" and told["opened"]
    assert [run["run_id"] for run in told["runs"]] == ["run-1", "run-2"]


def test_a_stack_without_finished_runs_has_no_history(invoke: Invoke, account: Account) -> None:
    result = invoke("history")
    assert result.exit_code == 2
    assert result.stderr.startswith("bakeoff: The stack 'bakeoff' has no history yet: ")


def test_a_change_of_production_is_no_run(invoke: Invoke, past_runs: Account) -> None:
    past_runs.s3.objects[f"{CHANGES}20261130T100000-live-1.json"] = b"{}"
    told = json.loads(invoke("history", "--json").stdout)
    assert [run["run_id"] for run in told["runs"]] == ["run-1", "run-2"]


def test_a_page_of_changes_is_saved_when_all_runs_have_expired(invoke: Invoke, account: Account) -> None:
    account.s3.objects[PAGE] = b"<!doctype html>"
    result = invoke("history")
    assert (result.exit_code, Path("runs/index.html").read_text()) == (0, "<!doctype html>")


@pytest.mark.parametrize("content", [b"[]", b"no json", b'{"run_id": "run-1"}'])
def test_a_damaged_entry_is_one_sentence(invoke: Invoke, past_runs: Account, content: bytes) -> None:
    past_runs.s3.objects[entry_key(past(1))] = content
    result = invoke("history")
    assert (result.exit_code, result.stdout) == (2, "")
    assert " is damaged: " in result.stderr and result.stderr.count("\n") == 1


def test_an_entry_that_would_lead_out_of_the_folder_is_one_sentence(
    invoke: Invoke, past_runs: Account
) -> None:
    past_runs.s3.objects[entry_key(past(1))] = json.dumps(past(1, run_id="../../elsewhere")).encode()
    result = invoke("history")
    assert result.exit_code == 2 and "was changed" in result.stderr
