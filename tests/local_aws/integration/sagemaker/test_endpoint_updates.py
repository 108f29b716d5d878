"""UpdateEndpoint: a new fleet beside the old one, and never a request that fails."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.sagemaker.models import sagemaker_backends

from local_aws.core.instance import Instance
from local_aws.services.sagemaker.control_plane.endpoints import switches
from tests.local_aws.integration.sagemaker.production import (
    IMAGE,
    VARIANT,
    Production,
    blue_green,
    of,
    rolling,
)
from tests.local_aws.integration.sagemaker.support import unique
from tests.patience import eventually

REQUESTS = 1_000


def refused(production: Production, config: str, **request: Any) -> str:
    with pytest.raises(ClientError) as error:
        production.update(config, **request)
    assert error.value.response["Error"]["Code"] == "ValidationException"
    return str(error.value.response["Error"]["Message"])


def folders(instance: Instance, production: Production) -> list[str]:
    """The generations of an endpoint that have something on disk."""
    folder = instance.work_dir / "sagemaker" / "endpoints" / production.name
    return sorted(path.name for path in folder.iterdir())


def test_an_endpoint_serves_the_new_configuration_after_an_update(
    production: Production, instance: Instance
) -> None:
    before = production.describe()
    new = production.config("new", 2)

    described = production.updated(new)

    assert (described["EndpointStatus"], described["EndpointConfigName"]) == ("InService", new)
    assert {"FailureReason", "PendingDeploymentSummary", "LastDeploymentConfig"}.isdisjoint(described)
    assert described["LastModifiedTime"] > before["LastModifiedTime"]
    assert described["CreationTime"] == before["CreationTime"]
    assert production.answers(5) == {"new": 5}
    # And nothing is left of the old fleet.
    assert folders(instance, production) == ["2"]


def test_the_old_fleet_answers_until_the_new_one_is_healthy(
    production: Production, instance: Instance, tmp_path: Path
) -> None:
    old, gate = production.describe()["EndpointConfigName"], tmp_path / "gate"
    new = production.config("new", 2, gate)
    production.update(new)

    described = production.describe()
    assert (described["EndpointStatus"], described["EndpointConfigName"]) == ("Updating", old)
    pending = described["PendingDeploymentSummary"]
    assert pending["EndpointConfigName"] == new
    [variant] = pending["ProductionVariants"]
    [status] = variant["VariantStatus"]
    assert (status["Status"], status["StatusMessage"]) == ("Creating", "Launching 2 instance(s).")
    assert (variant["CurrentInstanceCount"], variant["DesiredInstanceCount"]) == (0, 2)
    assert production.answers(5) == {"old": 5}
    eventually(lambda: folders(instance, production) == ["1", "2"], "a folder for each fleet")

    gate.touch()
    assert production.at_rest("Updating")["EndpointConfigName"] == new
    assert production.answers(5) == {"new": 5}


def test_a_request_under_way_is_answered_by_the_fleet_that_has_it(
    production: Production, tmp_path: Path
) -> None:
    # Given a request that the old fleet has begun to answer
    gate, answers = tmp_path / "answer", []
    slow = threading.Thread(target=lambda: answers.append(production.ask(f"wait {gate}")))
    slow.start()
    eventually((tmp_path / "answer.seen").exists)

    # When all others go to the new fleet
    production.update(production.config("new", 2))
    eventually(lambda: production.ask() == "new")
    old = production.describe()

    # Then the old fleet lives until it has answered
    assert old["EndpointStatus"] == "Updating"
    [status] = old["ProductionVariants"][0]["VariantStatus"]
    assert (status["Status"], status["StatusMessage"]) == ("Deleting", "Terminating 2 instance(s).")
    gate.touch()
    slow.join()
    assert answers == ["old"]
    assert production.at_rest("Updating")["EndpointStatus"] == "InService"


def test_no_request_fails_whatever_an_update_does(production: Production, switched: Any) -> None:
    """Updates of all kinds, good and bad, one after the other, until enough requests have been answered."""
    switched(pace=0.01)
    kinds = [
        blue_green(),
        blue_green("CANARY", 5, 5, CanarySize=of(50)),
        blue_green("LINEAR", 2, LinearStepSize=of(50)),
        rolling(50, 2),
    ]
    rounds = 0
    with production.traffic() as traffic:
        while rounds < len(kinds) or (traffic.total() < REQUESTS and not traffic.failures):
            before = production.describe()["EndpointConfigName"]
            kind = kinds[rounds % len(kinds)]
            broken = production.updated(production.config("broken", 2), DeploymentConfig=kind)
            assert broken["EndpointConfigName"] == before
            good = production.config(f"model-{rounds % 3}", 2)
            assert production.updated(good, DeploymentConfig=kind)["EndpointConfigName"] == good
            rounds += 1

    assert traffic.failures == []
    assert traffic.total() >= REQUESTS
    assert len(traffic.answers) > 2


def test_an_unhealthy_fleet_leaves_the_old_configuration_and_says_why(
    production: Production, instance: Instance, tmp_path: Path
) -> None:
    old = production.describe()["EndpointConfigName"]

    described = production.updated(production.config("broken", 2))

    assert (described["EndpointStatus"], described["EndpointConfigName"]) == ("InService", old)
    assert "did not pass the ping health check" in described["FailureReason"]
    assert "no such layer" in described["FailureReason"]
    assert "PendingDeploymentSummary" not in described
    assert production.answers(3) == {"old": 3}
    assert folders(instance, production) == ["1"]
    # And the next update forgets the reason when it begins.
    production.update(production.config("new", 2, tmp_path / "gate"))
    assert "FailureReason" not in production.describe()
    (tmp_path / "gate").touch()
    assert "FailureReason" not in production.at_rest("Updating")


def test_a_rollback_may_be_silent_and_shown(production: Production, switched: Any) -> None:
    switched(silent_rollbacks=True, shown_rollbacks=True)
    old = production.describe()["EndpointConfigName"]

    described = production.updated(production.config("broken", 2))

    assert (described["EndpointStatus"], described["EndpointConfigName"]) == ("InService", old)
    assert "FailureReason" not in described


def test_images_are_resolved_to_a_digest(production: Production) -> None:
    [variant] = production.describe()["ProductionVariants"]
    [image] = variant["DeployedImages"]

    assert image["SpecifiedImage"] == IMAGE
    repository, digest = image["ResolvedImage"].split("@")
    assert repository == IMAGE.removesuffix(":1")
    assert digest.startswith("sha256:")
    assert len(digest) == len("sha256:") + 64


def test_an_endpoint_that_changes_is_not_changed_by_others(production: Production, tmp_path: Path) -> None:
    sagemaker, gate = production.lab.sagemaker, tmp_path / "gate"
    new, other = production.config("new", 2, gate), production.config("other", 2)
    production.update(new)
    weights = [{"VariantName": VARIANT, "DesiredInstanceCount": 3}]

    assert refused(production, other).startswith('Cannot update in-progress endpoint "arn:aws:sagemaker')
    for call, request in (
        (sagemaker.delete_endpoint, {}),
        (sagemaker.update_endpoint_weights_and_capacities, {"DesiredWeightsAndCapacities": weights}),
    ):
        with pytest.raises(ClientError, match="Cannot update in-progress endpoint"):
            call(EndpointName=production.name, **request)

    # And what was under way comes to its end.
    gate.touch()
    assert production.at_rest("Updating")["EndpointConfigName"] == new


def test_of_two_updates_at_once_one_is_refused(production: Production, tmp_path: Path) -> None:
    gate, refusals = tmp_path / "gate", []
    configs = [production.config(answer, 2, gate) for answer in ("one", "two", "three")]

    def update(config: str) -> None:
        try:
            production.update(config)
        except ClientError as err:
            refusals.append(str(err))

    threads = [threading.Thread(target=update, args=[config]) for config in configs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    gate.touch()

    assert len(refusals) == 2
    assert production.at_rest("Updating")["EndpointConfigName"] in configs


def test_maintenance_lets_nobody_change_an_endpoint_that_answers(
    production: Production, instance: Instance
) -> None:
    record = sagemaker_backends[instance.account_id][instance.region].endpoints[production.name]
    new = production.config("new", 2)
    with switches.maintenance(record):
        assert production.describe()["EndpointStatus"] == "SystemUpdating"
        assert production.ask() == "old"
        assert "Cannot update in-progress endpoint" in refused(production, new)

    assert production.updated(new)["EndpointConfigName"] == new


def test_what_is_deleted_by_hand_is_missed_by_the_next_update(production: Production) -> None:
    sagemaker = production.lab.sagemaker
    old, new = production.describe()["EndpointConfigName"], production.config("new", 2)
    assert refused(production, "nobody").startswith(
        'Could not find endpoint configuration "arn:aws:sagemaker'
    )

    # AWS lets a configuration go that an endpoint has, and no update afterwards.
    sagemaker.delete_endpoint_config(EndpointConfigName=old)
    message = refused(production, new)

    assert message.startswith("Could not find endpoint configuration")
    assert message.endswith(f'endpoint-config/{old}".')
    assert production.ask() == "old"


def test_what_is_deleted_during_an_update_does_not_harm_it(production: Production, tmp_path: Path) -> None:
    sagemaker, gate = production.lab.sagemaker, tmp_path / "gate"
    old, new = production.describe()["EndpointConfigName"], production.config("new", 2, gate)
    production.update(new)
    for name in (old, new):
        sagemaker.delete_endpoint_config(EndpointConfigName=name)
        sagemaker.delete_model(ModelName=name)
    gate.touch()

    assert production.at_rest("Updating")["EndpointConfigName"] == new
    assert production.ask() == "new"


def test_a_model_or_endpoint_that_is_missing_is_named(production: Production) -> None:
    new = production.config("new", 2)
    production.lab.sagemaker.delete_model(ModelName=new)

    assert refused(production, new).startswith('Could not find model "arn:aws:sagemaker')
    with pytest.raises(ClientError, match="Could not find endpoint"):
        production.lab.sagemaker.update_endpoint(EndpointName="nobody", EndpointConfigName=new)


def test_a_failed_endpoint_can_only_be_deleted(production: Production) -> None:
    other = Production(production.lab)
    assert other.create(other.config("broken"))["EndpointStatus"] == "Failed"

    assert "DeleteEndpoint is the only operation" in refused(other, other.config("new"))
    other.delete()


@pytest.mark.parametrize(
    ("request_", "count", "weight"),
    [
        ({}, 2, 1.0),
        ({"RetainAllVariantProperties": True}, 5, 0.5),
        (
            {
                "RetainAllVariantProperties": True,
                "ExcludeRetainedVariantProperties": [{"VariantPropertyType": "DesiredInstanceCount"}],
            },
            2,
            0.5,
        ),
    ],
)
def test_variant_properties_are_retained_when_asked_for(
    production: Production, request_: dict[str, Any], count: int, weight: float
) -> None:
    scaled = [{"VariantName": VARIANT, "DesiredInstanceCount": 5, "DesiredWeight": 0.5}]
    production.lab.sagemaker.update_endpoint_weights_and_capacities(
        EndpointName=production.name, DesiredWeightsAndCapacities=scaled
    )

    [variant] = production.updated(production.config("new", 2), **request_)["ProductionVariants"]

    assert (variant["CurrentInstanceCount"], variant["DesiredInstanceCount"]) == (count, count)
    assert (variant["CurrentWeight"], variant["DesiredWeight"]) == (weight, weight)


def test_a_weight_alone_leaves_the_instances(production: Production) -> None:
    production.lab.sagemaker.update_endpoint_weights_and_capacities(
        EndpointName=production.name,
        DesiredWeightsAndCapacities=[{"VariantName": VARIANT, "DesiredWeight": 0.25}],
    )

    [variant] = production.describe()["ProductionVariants"]
    assert (variant["DesiredInstanceCount"], variant["DesiredWeight"]) == (2, 0.25)
    assert variant["DeployedImages"]


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        (
            {"ExcludeRetainedVariantProperties": [{"VariantPropertyType": "DesiredWeight"}]},
            "needs RetainAllVariantProperties to be true",
        ),
        (
            {
                "RetainAllVariantProperties": True,
                "ExcludeRetainedVariantProperties": [{"VariantPropertyType": "DataCaptureConfig"}],
            },
            "is not supported in ExcludeRetainedVariantProperties",
        ),
        ({"RetainDeploymentConfig": True, "DeploymentConfig": blue_green()}, "not both"),
    ],
)
def test_a_request_that_contradicts_itself_is_refused(
    production: Production, request_: dict[str, Any], words: str
) -> None:
    assert words in refused(production, production.config("new", 2), **request_)
    assert production.describe()["EndpointStatus"] == "InService"


def test_another_variant_name_excludes_a_deployment_config(production: Production) -> None:
    renamed = production.config("new", 2, VariantName="other")

    assert f"present configuration: {VARIANT}." in refused(
        production, renamed, DeploymentConfig=blue_green("CANARY", CanarySize=of(50))
    )
    # All at once, which needs none, replaces the variants.
    [variant] = production.updated(renamed)["ProductionVariants"]
    assert variant["VariantName"] == "other"
    assert production.ask(TargetVariant="other") == "new"
    with pytest.raises(ClientError, match=f"Variant {VARIANT} not found"):
        production.ask(TargetVariant=VARIANT)


def test_an_endpoint_on_instances_does_not_become_serverless(production: Production) -> None:
    model = production.model("new")
    name, serverless = unique("serverless"), {"MemorySizeInMB": 2048, "MaxConcurrency": 5}
    production.lab.sagemaker.create_endpoint_config(
        EndpointConfigName=name,
        ProductionVariants=[{"VariantName": VARIANT, "ModelName": model, "ServerlessConfig": serverless}],
    )

    assert "from instances to serverless inference" in refused(production, name)


def test_a_scaled_variant_keeps_its_instance_type(production: Production, instance: Instance) -> None:
    scaling = instance.client("application-autoscaling")
    target = {
        "ServiceNamespace": "sagemaker",
        "ResourceId": f"endpoint/{production.name}/variant/{VARIANT}",
        "ScalableDimension": "sagemaker:variant:DesiredInstanceCount",
    }
    scaling.register_scalable_target(**target, MinCapacity=1, MaxCapacity=4)
    larger = production.config("new", 2, InstanceType="ml.m5.xlarge")

    assert "must be deregistered as Application Auto Scaling scalable targets" in refused(production, larger)
    # Another model is no matter.
    same = production.config("new", 2)
    assert production.updated(same)["EndpointConfigName"] == same
    scaling.deregister_scalable_target(**target)
    assert production.updated(larger)["EndpointConfigName"] == larger


def test_an_endpoint_is_updated_to_the_configuration_it_has(
    production: Production, instance: Instance
) -> None:
    name = production.describe()["EndpointConfigName"]

    assert production.updated(name)["EndpointConfigName"] == name
    assert production.ask() == "old"
    assert folders(instance, production) == ["2"]
