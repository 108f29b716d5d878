"""What tuning brings: test RMSE on random 70/15/15 splits of Abalone, of tuned and of untuned candidates.

BAKEOFF_ABALONE=abalone.libsvm python -m benchmarks.tuning [--splits 10] [--algorithms xgboost,xgboost:tuned]

Every candidate is planned as a run plans it, trained or tuned by the embedded SageMaker (20 jobs, 2 at a
time, as by default), deployed, and asked for the test rows. A tuned one is chosen by the validation split.
Results go to benchmarks/results/ after each split.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.datasets import load_svmlight_file

from bakeoff.adapters.resources import read_catalogue, read_image_table, read_scripts
from bakeoff.adapters.run_store import S3RunStore
from bakeoff.domain.datasets.facts import filled_candidates
from bakeoff.domain.planning.candidates import VIEWS, CandidateDefaults, candidates_of
from bakeoff.domain.planning.scripts import ARCHIVE, scripts_in_use
from bakeoff.domain.run.files import WritableRunFiles
from bakeoff.domain.statistics.resampling import Array
from local_aws.embedded import EmbeddedAws

PROJECT = Path(__file__).resolve().parent.parent
RESULTS = PROJECT / "benchmarks" / "results" / "tuning.json"
COMMAND = "python -m benchmarks.tuning"
BUCKET = "benchmark-of-tuning"
SEED = 20261130
SHARES = {"train": 0.70, "validation": 0.15, "test": 0.15}
ALGORITHMS = "xgboost,xgboost:tuned,extra-trees:tuned,mlp:tuned"
DEFAULTS = CandidateDefaults("us-east-1", "bakeoff-1a2b3c4d", "ml.m5.large", "ml.m5.large", 30, 3600, 14400)
RESOURCES = {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 30}


def splits(data: Path, count: int) -> Iterator[dict[str, Array]]:
    """Tables of shape (n, 1 + features), the label first."""
    features, labels = load_svmlight_file(str(data))
    table = np.column_stack([labels, features.toarray()])
    ends = np.cumsum([int(share * len(table)) for share in SHARES.values()])[:-1]
    for number in range(count):
        order = np.random.default_rng([SEED, number]).permutation(len(table))
        yield dict(zip(SHARES, np.split(table[order], ends), strict=True))


class SageMaker:
    """The embedded one, with a role that may do what jobs do."""

    def __init__(self, aws: EmbeddedAws) -> None:
        self._s3, self._iam = aws.instance.client("s3"), aws.instance.client("iam")
        self._sagemaker = aws.instance.client("sagemaker")
        self._runtime = aws.instance.client("sagemaker-runtime")
        self._s3.create_bucket(Bucket=BUCKET)
        trust = _statement(Principal={"Service": "sagemaker.amazonaws.com"}, Action="sts:AssumeRole")
        powers = _statement(Action=["s3:*", "logs:*", "ecr:*", "cloudwatch:*"], Resource="*")
        self._role = self._iam.create_role(RoleName=BUCKET, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
        self._iam.put_role_policy(RoleName=BUCKET, PolicyName="all", PolicyDocument=powers)

    def candidates(self, run_id: str, names: Sequence[str], split: Mapping[str, Array]) -> list[Any]:
        """As the plan and the data make them, with code and data where they belong."""
        entries = read_catalogue().resolve(list(names))
        run = WritableRunFiles(S3RunStore(BUCKET, self._s3), run_id)
        for name, script in scripts_in_use(entries, read_scripts(), isolated=False).items():
            run.write_code(name, ARCHIVE, script.archive)
        for view in VIEWS:
            for name, table in split.items():
                key = run.key(f"datasets/{view}/{name}/part-0")
                self._s3.put_object(Bucket=BUCKET, Key=key, Body=_lines(table))
        plan: Any = {"candidates": candidates_of(entries, run, read_image_table(), DEFAULTS)}
        rows = {name: len(table) for name, table in split.items()}
        return filled_candidates(plan, {"rows": rows, "feature_dim": split["train"].shape[1] - 1})  # type: ignore[typeddict-item]

    def model(self, candidate: Any) -> dict[str, Any]:
        """The training job whose model is compared: of a tuned candidate, the best one."""
        name = candidate["tuning_name"] if "tuning_config" in candidate else candidate["resource_name"]
        (self._tune if "tuning_config" in candidate else self._train)(name, candidate)
        if "tuning_config" in candidate:
            job = _rested(
                lambda: self._sagemaker.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName=name),
                "HyperParameterTuningJobStatus",
            )
            name = job["BestTrainingJob"]["TrainingJobName"]
        return _rested(
            lambda: self._sagemaker.describe_training_job(TrainingJobName=name), "TrainingJobStatus"
        )

    def _train(self, name: str, candidate: Any) -> None:
        self._sagemaker.create_training_job(
            TrainingJobName=name, HyperParameters=candidate["hyperparameters"], **self._definition(candidate)
        )

    def _tune(self, name: str, candidate: Any) -> None:
        definition = {
            "StaticHyperParameters": candidate["hyperparameters"],
            **self._definition(candidate),
        }
        self._sagemaker.create_hyper_parameter_tuning_job(
            HyperParameterTuningJobName=name,
            HyperParameterTuningJobConfig=candidate["tuning_config"],
            TrainingJobDefinition=definition,
        )

    def _definition(self, candidate: Any) -> dict[str, Any]:
        algorithm = {"TrainingImage": candidate["image_uri"], "TrainingInputMode": "File"}
        return {
            "RoleArn": self._role,
            "AlgorithmSpecification": {**algorithm, **candidate.get("metric_definitions", {})},
            "InputDataConfig": candidate["input_data_config"],
            "OutputDataConfig": {"S3OutputPath": candidate["model_uri"]},
            "ResourceConfig": RESOURCES,
            "StoppingCondition": candidate["stopping_condition"],
            **candidate.get("training_environment", {}),
        }

    def answers(self, candidate: Any, job: Mapping[str, Any], features: Array) -> Array:
        """By an endpoint that is gone afterwards."""
        name = candidate["resource_name"]
        container = {
            "Image": candidate["image_uri"],
            "ModelDataUrl": job["ModelArtifacts"]["S3ModelArtifacts"],
            **candidate.get("serving_container", {}),
        }
        variant = {
            "VariantName": "a",
            "ModelName": name,
            "InstanceType": "ml.m5.large",
            "InitialInstanceCount": 1,
        }
        self._sagemaker.create_model(ModelName=name, ExecutionRoleArn=self._role, PrimaryContainer=container)
        self._sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[variant])
        self._sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=name)
        _rested(
            lambda: self._sagemaker.describe_endpoint(EndpointName=name),
            "EndpointStatus",
            while_in="Creating",
        )
        answer = self._runtime.invoke_endpoint(
            EndpointName=name,
            ContentType=candidate["request_content_type"],
            Accept=candidate["accept"],
            Body=_lines(features).removesuffix("\n"),
        )
        self._sagemaker.delete_endpoint(EndpointName=name)
        return np.array([each["score"] for each in json.loads(answer["Body"].read())["predictions"]])


def measure(sagemaker: SageMaker, number: int, names: Sequence[str], split: Mapping[str, Array]) -> Any:
    """Test RMSE by candidate, and what the best training job of a tuned one had on the validation split."""
    found: dict[str, dict[str, float]] = {}
    for candidate in sagemaker.candidates(f"split-{number}", names, split):
        job = sagemaker.model(candidate)
        predicted = sagemaker.answers(candidate, job, split["test"][:, 1:])
        rmse = float(np.sqrt(np.mean((predicted - split["test"][:, 0]) ** 2)))
        [validation] = [
            each["Value"] for each in job["FinalMetricDataList"] if each["MetricName"] == "validation:rmse"
        ]
        found[candidate["name"]] = {"test": round(rmse, 4), "validation": round(float(validation), 4)}
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--splits", type=int, default=10)
    parser.add_argument("--algorithms", default=ALGORITHMS)
    given = parser.parse_args()
    taken = []
    with EmbeddedAws(name="bakeoff") as aws:
        sagemaker = SageMaker(aws)
        for number, split in enumerate(splits(Path(os.environ["BAKEOFF_ABALONE"]), given.splits)):
            taken.append(measure(sagemaker, number, given.algorithms.split(","), split))
            print(number, json.dumps(taken[-1]), flush=True)
            RESULTS.write_text(json.dumps(document(given.algorithms, taken), indent=2) + "\n")


def document(algorithms: str, taken: Sequence[Mapping[str, Mapping[str, float]]]) -> dict[str, Any]:
    return {
        "command": COMMAND,
        "algorithms": algorithms,
        "splits": len(taken),
        "seed": SEED,
        "median": {
            name: {
                part: round(statistics.median(each[name][part] for each in taken), 4)
                for part in ("test", "validation")
            }
            for name in taken[0]
        },
        "rmse": list(taken),
    }


def _statement(**parts: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **parts}]})


def _lines(table: Array) -> str:
    return "".join(",".join(map(repr, row)) + "\n" for row in table.tolist())


def _rested(describe: Callable[[], Any], member: str, while_in: str = "InProgress") -> dict[str, Any]:
    while (seen := describe())[member] == while_in:
        time.sleep(0.1)
    if seen[member] not in ("Completed", "InService"):
        raise RuntimeError(f"{member} is {seen[member]}: {seen.get('FailureReason')}")
    return dict(seen)


if __name__ == "__main__":
    main()
