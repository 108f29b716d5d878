from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bakeoff_cli.errors import BadInput
from bakeoff_cli.settings.parameters import declared_parameters, given_parameters, require_fit
from local_aws.services.cloudformation.template.parameters import parameter_values
from tests.template import TEMPLATE

DECLARED = declared_parameters()
# Texts as people type them, and whatever else.
VALUES = st.one_of(
    st.text(max_size=20),
    st.integers(-10, 10**6).map(str),
    st.floats(0, 2).map(str),
    st.sampled_from(["rmse", "Keep", "true", "ml.m5.large", "nan", "inf", "-inf", "a,b", "", " ", "1e3"]),
)


def test_the_declared_parameters_are_the_template_s() -> None:
    assert declared_parameters() == TEMPLATE["Parameters"]


@pytest.mark.parametrize("name", sorted(DECLARED))
def test_every_default_may_be_given(name: str) -> None:
    default = str(DECLARED[name]["Default"])
    assert given_parameters([f"{name}={default}"], DECLARED) == {name: default}


@given(st.sampled_from(sorted(DECLARED)), VALUES)
def test_a_value_is_refused_if_and_only_if_cloudformation_refuses_it(name: str, value: str) -> None:
    assert fits_here(name, value) == fits_there(name, value)


def fits_here(name: str, value: str) -> bool:
    try:
        require_fit(name, value, DECLARED)
    except BadInput as err:
        assert str(err).startswith(f"{name} ") and "\n" not in str(err)
        return False
    return True


def fits_there(name: str, value: str) -> bool:
    slot: dict[str, Any] = dict(DECLARED[name])
    try:
        parameter_values({name: slot}, {name: value})
    except Exception:
        return False
    return "Number" not in slot["Type"] or math.isfinite(float(value))


@pytest.mark.parametrize(
    ("pairs", "complaint"),
    [
        (["LatencyCalls"], "--set takes NAME=VALUE, such as LatencyCalls=100, not 'LatencyCalls'."),
        (["=5"], "--set takes NAME=VALUE"),
        (["latencycalls=5"], "The stack has no parameter 'latencycalls': did you mean LatencyCalls?"),
        (["Sauce=5"], "The stack has no parameter 'Sauce': template.yaml lists them all under Parameters."),
        (["LatencyCalls=5", "LatencyCalls=6"], "--set gives LatencyCalls twice: keep one of them."),
        (["LatencyCalls=2"], "LatencyCalls must be a number of at least 3 and at most 1000, not '2'."),
        (["LatencyCalls=many"], "LatencyCalls must be a number, not 'many'."),
        (["Confidence=nan"], "Confidence must be a number of at least 0.5 and at most 0.999, not 'nan'."),
        (["Metric=auc"], "Metric must be one of rmse, mae, r2, relative_accuracy, log_loss,"),
        (
            ["KmsKeyArn=alias/x"],
            "KmsKeyArn must be the ARN of a key (not of an alias), or empty, not 'alias/x'.",
        ),
        (["TrainingInstanceType=m5"], "TrainingInstanceType must be an instance type of SageMaker"),
        (["TrainFraction=0.9", "ValidationFraction=0.2"], "their sum must be below 1."),
        (["TrainFraction=0.9"], "their sum must be below 1."),
    ],
)
def test_what_the_template_forbids_is_one_sentence(pairs: list[str], complaint: str) -> None:
    with pytest.raises(BadInput) as refused:
        given_parameters(pairs, DECLARED)
    assert complaint in str(refused.value)


def test_a_value_may_hold_what_separates_it_from_its_name() -> None:
    limits = {"MinLength": 1, "MaxLength": 9, "AllowedPattern": "[a-z=]*"}
    declared = {"Free": {"Type": "String", **limits}}
    assert given_parameters(["Free= a=b "], declared) == {"Free": "a=b"}
    for value, complaint in (("", "at least 1"), ("a" * 10, "at most 9"), ("A", "match the pattern")):
        with pytest.raises(BadInput, match=complaint):
            require_fit("Free", value, declared)
