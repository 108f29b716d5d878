from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from tests.integration.sagemaker.support import BUCKET, Laboratory, ShellContainer, unique


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


def test_a_local_path_outside_the_contract_fails_the_job(lab: Laboratory, shell: ShellContainer) -> None:
    elsewhere = outputs(f"s3://{BUCKET}/out", "/tmp/out")

    done = lab.process(lab.processing_request(ProcessingOutputConfig=elsewhere))

    assert done["FailureReason"] == "ClientError: LocalPath /tmp/out has to be a folder under /opt/ml."


def test_a_job_is_stopped_on_demand_or_out_of_time(lab: Laboratory, shell: ShellContainer) -> None:
    shell.line = "sleep 60"
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
