from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from local_aws.services.sagemaker.containers.spark.configuration import Configuration, read_configuration


def configured(folder: Path, document: Any) -> Configuration:
    path = folder / "configuration.json"
    path.write_text(json.dumps(document))
    return read_configuration(path)


def test_without_the_input_nothing_is_set(tmp_path: Path) -> None:
    assert read_configuration(tmp_path / "configuration.json") == Configuration()


def test_blocks_set_what_their_classification_says(tmp_path: Path) -> None:
    export = {"Classification": "export", "Properties": {"TZ": "UTC"}}
    configuration = configured(
        tmp_path,
        [
            {"Classification": "spark-defaults", "Properties": {"spark.driver.memory": "2g"}},
            {"Classification": "spark-defaults", "Properties": {"spark.sql.shuffle.partitions": "4"}},
            {"Classification": "core-site", "Properties": {"io.file.buffer.size": "1"}},
            {"Classification": "spark-env", "Properties": {}, "Configurations": [export]},
        ],
    )

    assert configuration.spark == {"spark.driver.memory": "2g", "spark.sql.shuffle.partitions": "4"}
    assert configuration.hadoop == {"io.file.buffer.size": "1"}
    assert configuration.environment == {"TZ": "UTC"}


def test_a_single_block_needs_no_list(tmp_path: Path) -> None:
    block = {"Classification": "spark-defaults", "Properties": {"a": "b"}}

    assert configured(tmp_path, block).spark == {"a": "b"}


def test_settings_of_services_that_do_not_run_here_are_accepted(tmp_path: Path) -> None:
    assert configured(tmp_path, {"Classification": "yarn-site", "Properties": {"a": "b"}}) == Configuration()


@pytest.mark.parametrize(
    ("block", "reason"),
    [
        ({"Classification": "spark", "Properties": {}}, "no classification 'spark'; choose one of core-site"),
        ({"Classification": "spark-defaults"}, "needs a Classification and Properties"),
        ({"Classification": "spark-env", "Properties": {"TZ": "UTC"}}, 'of the classification "export"'),
    ],
)
def test_what_the_container_refuses_is_refused(tmp_path: Path, block: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        configured(tmp_path, [block])


def test_a_file_that_is_no_json_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "configuration.json"
    path.write_text("spark.driver.memory=2g")

    with pytest.raises(ValueError, match="Expecting value"):
        read_configuration(path)
