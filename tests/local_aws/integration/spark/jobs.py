"""Runs a script in the local Spark container, as the SageMaker control plane does."""

from __future__ import annotations

import json
import subprocess
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local_aws.core.instance import Credentials, Instance
from local_aws.services.sagemaker.container import ProcessingJobRun
from local_aws.services.sagemaker.containers.spark.container import SparkContainer
from tests.patience import PATIENCE_SECONDS

SCRIPT = "/opt/ml/processing/input/code/job.py"


@dataclass(frozen=True)
class Finished:
    exit_code: int
    log: str
    report: Any
    root: Path


def processing_job(
    root: Path, script: str, credentials: Credentials, instance: Instance, *arguments: str
) -> ProcessingJobRun:
    """A job with its script in place and SageMaker's folders made."""
    code = root / "processing" / "input" / "code" / "job.py"
    code.parent.mkdir(parents=True)
    code.write_text(script, "utf-8")
    (root / "output").mkdir()
    specification = {"ContainerEntrypoint": ["smspark-submit", SCRIPT], "ContainerArguments": list(arguments)}
    return ProcessingJobRun("job", {"AppSpecification": specification}, root, credentials, instance)


def configure(root: Path, hadoop: dict[str, str] | None = None, **spark: str) -> None:
    """Give the job a configuration.json; in Spark's names, underscores stand for dots."""
    place = root / "processing" / "input" / "conf" / "configuration.json"
    place.parent.mkdir(parents=True)
    properties = {name.replace("_", "."): value for name, value in spark.items()}
    blocks = {"spark-defaults": properties, "core-site": hadoop or {}}
    place.write_text(
        json.dumps([{"Classification": name, "Properties": values} for name, values in blocks.items()])
    )


def role_of(instance: Instance, *allowed: tuple[list[str], list[str]]) -> Credentials:
    """Credentials of a new role that may do actions on resources, for each pair."""
    iam, name = instance.client("iam"), f"spark-{uuid.uuid4().hex[:8]}"
    trust = {
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Principal": {"Service": "sagemaker.amazonaws.com"},
    }
    allow = [{"Effect": "Allow", "Action": actions, "Resource": places} for actions, places in allowed]
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=_policy(trust))["Role"]
    iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=_policy(*allow))
    return instance.assume(role["Arn"], "SageMaker")


def _policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def run_to_end(job: ProcessingJobRun, container: SparkContainer) -> Finished:
    command = container.command(job)
    log, report = job.root / "log", job.root / "output" / "report.json"
    with log.open("wb") as output:
        child = job.instance.processes.start(command.argv, env=command.env, cwd=command.cwd, output=output)
    try:
        child.wait(PATIENCE_SECONDS)
    except subprocess.TimeoutExpired as err:
        raise AssertionError(f"the job hangs: {log.read_text('utf-8')}") from err
    finally:
        job.instance.processes.stop(child)
        assert command.close and command.failed
        if child.returncode:
            command.failed(child.returncode)
        command.close()
    found = json.loads(report.read_text("utf-8")) if report.exists() else None
    return Finished(child.returncode, log.read_text("utf-8"), found, job.root)
