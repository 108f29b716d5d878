"""AWS::SageMaker::ModelPackageGroup, which moto 5.2.5 does not know in templates."""

from __future__ import annotations

from botocore.exceptions import ClientError

from local_aws.services.cloudformation.resource import CreatedResource, Request, ResourceType
from local_aws.services.cloudformation.shapes import call
from local_aws.services.cloudformation.text import names


def _create_group(request: Request) -> CreatedResource:
    client, name = request.client("sagemaker"), str(request.properties["ModelPackageGroupName"])
    given = request.subset("ModelPackageGroupName", "ModelPackageGroupDescription")
    arn = call(client, "create_model_package_group", **given, Tags=request.tag_list)["ModelPackageGroupArn"]
    described = client.describe_model_package_group(ModelPackageGroupName=name)
    return CreatedResource(
        arn,
        {
            "ModelPackageGroupArn": arn,
            "ModelPackageGroupStatus": described["ModelPackageGroupStatus"],
            "CreationTime": described["CreationTime"].isoformat(),
        },
    )


def _update_group(request: Request, made: CreatedResource) -> CreatedResource:
    client, arn = request.client("sagemaker"), made.physical_id
    existing = [tag["Key"] for tag in client.list_tags(ResourceArn=arn)["Tags"]]
    if gone := [key for key in existing if key not in request.tags]:
        client.delete_tags(ResourceArn=arn, TagKeys=gone)
    if request.tags:
        client.add_tags(ResourceArn=arn, Tags=request.tag_list)
    return made


def _delete_group(request: Request, made: CreatedResource) -> None:
    client, name = request.client("sagemaker"), made.physical_id.rsplit("/", 1)[-1]
    try:
        client.delete_model_package_group(ModelPackageGroupName=name)
    except ClientError as err:
        # SageMaker has no error of its own for what is not there.
        if "does not exist" not in str(err):
            raise


MODEL_PACKAGE_GROUP = ResourceType(
    "AWS::SageMaker::ModelPackageGroup",
    _create_group,
    _delete_group,
    _update_group,
    properties=names("ModelPackageGroupName ModelPackageGroupDescription Tags"),
    required=names("ModelPackageGroupName"),
    fixed=names("ModelPackageGroupName ModelPackageGroupDescription"),
    attributes=names("ModelPackageGroupArn ModelPackageGroupStatus CreationTime"),
    name_property="ModelPackageGroupName",
)
