from __future__ import annotations

from typing import Any

import pytest

from scripts.describe_parameters import PAGE, allowed, current, page
from tests.template import TEMPLATE

CURRENT = current()


def test_the_page_shows_the_template_as_it_is() -> None:
    assert PAGE.read_text("utf-8") == CURRENT, "run make parameters"


@pytest.mark.parametrize("name", TEMPLATE["Parameters"])
def test_every_parameter_has_a_row_of_four_cells(name: str) -> None:
    [row] = [line for line in CURRENT.splitlines() if line.startswith(f"| `{name}` |")]

    assert row.count("|") == 5 and all(cell.strip() for cell in row.strip("|").split("|"))


@pytest.mark.parametrize(
    ("slot", "words"),
    [
        ({"Type": "String", "AllowedValues": ["a", True]}, "`a`, `true`"),
        ({"Type": "Number", "MinValue": 0, "MaxValue": 0.5}, "0 to 0.5"),
        ({"Type": "Number", "MinValue": 0}, "0 or more"),
        ({"Type": "Number", "MaxValue": 3}, "at most 3"),
        ({"Type": "String", "AllowedPattern": "a+", "ConstraintDescription": "must be short"}, "short"),
        ({"Type": "Number"}, "any number"),
        ({"Type": "CommaDelimitedList"}, "a list with commas"),
        ({"Type": "String"}, "any text"),
    ],
)
def test_what_is_allowed_is_said_in_words(slot: dict[str, Any], words: str) -> None:
    assert allowed(slot) == words


def test_groups_environments_and_rules_are_shown() -> None:
    groups = [{"Label": {"default": "First"}, "Parameters": ["B", "A"]}]
    template = {
        "Metadata": {"AWS::CloudFormation::Interface": {"ParameterGroups": groups}},
        "Parameters": {
            "A": {"Type": "String", "Default": "", "Description": "One\nline"},
            "B": {"Type": "Number", "Default": 1, "MinValue": 0, "Description": "Closed."},
        },
        "Rules": {"R": {"Assertions": [{"AssertDescription": "Never both."}]}},
    }

    shown = page(template, {"dev": {"B": "2"}, "prod": {"B": "1"}, "local": {}})

    assert "## First\n\n| parameter | default | allowed | what it decides |\n|---|---|---|---|\n" in shown
    assert "| `B` | `1`, dev `2` | 0 or more | Closed. |\n| `A` | empty | any text | One line. |\n" in shown
    assert "\n- Never both.\n" in shown
