"""A template's values reach an API in the types that the API has."""

from __future__ import annotations

from typing import Any

import botocore.session
import pytest
from moto.cloudformation.exceptions import ValidationError

from local_aws.services.cloudformation.shapes import convert, require_known


def _shape(service: str, operation: str) -> Any:
    return botocore.session.get_session().get_service_model(service).operation_model(operation).input_shape


def test_numbers_flags_and_texts_are_converted_at_every_depth() -> None:
    value = {
        "FunctionName": 7,
        "Timeout": "30",
        "Publish": "true",
        "Layers": [1],
        "Environment": {"Variables": {"A": 1, "B": False, "C": "1.50"}},
        "EphemeralStorage": {"Size": "1024"},
    }

    assert convert(value, _shape("lambda", "CreateFunction")) == {
        "FunctionName": "7",
        "Timeout": 30,
        "Publish": True,
        "Layers": ["1"],
        "Environment": {"Variables": {"A": "1", "B": "false", "C": "1.50"}},
        "EphemeralStorage": {"Size": 1024},
    }


def test_fractions_stay_fractions() -> None:
    assert convert({"Threshold": "1.5"}, _shape("cloudwatch", "PutMetricAlarm")) == {"Threshold": 1.5}


def test_a_member_that_the_api_lacks_stays_for_botocore_to_refuse() -> None:
    assert convert({"Oops": {"a": 1}}, _shape("lambda", "CreateFunction")) == {"Oops": {"a": 1}}


def test_an_unknown_member_is_named() -> None:
    with pytest.raises(ValidationError, match="does not implement Oops in a rule"):
        require_known({"Id": 1, "Oops": 2}, "Id Status", "a rule")
