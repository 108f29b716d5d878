from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.unit.bakeoff_cli.conftest import Invoke
from tests.unit.bakeoff_cli.fakes import Account, client_error

ALONE = ("demo", "local", "upload", "run", "watch", "report", "verify", "algorithms", "env")
ABOUT_PRODUCTION = ("production", "promote", "approve", "rollback", "predict")
COMMANDS = [("dataset", "abalone"), *((name,) for name in (*ALONE, *ABOUT_PRODUCTION))]
KNN_TWICE = (
    "Algorithm 'knn' is listed twice: give each candidate a name of its own "
    '({"name": ..., "algorithm": ...}).'
)


def test_the_version_is_that_of_the_project(invoke: Invoke) -> None:
    import tomllib

    project = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text())["project"]
    assert invoke("--version").stdout == f"bakeoff {project['version']}\n"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_of_every_command_is_explained(invoke: Invoke, command: tuple[str, ...]) -> None:
    from typer.main import get_command

    from bakeoff_cli.main import app

    result = invoke(*command, "--help")
    assert result.exit_code == 0
    leaf: Any = get_command(app)
    for name in command:
        leaf = leaf.commands[name]
    assert leaf.help and all(parameter.help for parameter in leaf.params)
    assert "<bool>" not in result.output
    assert invoke(*command, "-h").output == result.output


def test_help_lists_every_command(invoke: Invoke) -> None:
    text = invoke("--help").output
    assert all(command[0] in text for command in COMMANDS)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("upload", "missing.csv"), "There is no file missing.csv."),
        (("upload", "empty.csv"), "empty.csv is empty."),
        (("upload", "hollow"), "The folder hollow holds no file to upload."),
        (
            ("upload", "https://example.org/a.csv"),
            "https://example.org/a.csv is an address, but this takes what lies on this machine: download it "
            "first.",
        ),
        (
            ("upload", "one.csv", "--set", "LatencyCalls=5"),
            "What an upload starts is compared by the stack's own LatencyCalls: change it with "
            "`sam deploy --parameter-overrides LatencyCalls=5`, or upload a --settings FILE with the line "
            "`latency_calls: ...`, or upload first and start `bakeoff run --set LatencyCalls=5`.",
        ),
        (
            ("run", "--set", "TrainFraction=0.5"),
            "TrainFraction belongs to the stack, not to a single run: change it with "
            "`sam deploy --parameter-overrides TrainFraction=0.5`, then start a run with `bakeoff run`.",
        ),
        (("run", "--algorithms", "knn,knn"), KNN_TWICE),
        (("algorithms", "--check", "knn,knn"), KNN_TWICE),
        (("demo", "--algorithms", "knn,knn"), KNN_TWICE),
        (("local", "--set", "Algorithms=knn,knn"), KNN_TWICE),
        (
            ("demo", "--set", "Metrics=mae"),
            "The stack has no parameter 'Metrics': did you mean Metric?",
        ),
        (
            ("local", "--no-deploy", "--set", "LatencyCalls=5"),
            "--no-deploy leaves the stack's parameters to `sam deploy`: give them there.",
        ),
        (("demo", "--data", "missing.csv"), "There is no file missing.csv."),
        (
            ("demo", "--data", "one.csv", "--output", "one.csv"),
            "The folder one.csv cannot be written to: File exists.",
        ),
        (("demo", "--data", "one.csv"), "one.csv has 1 line: there is nothing to halve."),
        (
            ("local", "--work-dir", "one.csv/below"),
            "The folder one.csv/below cannot be written to: Not a directory.",
        ),
        (("dataset", "abalone", "--source", "ftp://x"), "ftp://x is neither a file nor an http(s) address."),
        (("verify", "missing"), "There is no folder missing: name the folder of a saved run."),
        (("verify", "one.csv"), "one.csv is no folder: name the folder of a saved run."),
        (("verify", "."), ". is no saved run of a comparison: it holds no comparison.json."),
        (("report", "."), "The folder . holds no report.html: name the folder of a saved run."),
        (("watch",), "No AWS region is chosen: set AWS_DEFAULT_REGION, or run `aws configure`."),
    ],
)
def test_what_a_person_can_mend_is_one_line_and_exit_code_2(
    invoke: Invoke, tmp_path: Path, arguments: tuple[str, ...], complaint: str
) -> None:
    (tmp_path / "empty.csv").touch()
    (tmp_path / "hollow").mkdir()
    (tmp_path / "one.csv").write_text("1,2\n")
    result = invoke(*arguments)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"bakeoff: {complaint}\n")


