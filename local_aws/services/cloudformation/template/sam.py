"""The AWS SAM transform, run by the translator that AWS itself publishes (aws-sam-translator)."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

SAM_TRANSFORM = "AWS::Serverless-2016-10-31"


class SamTransformFailed(Exception):
    """The template is not valid SAM; `str(error)` is what CloudFormation would say."""


def transform(template: Mapping[str, Any], parameters: Mapping[str, str], region: str) -> dict[str, Any]:
    """`template` with every AWS::Serverless resource replaced by what it stands for.

    `parameters` are the stack's parameter values by name. The template is left as it is. Managed policy names
    are looked up in the map that comes with the translator, so no call leaves this machine.

    Raises SamTransformFailed, which names each faulty resource.
    """
    # The translator loads pydantic models of every resource (half a second), which only a deployment needs.
    import boto3
    from samtranslator.internal.managed_policies import get_bundled_managed_policy_map
    from samtranslator.model.exceptions import InvalidDocumentException
    from samtranslator.parser.parser import Parser
    from samtranslator.translator.translator import Translator

    translator = Translator(None, Parser(), boto_session=boto3.Session(region_name=region))
    try:
        translated: dict[str, Any] = translator.translate(
            copy.deepcopy(dict(template)),
            parameter_values=dict(parameters),
            get_managed_policy_map=lambda: get_bundled_managed_policy_map("aws"),
        )
    except InvalidDocumentException as err:
        causes = " ".join(str(cause.message) for cause in err.causes)
        raise SamTransformFailed(f"Transform {SAM_TRANSFORM} failed with: {err.message} {causes}") from err
    finally:
        # Nobody collects them, and the translator warns of metrics that were never published.
        translator.metrics.publish()
    return translated
