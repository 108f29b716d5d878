from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest
from rich.table import Table

from bakeoff_cli.show.output import Output

ESCAPE = "\x1b"


def test_results_go_to_stdout_and_everything_else_to_stderr(capfd: pytest.CaptureFixture[str]) -> None:
    output = Output()
    output.note("going on")
    output.show("result [1]", Table("Heading"))
    output.document({"not": "wanted"})
    output.complain("oh")
    out, err = capfd.readouterr()
    assert out.startswith("result [1]\n") and "Heading" in out and "wanted" not in out
    assert err == "going on\nbakeoff: oh\n"


def test_json_leaves_stdout_to_one_document(capfd: pytest.CaptureFixture[str]) -> None:
    output = Output(as_json=True)
    output.note("going on")
    output.show("result")
    output.document({"a": 1})
    out, err = capfd.readouterr()
    assert (json.loads(out), err) == ({"a": 1}, "going on\n")


def test_quiet_hides_progress_but_neither_results_nor_complaints(capfd: pytest.CaptureFixture[str]) -> None:
    output = Output(quiet=True)
    output.note("going on")
    with output.transfer("Downloading") as report:
        report(1, 2)
    output.show("result")
    output.complain("oh")
    assert capfd.readouterr() == ("result\n", "bakeoff: oh\n")


def test_a_long_line_is_not_folded(capfd: pytest.CaptureFixture[str]) -> None:
    Output().complain("word " * 100)
    assert capfd.readouterr().err.count("\n") == 1


@pytest.mark.parametrize("quiet", [False, True])
def test_a_terminal_gets_a_bar_unless_quiet(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, quiet: bool
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    output = Output(quiet=quiet)
    with output.transfer("Downloading") as report:
        report(50, 100)
        report(50, 100)
    with output.run_view():
        pass
    err = capfd.readouterr().err
    assert (ESCAPE in err, "100/100 bytes" in err) == (not quiet, not quiet)


@pytest.mark.parametrize("width", ["40", "60", "80"])
def test_on_a_terminal_no_line_is_cut_in_a_word(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, width: str
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", width)
    words = [f"word{number}" for number in range(60)]
    output = Output()
    for tell in (output.note, output.complain, output.show, output.headline):
        tell(" ".join(words))
    captured = capfd.readouterr()
    for text in (captured.out, captured.err):
        lines = re.sub(rf"{ESCAPE}\[\d*m", "", text).splitlines()
        assert max(map(len, lines)) <= int(width) and len(lines) > 2
        assert {word for line in lines for word in line.split()} <= {*words, "bakeoff:"}


def test_the_headline_is_bold_on_a_terminal_and_plain_elsewhere(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    Output().headline("Winner: \x1b[2Jxgboost")
    Output(as_json=True).headline("Winner: xgboost")
    assert capfd.readouterr().out == "Winner: [2Jxgboost\n"
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.delenv("NO_COLOR", raising=False)
    Output().headline("Winner: xgboost")
    assert capfd.readouterr().out == f"{ESCAPE}[1mWinner: xgboost{ESCAPE}[0m\n"


def test_a_command_in_backquotes_is_the_one_that_works_as_typed(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "argv", [".venv/bin/bakeoff"])
    monkeypatch.setenv("PATH", str(tmp_path))
    for tell in (Output().note, Output().complain, Output().show):
        tell("Start it with `bakeoff run`; bakeoff is its name.")
    out, err = capfd.readouterr()
    for line in (*out.splitlines(), *err.splitlines()):
        assert line.endswith("Start it with `.venv/bin/bakeoff run`; bakeoff is its name.")
