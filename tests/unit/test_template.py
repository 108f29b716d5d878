"""template.yaml against the code: what one of them says twice must agree."""

from __future__ import annotations

import ast
import dataclasses
import importlib.util
import re
from typing import Any

import pytest

from bakeoff.domain.planning.algorithms import MAX_CANDIDATES
from bakeoff.domain.reading.table import MAX_FEATURES
from bakeoff.domain.statistics.registry import METRICS_OF
from tests.template import FUNCTIONS, PROJECT, TEMPLATE, module_of, resources_of, scalars_of, variables_of

PARAMETERS: dict[str, Any] = TEMPLATE["Parameters"]
LOG_GROUPS = resources_of("AWS::Logs::LogGroup")
# https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html, and
# list_awspricelist.html
WITHOUT_RESOURCE = {"pricing:GetProducts"} | {
    f"sagemaker:List{kind}"
    for kind in (
        "Endpoints",
        "EndpointConfigs",
        "ModelPackages",
        "Models",
        "HyperParameterTuningJobs",
        "TrainingJobs",
        "ProcessingJobs",
    )
}
MODULES_OF_SETTINGS = ("bakeoff.config", "bakeoff.config.planning", "bakeoff.config.production")
REFERENCE = re.compile(r"\$\{(\w+)")


def settings_of(function: str) -> list[type]:
    """The settings that a handler's module imports."""
    *folders, module, _ = FUNCTIONS[function]["Handler"].split(".")
    path = PROJECT.joinpath("src", *folders, f"{module}.py")
    imports = [node for node in ast.parse(path.read_text("utf-8")).body if isinstance(node, ast.ImportFrom)]
    found = (
        getattr(importlib.import_module(node.module), alias.name)
        for node in imports
        if node.module in MODULES_OF_SETTINGS
        for alias in node.names
    )
    return [kind for kind in found if isinstance(kind, type)]


def statements_of(function: str) -> list[dict[str, Any]]:
    role = resources_of("AWS::IAM::Role")[f"{function}Role"]
    return [each for policy in role["Policies"] for each in policy["PolicyDocument"]["Statement"]]


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_gets_exactly_the_variables_that_its_handler_reads(function: str) -> None:
    needed = {
        f"BAKEOFF_{field.name.upper()}"
        for kind in settings_of(function)
        for field in dataclasses.fields(kind)
    }

    assert {name for name in variables_of(function) if name.startswith("BAKEOFF_")} == needed


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_has_a_role_of_its_own_that_names_actions_and_resources(function: str) -> None:
    assert FUNCTIONS[function]["Role"] == {"Fn::GetAtt": f"{function}Role.Arn"}
    assert TEMPLATE["Resources"][function].get("Condition") == TEMPLATE["Resources"][f"{function}Role"].get(
        "Condition"
    )
    for statement in statements_of(function):
        assert statement["Effect"] == "Allow" and statement["Sid"]
        assert all(":" in action and "*" not in action for action in as_list(statement["Action"]))
        if "*" in as_list(statement["Resource"]):
            assert set(as_list(statement["Action"])) <= WITHOUT_RESOURCE


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_has_a_log_group_of_its_own_with_retention(function: str) -> None:
    group = FUNCTIONS[function]["LoggingConfig"]["LogGroup"]["Ref"]

    assert LOG_GROUPS[group]["RetentionInDays"] == {"Ref": "LogRetentionDays"}
    others = [name for name in FUNCTIONS if FUNCTIONS[name]["LoggingConfig"]["LogGroup"] == {"Ref": group}]
    assert others == [function]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_is_described_and_its_handler_exists(function: str) -> None:
    module, _, name = FUNCTIONS[function]["Handler"].rpartition(".")

    assert FUNCTIONS[function]["Description"]
    assert name == "handle" and importlib.util.find_spec(module)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_is_built_without_lambdas_python(function: str) -> None:
    assert TEMPLATE["Resources"][function]["Metadata"] == {"BuildMethod": "makefile"}


