"""moto 5.2.5 has endpoints in service and gone at once, with nothing behind them; here a process serves."""

from __future__ import annotations

import logging
from fractions import Fraction
from functools import partial
from typing import Any

from local_aws.core.instance import current_instance
from local_aws.services.sagemaker.container import NoLocalImplementation
from local_aws.services.sagemaker.control_plane.actions import Call, answer, empty
from local_aws.services.sagemaker.control_plane.endpoints import deployment_config
from local_aws.services.sagemaker.control_plane.endpoints.progress import pending
from local_aws.services.sagemaker.control_plane.endpoints.running import (
    Endpoints,
    changing,
    find_endpoint,
    in_background,
    require_at_rest,
    running,
    settle,
)
from local_aws.services.sagemaker.control_plane.endpoints.variants import (
    instances,
    servers_of,
    summaries_of,
)
from local_aws.services.sagemaker.control_plane.models import find_config, refuse_duplicate
from local_aws.services.sagemaker.data_plane.endpoint import Endpoint
from local_aws.services.sagemaker.data_plane.fleets import Fleet
from local_aws.services.sagemaker.data_plane.model_servers import EndpointFailed, EndpointStopped

_PATIENCE_SECONDS = 3600
_log = logging.getLogger(__name__)


def apply() -> None:
    answer("CreateEndpoint", _create)
    answer("DescribeEndpoint", _describe)
    answer("DeleteEndpoint", _delete)


def _create(call: Call) -> Any:
    name, config = call.request["EndpointName"], find_config(call, call.request["EndpointConfigName"])
    summaries = summaries_of(call, config)
    variants = servers_of(call, config, summaries, _PATIENCE_SECONDS)
    # Kept for updates: a creation has no old fleet to shift requests from.
    given = call.request.get("DeploymentConfig")
    deployment_config.require_valid(given, [instances(each) for each in summaries])
    with changing:
        refuse_duplicate(call, call.backend.endpoints, "endpoint", "endpoint", name)
        described = call.moto()
        record = call.backend.endpoints[name]
        record.endpoint_status = "Creating"
    record.production_variants, record.last_deployment_config = summaries, given
    record.pending_deployment_summary = pending(config.endpoint_config_name, summaries, "Creating")
    endpoint = Endpoint(current_instance(), name)
    running.get().add(record.arn, endpoint)
    in_background(partial(_start, endpoint, endpoint.new_fleet(variants), record), record.arn)
    return described


def _describe(call: Call) -> Any:
    find_endpoint(call)
    return call.moto()


def _delete(call: Call) -> Any:
    with changing:
        record = find_endpoint(call)
        require_at_rest(record)
        record.endpoint_status = "Deleting"
    in_background(partial(_remove, call, record, running.get()), record.arn)
    return empty()


def _start(endpoint: Endpoint, fleet: Fleet, record: Any) -> None:
    reason = None
    try:
        fleet.start()
        endpoint.share({fleet: Fraction(1)})
    except EndpointStopped:
        return
    except (EndpointFailed, NoLocalImplementation) as err:
        reason = str(err)
    except Exception as err:
        # The boundary of an endpoint's thread: whatever happens, whoever polls must see a final status.
        _log.exception("an endpoint broke")
        reason = f"Internal error: {type(err).__name__}: {err}"
    # While it is still Creating: from then on it may be deleted, with the files that its logs come from.
    fleet.ship_logs()
    settle(record, "Failed" if reason else "InService", reason)


def _remove(call: Call, record: Any, endpoints: Endpoints) -> None:
    endpoints.remove(record.arn)
    del call.backend.endpoints[record.endpoint_name]
