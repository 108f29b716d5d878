"""docs/settings.md shows the vocabulary as it is."""

from __future__ import annotations

import json
import re

import pytest

from bakeoff.catalogue import read_vocabulary
from bakeoff.domain.errors import InvalidSettings
from bakeoff.domain.intake.settings_file import SETTINGS_KEY
from bakeoff.domain.planning.settings import MAX_BYTES, read_settings
from bakeoff.domain.planning.settings.vocabulary import parameter_of
from tests.template import PROJECT

PAGE = (PROJECT / "docs" / "settings.md").read_text("utf-8")
VOCABULARY = read_vocabulary()
PROPERTIES = VOCABULARY.schema["properties"]


def test_the_table_is_the_schema_in_its_order() -> None:
    rows = [
        f"| `{name}` | {about['title']} | {about['description']} | "
        f"{f'`{parameter_of(name)}`' if name in VOCABULARY.of_the_stack else 'none'} |"
        for name, about in PROPERTIES.items()
    ]

    table = PAGE.partition("## The file")[0].splitlines()
    assert [line for line in table if line.startswith("| `")] == rows


def test_the_example_has_an_example_of_each_setting_and_holds() -> None:
    # A group and a time cannot both decide how rows are split.
    [text] = re.findall("```yaml\n(.*?)```", PAGE, re.DOTALL)
    said = read_settings("bakeoff.yaml", text.encode())

    assert json.dumps(VOCABULARY.checked(said)) == json.dumps(
        {name: about["examples"][0] for name, about in PROPERTIES.items() if name != "time"}
    )


@pytest.mark.parametrize("text", ["metric: mae\nconfidence: 95\n", "metrics: mae\n"])
def test_the_sentences_are_those_that_one_reads(text: str) -> None:
    said = read_settings(SETTINGS_KEY, text.encode())

    with pytest.raises(InvalidSettings) as refused:
        VOCABULARY.checked(said)

    assert f"    {refused.value}\n" in PAGE


def test_the_page_knows_the_file_s_name_and_size() -> None:
    assert f"`{SETTINGS_KEY}`" in PAGE and f"at most {MAX_BYTES // 1024} KiB" in PAGE
