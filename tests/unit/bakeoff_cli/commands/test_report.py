from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.unit.bakeoff_cli.conftest import Invoke
from tests.unit.bakeoff_cli.fakes import Account

PAGE = "<!doctype html><title>A report</title>"


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that a browser was asked to show."""
    addresses: list[str] = []

    def show(url: str) -> bool:
        addresses.append(url)
        return True

    monkeypatch.setattr("webbrowser.open", show)
    return addresses


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "saved" / "run-1"
    path.mkdir(parents=True)
    (path / "report.html").write_text(PAGE)
    return path


def test_the_report_of_a_named_run_is_saved_under_its_name(
    invoke: Invoke, account: Account, tmp_path: Path, opened: list[str]
) -> None:
    account.add_run("run-1", statuses=["SUCCEEDED"])
    result = invoke("report", "run-1")
    assert (result.exit_code, result.stdout) == (0, "The report is report-run-1.html\n")
    assert result.stderr == (
        "Recompute its verdict:\n"
        "  aws s3 sync s3://a-bucket/runs/run-1/ runs/run-1/\n"
        "  bakeoff verify runs/run-1\n"
    )
    assert (tmp_path / "report-run-1.html").read_text() == PAGE
    assert not opened


def test_without_a_name_it_is_the_newest_run_that_has_finished(
    invoke: Invoke, account: Account, opened: list[str]
) -> None:
    account.add_run("running", statuses=["RUNNING"], age=0)
    account.add_run("to-be-redriven", statuses=["PENDING_REDRIVE"], age=1)
    account.add_run("newest", statuses=["FAILED"], age=2)
    account.add_run("old", statuses=["SUCCEEDED"], age=3)
    assert invoke("report").stdout == "The report is report-newest.html\n"


def test_without_a_name_a_newer_run_without_a_report_is_passed_over_and_said_so(
    invoke: Invoke, account: Account, opened: list[str]
) -> None:
    account.add_run("old", statuses=["SUCCEEDED"], age=3)
    account.add_run("older", statuses=["SUCCEEDED"], age=4)
    account.report = None
    account.add_run("newest", statuses=["FAILED"], age=1)
    account.add_run("newer", statuses=["ABORTED"], age=2)
    result = invoke("report")
    assert (result.exit_code, result.stdout) == (0, "The report is report-old.html\n")
    assert result.stderr.startswith(
        "The run newest has failed without a report; the run old is the newest that has one.\n"
    )


def test_of_finished_runs_without_any_report_the_newest_is_named(invoke: Invoke, account: Account) -> None:
    account.report = None
    account.add_run("old", statuses=["SUCCEEDED"], age=3)
    account.add_run("newest", statuses=["FAILED"], age=1)
    result = invoke("report")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("bakeoff: The run newest has failed without a report: ")


@pytest.mark.parametrize(
    ("run", "complaint"),
    [
        ("runs/mistyped", "There is no folder runs/mistyped"),
        ("saved/run-1/report.html", "saved/run-1/report.html is no folder"),
        ("here.html", "here.html is no folder"),
    ],
)
def test_a_path_that_is_no_folder_is_not_looked_for_in_aws(
    invoke: Invoke, folder: Path, run: str, complaint: str
) -> None:
    Path("here.html").write_text(PAGE)
    result = invoke("report", "--no-open", run)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"bakeoff: {complaint}: name the folder of a saved run.\n"


def test_a_run_that_step_functions_has_forgotten_still_has_its_report(
    invoke: Invoke, account: Account, opened: list[str]
) -> None:
    account.add_run("long-ago")
    account.stepfunctions.executions.clear()
    assert invoke("report", "long-ago").exit_code == 0


@pytest.mark.parametrize("named", [("waiting",), ()])
def test_the_report_of_a_superseded_run_is_that_of_the_run_that_has_its_data(
    invoke: Invoke, account: Account, opened: list[str], named: tuple[str, ...]
) -> None:
    account.add_run("carrier", statuses=["SUCCEEDED"], age=5)
    account.add_superseded("waiting", by="carrier")
    account.stepfunctions.executions["waiting"].statuses = ["SUCCEEDED"]
    result = invoke("report", *named)
    assert (result.exit_code, result.stdout) == (0, "The report is report-carrier.html\n")
    assert result.stderr.startswith("The data of the run waiting are in the run carrier.\n")


def test_while_the_run_that_has_the_data_goes_on_there_is_no_report_yet(
    invoke: Invoke, account: Account, opened: list[str]
) -> None:
    account.report = None
    account.add_run("carrier", statuses=["RUNNING"])
    account.add_superseded("waiting", by="carrier")
    result = invoke("report", "waiting")
    assert result.exit_code == 2
    assert result.stderr.splitlines()[-1] == (
        "bakeoff: The run carrier has no report yet: see it through with `bakeoff watch carrier`."
    )


def test_output_names_the_file_whose_folder_is_made(
    invoke: Invoke, account: Account, tmp_path: Path, opened: list[str]
) -> None:
    account.add_run("run-1", statuses=["SUCCEEDED"])
    result = invoke("report", "--output", "new/page.html", "--json")
    assert json.loads(result.stdout) == {
        "report": "new/page.html",
        "source": "s3://a-bucket/runs/run-1/report.html",
        "opened": False,
    }
    assert (tmp_path / "new" / "page.html").read_text() == PAGE


def test_the_report_of_a_saved_folder_is_where_it_was_saved(
    invoke: Invoke, folder: Path, tmp_path: Path, opened: list[str]
) -> None:
    result = invoke("report", "saved/run-1")
    assert (result.exit_code, result.stdout) == (0, "The report is saved/run-1/report.html\n")
    assert result.stderr == "Recompute its verdict:\n  bakeoff verify saved/run-1\n"
    assert [path.name for path in tmp_path.rglob("*.html")] == ["report.html"]


def test_the_report_of_a_saved_folder_is_copied_on_request(
    invoke: Invoke, folder: Path, tmp_path: Path, opened: list[str]
) -> None:
    invoke("report", folder, "--output", "copy.html", "--quiet")
    assert (tmp_path / "copy.html").read_text() == PAGE


@pytest.mark.parametrize("options", [(), ("--json",), ("--quiet",)])
def test_open_shows_it_in_the_browser(
    invoke: Invoke, folder: Path, opened: list[str], options: tuple[str, ...]
) -> None:
    assert invoke("report", "saved/run-1", "--open", *options).exit_code == 0
    assert opened == [(folder / "report.html").as_uri()]


@pytest.mark.parametrize(("options", "shown"), [((), 1), (("--no-open",), 0), (("--json",), 0)])
def test_on_a_terminal_it_is_opened_unless_that_is_not_wanted(
    invoke: Invoke,
    folder: Path,
    opened: list[str],
    monkeypatch: pytest.MonkeyPatch,
    options: tuple[str, ...],
    shown: int,
) -> None:
    terminal = SimpleNamespace(stdout=SimpleNamespace(isatty=lambda: True))
    monkeypatch.setattr("bakeoff_cli.process.browser.sys", terminal)
    assert invoke("report", folder, *options).exit_code == 0
    assert len(opened) == shown


def test_a_machine_without_a_browser_still_has_the_file(
    invoke: Invoke, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webbrowser.open", lambda url: False)
    result = invoke("report", folder, "--open", "--json")
    assert (result.exit_code, json.loads(result.stdout)["opened"]) == (0, False)
    assert result.stderr.startswith("No browser could be started; open the file yourself.\n")


@pytest.mark.parametrize(
    ("run", "complaint"),
    [
        ("nope", "The stack 'bakeoff' has no run 'nope'; name another, or none for the newest."),
        ("running", "The run running has no report yet: see it through with `bakeoff watch running`."),
        (
            "failed",
            "The run failed has failed without a report: see how it went with `bakeoff watch failed`.",
        ),
        (
            "stopped",
            "The run stopped was stopped without a report: see how it went with `bakeoff watch stopped`.",
        ),
        (
            "late",
            "The run late has timed out without a report: see how it went with `bakeoff watch late`.",
        ),
        (
            "expired",
            "The report of the run expired is gone: it was deleted, or is older than the stack's "
            "RunRetentionDays.",
        ),
    ],
)
def test_a_report_that_is_not_there_is_one_line(
    invoke: Invoke, account: Account, tmp_path: Path, run: str, complaint: str
) -> None:
    account.report = None
    account.add_run("running", statuses=["RUNNING"])
    account.add_run("failed", statuses=["FAILED"])
    account.add_run("stopped", statuses=["ABORTED"])
    account.add_run("late", statuses=["FAILED"], error="States.Timeout")
    account.add_run("expired", statuses=["SUCCEEDED"])
    result = invoke("report", run)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"bakeoff: {complaint}\n")
    assert not list(tmp_path.glob("*.html"))


def test_a_stack_without_a_finished_run_says_so(invoke: Invoke, account: Account) -> None:
    account.add_run("running", statuses=["RUNNING"])
    result = invoke("report")
    assert result.exit_code == 2
    assert result.stderr.startswith("bakeoff: The stack 'bakeoff' has no finished run")


def test_a_report_is_not_saved_over_a_folder(invoke: Invoke, folder: Path) -> None:
    result = invoke("report", folder, "--output", folder)
    assert (result.exit_code, result.stderr) == (
        2,
        f"bakeoff: {folder} is a folder: name a file for the report.\n",
    )