def test_every_handler_is_deployed() -> None:
    folder = PROJECT / TEMPLATE["Globals"]["Function"]["CodeUri"] / "bakeoff" / "handlers"
    modules = {path.stem for path in folder.rglob("*.py")} - {"__init__", "custom_resource", "telemetry"}

    assert {module_of(function) for function in FUNCTIONS} == modules


@pytest.mark.parametrize("name", LOG_GROUPS)
def test_no_log_is_kept_for_ever_or_outlives_the_stack(name: str) -> None:
    assert LOG_GROUPS[name]["RetentionInDays"] == {"Ref": "LogRetentionDays"}
    assert TEMPLATE["Resources"][name]["DeletionPolicy"] == "Delete"


@pytest.mark.parametrize("name", PARAMETERS)
def test_a_parameter_is_described_and_has_a_default(name: str) -> None:
    assert PARAMETERS[name]["Description"] and "Default" in PARAMETERS[name]


def test_every_parameter_is_used() -> None:
    body = {key: value for key, value in TEMPLATE.items() if key not in ("Parameters", "Metadata", "Rules")}
    texts = [str(scalar) for scalar in scalars_of(body)]

    used = set(texts) | {name for text in texts for name in REFERENCE.findall(text)}
    assert set(PARAMETERS) <= used


def test_every_parameter_is_shown_in_one_group() -> None:
    groups = TEMPLATE["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]

    assert sorted(name for group in groups for name in group["Parameters"]) == sorted(PARAMETERS)


@pytest.mark.parametrize("name", TEMPLATE["Outputs"])
def test_an_output_is_described(name: str) -> None:
    assert TEMPLATE["Outputs"][name]["Description"]


def test_the_spark_image_can_be_changed_without_touching_the_template() -> None:
    """AWS publishes not every tag in every region, and patches under new ones."""
    assert variables_of("PlanRunFunction")["BAKEOFF_SPARK_VERSION"] == {"Ref": "SparkImageTag"}
    # Of the documented image: Spark 3.5, Python 3.12.
    assert PARAMETERS["SparkImageTag"]["Default"].startswith("3.5-cpu-py312-v")


def test_no_transform_but_sam_s_touches_the_template() -> None:
    """AWS::LanguageExtensions evaluates what it can before CloudFormation does (docs/adr/0024)."""
    assert TEMPLATE["Transform"] == "AWS::Serverless-2016-10-31"


@pytest.mark.parametrize("name", ["DataBucket", "DataBucketPolicy"])
def test_cloudformation_never_deletes_the_data(name: str) -> None:
    resource = TEMPLATE["Resources"][name]

    assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == ("RetainExceptOnCreate", "Retain")
    assert "Condition" not in resource


def test_limits_of_parameters_are_those_of_the_code() -> None:
    assert PARAMETERS["FeatureCount"]["MaxValue"] == MAX_FEATURES
    assert PARAMETERS["MaxConcurrency"]["MaxValue"] == MAX_CANDIDATES


@pytest.mark.parametrize(
    ("metric", "numbers", "classes"),
    [
        ("rmse", "rmse", "log_loss"),
        ("relative_accuracy", "relative_accuracy", "log_loss"),
        ("accuracy", "relative_accuracy", "accuracy"),
        ("roc_auc", "rmse", "roc_auc"),
    ],
)
def test_the_dashboard_plots_what_decides_on_numbers_and_on_classes(
    metric: str, numbers: str, classes: str
) -> None:
    of_classes = [item["Fn::Equals"][1] for item in TEMPLATE["Conditions"]["MetricIsOfClasses"]["Fn::Or"]]
    assert {*of_classes, "accuracy"} == set(METRICS_OF["classification"])
    holds = {"MetricIsAccuracy": metric == "accuracy", "MetricIsOfClasses": metric in of_classes}

    def value_of(said: Any) -> Any:
        if isinstance(said, str) or "Ref" in said:
            return said if isinstance(said, str) else metric
        condition, one, other = said["Fn::If"]
        return value_of(one if holds[condition] else other)

    _, said = TEMPLATE["Resources"]["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]
    assert {name: value_of(value) for name, value in said.items()} == {
        "OfNumbers": numbers,
        "OfClasses": classes,
    }
    assert numbers in METRICS_OF["regression"] and classes in METRICS_OF["classification"]
