from __future__ import annotations

from pathlib import Path

import pytest

from local_aws.services.sagemaker.containers.spark.submit import (
    Submission,
    localizer,
    overwrite_message,
    parse_command,
)

CODE = "/opt/ml/processing/input/code/prepare_datasets.py"


def submission(root: Path, *words: str) -> Submission:
    return parse_command(["smspark-submit", *words], localizer(root))


def test_container_paths_become_local_ones_in_the_script_and_its_arguments(tmp_path: Path) -> None:
    parsed = submission(
        tmp_path, CODE, "--plan", "/opt/ml/processing/input/plan/plan.json", "--out=/opt/ml/x"
    )

    inputs = f"{tmp_path}/processing/input"
    assert parsed.options == ()
    assert parsed.application == (
        f"{inputs}/code/prepare_datasets.py",
        *("--plan", f"{inputs}/plan/plan.json", f"--out={tmp_path}/x"),
    )


@pytest.mark.parametrize("text", ["s3://bucket/opt/ml/x", "/opt/mlflow", "x/opt/ml", "--name"])
def test_what_only_looks_like_a_container_path_stays(tmp_path: Path, text: str) -> None:
    assert submission(tmp_path, CODE, text).application[1] == text


@pytest.mark.parametrize("text", ["/opt/ml", "file:/opt/ml", "a,/opt/ml", "--x=/opt/ml"])
def test_a_container_path_is_found_wherever_a_path_can_begin(tmp_path: Path, text: str) -> None:
    assert submission(tmp_path, CODE, text).application[1] == text.replace("/opt/ml", str(tmp_path))


def test_options_after_the_script_belong_to_the_script(tmp_path: Path) -> None:
    parsed = submission(tmp_path, "-v", "--class", "Main", CODE, "--conf", "a=b", "-v", "--files")

    assert parsed.options == ("--class", "Main", "--verbose")
    assert parsed.application[1:] == ("--conf", "a=b", "-v", "--files")


def test_a_folder_of_python_files_is_listed(tmp_path: Path) -> None:
    code = tmp_path / "processing" / "input" / "code"
    code.mkdir(parents=True)
    for name in ("b.py", "a.py"):
        (code / name).touch()

    parsed = submission(tmp_path, "--py-files", "/opt/ml/processing/input/code", "--jars=s3://b/x.jar", CODE)

    assert parsed.options == ("--jars", "s3://b/x.jar", "--py-files", f"{code}/a.py,{code}/b.py")


@pytest.mark.parametrize("place", ["/opt/ml/nothing", "relative.py"])
def test_files_that_are_not_there_are_refused(tmp_path: Path, place: str) -> None:
    with pytest.raises(ValueError, match="is not the absolute path of a file or folder"):
        submission(tmp_path, "--files", place, CODE)


def test_an_empty_folder_of_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="holds no files"):
        submission(tmp_path, "--jars", "/opt/ml", CODE)


@pytest.mark.parametrize("option", ["--conf", "--driver-memory", "--properties-file", "--py-file"])
def test_options_that_the_container_lacks_are_refused_with_the_cure(tmp_path: Path, option: str) -> None:
    with pytest.raises(ValueError, match="belongs into the input conf/configuration"):
        submission(tmp_path, option, "x=y", CODE)


def test_a_command_without_a_script_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="required: app"):
        submission(tmp_path, "-v")


@pytest.mark.parametrize("option", ["--spark-event-logs-s3-uri", "--local-spark-event-logs-dir"])
def test_event_logs_are_refused_rather_than_forgotten(tmp_path: Path, option: str) -> None:
    with pytest.raises(ValueError, match=f"leave out {option}"):
        submission(tmp_path, option, "s3://bucket/logs", CODE)


@pytest.mark.parametrize("word", ["two words", "", "$HOME", "a;b", "*.csv", "it's"])
def test_arguments_that_the_containers_shell_would_change_are_refused(tmp_path: Path, word: str) -> None:
    with pytest.raises(ValueError, match="hands its arguments to a shell"):
        submission(tmp_path, CODE, word)


@pytest.mark.parametrize("command", [[], ["python3", CODE], ["spark-submit", CODE]])
def test_another_program_is_refused(tmp_path: Path, command: list[str]) -> None:
    with pytest.raises(ValueError, match="starts with smspark-submit"):
        parse_command(command, localizer(tmp_path))


@pytest.mark.parametrize(
    ("exit_code", "words"), [(1, "returned non-zero exit status 1."), (-9, "died with <Signals.SIGKILL: 9>.")]
)
def test_a_failed_script_s_message_is_overwritten(tmp_path: Path, exit_code: int, words: str) -> None:
    message = tmp_path / "message"
    message.write_text("The script's own sentence.")

    overwrite_message(message, ["smspark-submit", CODE, "--plan", "plan.json"], exit_code)

    assert message.read_text() == (
        "Algorithm Error: (caused by CalledProcessError): spark failed with a non-zero exit code: Command "
        f"'spark-submit --master yarn --deploy-mode client {CODE} --plan plan.json' {words}"
    )


def test_a_container_s_message_fits_where_sagemaker_cuts(tmp_path: Path) -> None:
    overwrite_message(tmp_path / "message", ["smspark-submit", CODE, "x" * 5000], 1)

    assert len((tmp_path / "message").read_text()) == 1024
