"""template.yaml's Rules refuse parameters with which no run could succeed, and no others."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
import yaml
from moto.cloudformation.exceptions import ValidationError

from local_aws.services.cloudformation.template.document import parse
from scripts.translate_template import TEMPLATE as PATH
from scripts.translate_template import translated
from tests.template import PROJECT, TEMPLATE, deployment

RULES: dict[str, Any] = TEMPLATE["Rules"]
CATALOGUE: dict[str, Any] = yaml.safe_load(
    (PROJECT / "src/bakeoff/catalogue/algorithms.yaml").read_text("utf-8")
)
SUBNETS_ALONE = "SubnetIds is given, so give SecurityGroupIds as well, or neither."
GROUPS_ALONE = "SecurityGroupIds is given, so give SubnetIds as well, or neither."
REFUSED = [
    ({"Algorithms": "xgbost"}, "Algorithms may name catboost, catboost:tuned, "),
    ({"Algorithms": "xgboost,knn,XGBoost"}, "Algorithms may name"),
    ({"Algorithms": "xgboost,,knn"}, "Algorithms may name"),
    ({"Algorithms": ""}, "Algorithms may name"),
    ({"Algorithms": "knn,catboost", "NetworkIsolation": "true"}, "can load the package that catboost needs"),
    ({"Algorithms": "lightgbm", "NetworkIsolation": "true"}, "can load the package that lightgbm needs"),
    ({"SubnetIds": "subnet-1"}, SUBNETS_ALONE),
    ({"SubnetIds": "subnet-1", "SecurityGroupIds": ","}, SUBNETS_ALONE),
    ({"SecurityGroupIds": "sg-1"}, GROUPS_ALONE),
    ({"SubnetIds": "subnet-1,", "SecurityGroupIds": "sg-1"}, "SubnetIds has an empty item"),
    ({"SubnetIds": ",", "SecurityGroupIds": "sg-1,sg-2"}, GROUPS_ALONE),
    ({"SubnetIds": "subnet-1", "SecurityGroupIds": "sg-1,,sg-2"}, "SecurityGroupIds has an empty item"),
]


@pytest.mark.parametrize(("parameters", "sentence"), REFUSED)
def test_what_no_run_can_satisfy_is_not_deployed(parameters: dict[str, str], sentence: str) -> None:
    with pytest.raises(ValidationError) as refused:
        deployment(**parameters)

    assert sentence in refused.value.message


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"Algorithms": ",".join(CATALOGUE)},
        {"Algorithms": "knn, xgboost"},
        {"Algorithms": "ridge,xgboost", "NetworkIsolation": "true"},
        {"SubnetIds": "subnet-1,subnet-2", "SecurityGroupIds": "sg-1"},
    ],
)
def test_what_a_run_can_satisfy_is_deployed(parameters: dict[str, str]) -> None:
    assert deployment(**parameters).resources


def named(entries: Iterable[str]) -> list[str]:
    """How the parameter may name them, in order: those that can be tuned also as tuned ones."""
    names = list(entries)
    return sorted([*names, *(f"{name}:tuned" for name in names if "tuning" in CATALOGUE[name])])


def test_the_rule_names_all_that_load_packages() -> None:
    scripts = PROJECT / "src" / "bakeoff" / "scripts"
    loading = [
        name
        for name, entry in CATALOGUE.items()
        if "script" in entry and (scripts / entry["script"] / "requirements.txt").exists()
    ]
    asserted = [each["Assert"]["Fn::Not"][0] for each in RULES["PackagesNeedANetwork"]["Assertions"]]

    assert [each["Fn::Contains"] for each in asserted] == [
        [{"Ref": "Algorithms"}, name] for name in named(loading)
    ]


def test_the_rule_names_the_catalogue_s_algorithms() -> None:
    [assertion] = RULES["AlgorithmsAreKnown"]["Assertions"]
    reference, names = assertion["Assert"]["Fn::EachMemberIn"]

    assert reference == {"Ref": "Algorithms"}
    assert names == named(CATALOGUE), "name the catalogue's entries in template.yaml, under Rules"
    assert all(name in assertion["AssertDescription"] for name in names)


def test_every_assertion_is_described() -> None:
    for rule in RULES.values():
        assert all(each["AssertDescription"].endswith(".") for each in rule["Assertions"])


def test_sam_leaves_the_rules_as_they_are() -> None:
    template = parse(PATH.read_text("utf-8"))

    assert translated(template)["Rules"] == template["Rules"]
