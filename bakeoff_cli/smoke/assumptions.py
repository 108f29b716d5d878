"""What the application takes for granted about AWS and could not be tried without an account.

The one list of it: `bakeoff smoke` says of each whether it saw it, and docs/first-deployment.md prints it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Assumption:
    """`says` is the sentence that is true or not. `refuted_by` is a regular expression of what AWS, or the
    SAM CLI in its name, would say if it were not.
    """

    key: str
    says: str
    refuted_by: str = ""


ASSUMPTIONS = (
    Assumption(
        "spark",
        "The script that prepares the data runs on S3A, YARN and EMR's Spark, inside the job's image.",
        r"RemoteFileChanged|S3AFileSystem|No FileSystem for scheme|YarnException",
    ),
    Assumption(
        "spot",
        "Step Functions takes `EnableManagedSpotTraining` in its integration of CreateTrainingJob.",
        r'field "(EnableManagedSpotTraining|MaxWaitTimeInSeconds)" is not supported',
    ),
    Assumption(
        "isolation",
        "Step Functions takes `EnableNetworkIsolation` and `EnableInterContainerTrafficEncryption`, too.",
        r'field "(EnableNetworkIsolation|EnableInter\w+|NetworkConfig)" is not supported',
    ),
    Assumption(
        "template",
        "CloudFormation makes of the template what the SAM translator makes of it here: its macros leave the "
        "names alone that the stack's own resources get.",
        r"LanguageExtensions|Transform AWS::\S+ failed|Template format error|nonexistent value",
    ),
    Assumption(
        "trust-workflow",
        "Step Functions assumes its role for a state machine of which the trust policy names the full ARN.",
        r"states\.amazonaws\.com.{0,80}authorized to assume",
    ),
    Assumption(
        "candidates",
        "Step Functions starts each candidate's execution with the rights and the trust that its role has.",
        r"states:(Start|Describe|Stop|Redrive)Execution|MapRun.{0,40}(not authorized|AccessDenied)",
    ),
    Assumption(
        "units",
        "Step Functions reads the items of a Distributed Map from S3 with the rights of its role, by "
        "`Arguments` in JSONata.",
        r"ItemReader|units\.json",
    ),
    Assumption(
        "trust-jobs",
        "SageMaker assumes its role for jobs, models and endpoints as the trust policy has it.",
        r"Could not assume role|Please ensure that the role exists",
    ),
    Assumption(
        "spark-image",
        "The Spark image's tag exists in the region.",
        r"spark-processing\S* (not found|does not exist)|requested image.{0,40}spark.{0,40}not found",
    ),
    Assumption(
        "training-images",
        "The images of the three algorithms exist in the region under the tags of the catalogue.",
        r"requested image (?!.*spark).{0,200}not found",
    ),
    Assumption(
        "subnets",
        "With subnets, the permissions of EC2 that the roles have are those that SageMaker checks.",
        r"ec2:\w+|CreateNetworkInterface|DescribeVpcEndpoints|DescribeSecurityGroups",
    ),
    Assumption("stopped-job", "A job that somebody stops is a failure to Step Functions, never a success."),
    Assumption(
        "job-fields",
        "The result of a training job has the fields that the workflow keeps of it.",
        r"QueryEvaluationError|returned nothing \(undefined\)",
    ),
    Assumption(
        "retry-names",
        "Step Functions evaluates a job's name anew at each retry, so that no name is used twice.",
    ),
    Assumption(
        "containers",
        "The closed containers of the linear learner and of kNN take the hyperparameters and requests sent.",
        r"AlgorithmError|mini.?batch|ClientError: .*hyperparameter",
    ),
    Assumption(
        "words",
        "Errors that the workflow knows by AWS's prose read as it expects: `already existing`, "
        "`could not find`, `is in status`, `CapacityError`, `ResourceLimitExceeded`.",
    ),
    Assumption(
        "fresh-roles",
        "Roles that are seconds old are good enough for everything that the template creates with them.",
        r"role.{0,60}(cannot be assumed|is not authorized|not authorized to perform)",
    ),
    Assumption(
        "key",
        "With `KmsKeyArn`, SageMaker and Step Functions need no other permissions for the key than the roles "
        "have.",
        r"kms:\w+|(?i:KMSAccessDenied)|AWSKMS",
    ),
    Assumption("upload", "An object under Inputs/ starts a run by itself."),
    Assumption(
        "deletion", "The stack goes with its data, and nothing of SageMaker's is left that costs money."
    ),
)