def test_no_credentials_are_one_line(invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    result = invoke("watch")
    assert result.exit_code == 2
    assert result.stderr.startswith("bakeoff: No AWS credentials: ") and result.stderr.count("\n") == 1


def test_a_refusal_of_aws_is_one_line(invoke: Invoke, account: Account) -> None:
    account.cloudformation.error = client_error("AccessDenied", "Not for you.", "DescribeStacks")
    result = invoke("watch")
    assert (result.exit_code, result.stderr) == (
        2,
        "bakeoff: AWS refused DescribeStacks: Not for you. (AccessDenied).\n",
    )


def test_an_option_that_does_not_exist_is_exit_code_2(invoke: Invoke) -> None:
    result = invoke("watch", "--nonsense")
    assert result.exit_code == 2 and "--nonsense" in result.stderr


@pytest.mark.parametrize("command", [("watch",), ("run",), ("report", "run-1", "--no-open"), ("env",)])
def test_a_person_chooses_profile_region_and_stack(
    invoke: Invoke, account: Account, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    account.add_run()
    account.cloudformation.functions = {"PlanRunFunction": "plan"}
    account.functions.variables = {"plan": {}}
    chosen = invoke(*command, "--profile", "me", "--region", "eu-west-1")
    assert (chosen.exit_code, account.seen_as) == (0, ("me", "eu-west-1"))

    monkeypatch.setenv("BAKEOFF_STACK", "another")
    assert "There is no stack named 'another'" in invoke(*command).stderr
    assert invoke(*command, "--stack-name", "bakeoff").exit_code == 0


def test_a_shell_can_complete_the_commands() -> None:
    asked = {"_BAKEOFF_COMPLETE": "complete_bash", "COMP_WORDS": "bakeoff ver", "COMP_CWORD": "1"}
    ran = subprocess.run(
        [sys.executable, "-c", "import bakeoff_cli.main; bakeoff_cli.main.main()"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, **asked},
    )
    assert ran.stdout.split() == ["verify"]


def test_a_bug_keeps_its_traceback(invoke: Invoke, account: Account) -> None:
    account.cloudformation.error = ZeroDivisionError("a bug")
    assert isinstance(invoke("watch").exception, ZeroDivisionError)


def test_ctrl_c_is_exit_code_130(invoke: Invoke, account: Account) -> None:
    account.cloudformation.error = KeyboardInterrupt()  # type: ignore[assignment]
    result = invoke("watch")
    assert (result.exit_code, result.stderr) == (130, "bakeoff: stopped.\n")


def test_what_a_terminal_cannot_show_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "R²").mkdir()
    (tmp_path / "R²" / "report.html").write_text("")
    start = "from bakeoff_cli.main import main; main()"
    command = [sys.executable, "-c", start, "report", "R²/", "--no-open"]
    folders = os.pathsep.join(sys.path)
    ran = subprocess.run(
        command,
        cwd=tmp_path,
        env={**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONPATH": folders},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout == "The report is R?/report.html\n"


def test_help_and_watch_import_nothing_that_takes_long() -> None:
    heavy = "moto", "pyspark", "sklearn", "numpy", "local_aws.embedded"
    light = "main", "session", "data.abalone", "data.inspection", "saved.verification", "settings.requests"
    script = (
        f"import sys, {', '.join(f'bakeoff_cli.{name}' for name in light)}; "
        f"print([name for name in {heavy} if name in sys.modules], 'boto3' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout == "[] False\n"
