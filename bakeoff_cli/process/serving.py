"""A saved model behind an endpoint of an embedded AWS, for as long as it is asked."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bakeoff.domain.run.files import CODE
from bakeoff.domain.run.names import run_prefix
from bakeoff_cli.errors import BadInput
from bakeoff_cli.process.embedded_aws import embedded_aws
from bakeoff_cli.process.live_endpoint import LiveEndpoint
from bakeoff_cli.saved.model import SavedModel
from bakeoff_cli.show.output import Output
from bakeoff_cli.stack.aws import Aws

_NAME = "bakeoff-predict"
_POLL_SECONDS = 0.05
# Of an endpoint that a command makes on its own machine, for itself alone.
_ROLE: dict[str, Any] = {
    "trust": {"Principal": {"Service": "sagemaker.amazonaws.com"}, "Action": "sts:AssumeRole"},
    "own": {"Action": ["s3:*", "logs:*", "ecr:*", "cloudwatch:*"], "Resource": "*"},
}


@contextmanager
def serving(model: SavedModel, output: Output) -> Iterator[LiveEndpoint]:
    """Raises BadInput when the model does not come into service, as those of AWS's own containers do not."""
    archive = model.archive
    with (
        tempfile.TemporaryDirectory(prefix="bakeoff-predict-") as scratch,
        embedded_aws(output, Path(scratch) / "embedded-aws.log", Path(scratch) / "work", 0) as embedded,
    ):
        aws = Aws(embedded.instance.client)
        _put_files(aws, model, archive)
        _create(aws, model, archive, _role(embedded.instance.client("iam")))
        _wait(aws, model)
        yield LiveEndpoint(aws.sagemaker_runtime, _NAME, model.request, str(model))


def _put_files(aws: Aws, model: SavedModel, archive: Path) -> None:
    """The model and the code that serves it, at the addresses that they had when the run made them."""
    bucket = model.plan["bucket"]
    aws.s3.create_bucket(Bucket=bucket)
    code = [path for path in (model.folder / CODE).rglob("*") if path.is_file()]
    for path in (archive, *code):
        aws.s3.upload_file(str(path), bucket, _key(model, path))


def _key(model: SavedModel, path: Path) -> str:
    return f"{run_prefix(model.run_id)}{path.relative_to(model.folder).as_posix()}"


def _role(iam: Any) -> str:
    def policy(name: str) -> str:
        return json.dumps({"Version": "2012-10-17", "Statement": {"Effect": "Allow", **_ROLE[name]}})

    role = iam.create_role(RoleName=_NAME, AssumeRolePolicyDocument=policy("trust"))["Role"]
    iam.put_role_policy(RoleName=_NAME, PolicyName="own", PolicyDocument=policy("own"))
    return str(role["Arn"])


def _create(aws: Aws, model: SavedModel, archive: Path, role: str) -> None:
    candidate: Any = model.candidate
    container: Any = {
        "Image": candidate["image_uri"],
        "ModelDataUrl": f"s3://{model.plan['bucket']}/{_key(model, archive)}",
        **candidate.get("serving_container", {}),
    }
    aws.sagemaker.create_model(ModelName=_NAME, PrimaryContainer=container, ExecutionRoleArn=role)
    aws.sagemaker.create_endpoint_config(
        EndpointConfigName=_NAME,
        ProductionVariants=[
            {
                "VariantName": "AllTraffic",
                "ModelName": _NAME,
                "InstanceType": candidate["endpoint_instance_type"],
                "InitialInstanceCount": 1,
            }
        ],
    )
    aws.sagemaker.create_endpoint(EndpointName=_NAME, EndpointConfigName=_NAME)


def _wait(aws: Aws, model: SavedModel) -> None:
    # The embedded AWS itself gives up in the end.
    while (seen := aws.sagemaker.describe_endpoint(EndpointName=_NAME))["EndpointStatus"] == "Creating":
        time.sleep(_POLL_SECONDS)
    if seen["EndpointStatus"] != "InService":
        raise BadInput(
            f"The model of {model.candidate['name']} cannot be served on this machine, like all "
            "models that containers of AWS trained: name an endpoint that serves it with --endpoint "
            f"({seen.get('FailureReason', 'no reason given')})."
        )
