"""What ends with an embedded AWS: its fleets, whatever an update was doing, and the thread that ran it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from moto.sagemaker.models import sagemaker_backends

from local_aws.core.instance import Instance
from local_aws.services.sagemaker.control_plane.endpoints.running import running
from tests.local_aws.integration.sagemaker.production import Production, blue_green, of
from tests.local_aws.integration.sagemaker.support import Laboratory
from tests.patience import eventually
from tests.processes import found

HOUR = 3600


@pytest.mark.parametrize(
    ("config", "is_healthy", "stage"),
    [
        (blue_green(), False, "Creating"),
        (blue_green("CANARY", HOUR, CanarySize=of(50)), True, "Baking"),
        (blue_green(termination=HOUR), True, "Baking"),
    ],
)
def test_an_update_ends_with_its_endpoint(
    lab: Laboratory,
    scripted: None,
    instance: Instance,
    tmp_path: Path,
    config: dict[str, Any],
    is_healthy: bool,
    stage: str,
) -> None:
    # Given an update that waits
    gate = tmp_path / "gate"
    production = Production(lab)
    production.create(production.config("old", 2))
    production.update(production.config("new", 2, None if is_healthy else gate), DeploymentConfig=config)
    production.reaches(stage)
    backend = sagemaker_backends[instance.account_id][instance.region]
    record = backend.endpoints[production.name]
    eventually(lambda: len(_servers(instance, production)) == 2, "two fleets")

    # When the endpoint stops, as it does when the embedded AWS closes
    running.get().remove(record.arn)

    # Then neither fleet is left, nor anything of theirs, nor the thread
    assert _servers(instance, production) == []
    threads = instance.threads
    eventually(lambda: all(each.name != record.arn for each in threads.alive()), "the end of the thread")
    assert list((instance.work_dir / "sagemaker" / "endpoints" / production.name).iterdir()) == []
    del backend.endpoints[production.name]


def _servers(instance: Instance, production: Production) -> list[str]:
    folder = str(instance.work_dir / "sagemaker" / "endpoints" / production.name)
    return [each.cwd() for each in found("ThreadingHTTPServer") if each.cwd().startswith(folder)]
