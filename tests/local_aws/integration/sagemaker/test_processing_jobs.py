from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from tests.local_aws.integration.sagemaker.support import BUCKET, Laboratory, ShellContainer, unique
from tests.patience import eventually


def processing_input(uri: str) -> dict[str, object]:
    path = "/opt/ml/processing/input/code"
    source = {"S3Uri": uri, "LocalPath": path, "S3DataType": "S3Prefix", "S3InputMode": "File"}
    return {"InputName": "code", "S3Input": source}


def outputs(uri: str, path: str = "/opt/ml/processing/output") -> dict[str, object]:
    target = {"S3Uri": uri, "LocalPath": path, "S3UploadMode": "EndOfJob"}
    return {"Outputs": [{"OutputName": "all", "S3Output": target}]}


def test_inputs_come_in_and_outputs_go_out(lab: Laboratory, shell: ShellContainer) -> None:
    # Given an input, and a job that copies it to its output
    prefix = unique("processing-data")
    lab.put(f"{prefix}/in/script.py", "print()")
    shell.line = "mkdir processing/output/sub && cp processing/input/code/script.py processing/output/sub/"
    request = lab.processing_request(
        ProcessingInputs=[processing_input(f"s3://{BUCKET}/{prefix}/in/script.py")],
        ProcessingOutputConfig=outputs(f"s3://{BUCKET}/{prefix}/out"),
        Environment={"A": "b"},
    )

    # When it has run
    done = lab.process(request)

    # Then the output is stored, and the job is described
    assert done["ProcessingJobStatus"] == "Completed", done
    assert lab.get(f"{prefix}/out/sub/script.py") == b"print()"
    assert done["ProcessingResources"] == request["ProcessingResources"]
    assert done["Environment"] == {"A": "b"}
    assert done["ProcessingStartTime"] <= done["ProcessingEndTime"]
    # And the container was given the whole request
    assert shell.runs[0].request["AppSpecification"] == request["AppSpecification"]
    assert shell.closed == 1


def test_a_failing_job_says_why(lab: Laboratory, shell: ShellContainer) -> None:
    shell.line = "echo no such column > output/message; exit 1"

    done = lab.process(lab.processing_request())

    assert done["ProcessingJobStatus"] == "Failed"
    assert done["FailureReason"] == "AlgorithmError: no such column, exit code: 1"
    assert done["ExitMessage"] == "no such column\n"


def test_a_completed_job_tells_the_first_kilobyte_that_it_left(
    lab: Laboratory, shell: ShellContainer
) -> None:
    shell.line = f"printf {'x' * 1023}é > output/message"

    done = lab.process(lab.processing_request())

    assert (done["ProcessingJobStatus"], done["ExitMessage"]) == ("Completed", "x" * 1023)


@pytest.mark.parametrize("line", ["true", ": > output/message"])
def test_a_job_that_left_nothing_has_no_exit_message(
    lab: Laboratory, shell: ShellContainer, line: str
) -> None:
    shell.line = line

    assert "ExitMessage" not in lab.process(lab.processing_request())


def test_a_job_that_still_runs_has_no_exit_message(lab: Laboratory, shell: ShellContainer) -> None:
    shell.line = "echo early > output/message; sleep 3600"
    request = lab.processing_request()
    name = request["ProcessingJobName"]
    lab.sagemaker.create_processing_job(**request)
    eventually(lambda: shell.runs and (shell.runs[0].root / "output" / "message").exists())

    assert "ExitMessage" not in lab.sagemaker.describe_processing_job(ProcessingJobName=name)
    lab.sagemaker.stop_processing_job(ProcessingJobName=name)
    stopped = lab.processed(name)
    assert (stopped["ProcessingJobStatus"], stopped["ExitMessage"]) == ("Stopped", "early\n")


def test_an_exit_message_has_to_be_utf_8(lab: Laboratory, shell: ShellContainer) -> None:
    shell.line = r"printf '\377' > output/message"

    done = lab.process(lab.processing_request())

    assert done["ProcessingJobStatus"] == "Failed"
    assert done["FailureReason"] == "ClientError: /opt/ml/output/message is not encoded in UTF-8."


def test_a_container_hears_of_its_process_s_failure_and_may_have_the_last_word(
    lab: Laboratory, shell: ShellContainer
) -> None:
    shell.line = "echo mine > output/message; exit 3"
    shell.failed = lambda root, code: (root / "output" / "message").write_text(f"overwritten after {code}")

    done = lab.process(lab.processing_request())

    assert done["FailureReason"] == "AlgorithmError: overwritten after 3, exit code: 3"
    assert done["ExitMessage"] == "overwritten after 3"


def test_a_local_path_outside_the_contract_fails_the_job(lab: Laboratory, shell: ShellContainer) -> None:
    elsewhere = outputs(f"s3://{BUCKET}/out", "/tmp/out")

    done = lab.process(lab.processing_request(ProcessingOutputConfig=elsewhere))

    assert done["FailureReason"] == "ClientError: LocalPath /tmp/out has to be a folder under /opt/ml."


def test_a_job_is_stopped_on_demand_or_out_of_time(lab: Laboratory, shell: ShellContainer) -> None:
    shell.line = "sleep 3600"
    asked = lab.processing_request()
    lab.sagemaker.create_processing_job(**asked)
    lab.sagemaker.stop_processing_job(ProcessingJobName=asked["ProcessingJobName"])

    late = lab.process(lab.processing_request(StoppingCondition={"MaxRuntimeInSeconds": 1}))

    assert lab.processed(asked["ProcessingJobName"])["ProcessingJobStatus"] == "Stopped"
    assert (late["ProcessingJobStatus"], late["ExitMessage"]) == ("Stopped", "MaxRuntimeExceeded")


def test_names_are_unique_and_unknown_ones_not_found(lab: Laboratory, shell: ShellContainer) -> None:
    request = lab.processing_request()
    lab.process(request)

    with pytest.raises(ClientError, match="ResourceInUse"):
        lab.sagemaker.create_processing_job(**request)
    with pytest.raises(ClientError, match="Could not find requested job with name: nobody"):
        lab.sagemaker.describe_processing_job(ProcessingJobName="nobody")
