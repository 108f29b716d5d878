from __future__ import annotations

import json

import pytest
from rich.table import Table

from cli.output import Output

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
