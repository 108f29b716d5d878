from __future__ import annotations

import pytest

from bakeoff.domain.errors import ConfigurationError
from bakeoff.domain.run.tags import RUN_TAG, STACK_TAG, cost_tags_of, owner_of, tags_of


def test_what_bears_a_run_s_tags_is_the_run_s() -> None:
    tags = {tag["Key"]: tag["Value"] for tag in tags_of("prices", "run-1", {"team": "data"})}

    assert tags == {STACK_TAG: "prices", RUN_TAG: "run-1", "team": "data"}
    assert (owner_of(tags, "prices"), owner_of(tags, "other")) == ("run-1", None)


def test_no_cost_tag_says_whose_it_is() -> None:
    tags = tags_of("prices", "run-1", {STACK_TAG: "other", RUN_TAG: "other"})

    assert owner_of({tag["Key"]: tag["Value"] for tag in tags}, "prices") == "run-1"


def test_cost_tags_are_keys_with_values() -> None:
    assert cost_tags_of(()) == {}
    assert cost_tags_of(("project=house prices", "owner=a@b.example", "empty=")) == {
        "project": "house prices",
        "owner": "a@b.example",
        "empty": "",
    }


def test_a_key_has_one_value() -> None:
    with pytest.raises(ConfigurationError, match="CostTags has the key 'team' twice"):
        cost_tags_of(("team=a", "team=b"))
