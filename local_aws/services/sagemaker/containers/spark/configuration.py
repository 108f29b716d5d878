"""The container's configuration.json: how a processing job configures Spark, in the form that EMR defined.

Source: aws/sagemaker-spark-container, src/smspark/config.py.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PLACE = "processing/input/conf/configuration.json"
# Accepted as the container accepts them, but they configure services that one machine does not run.
_WITHOUT_EFFECT = {
    "hadoop-env",
    "hadoop-log4j",
    "hive-env",
    "hive-exec-log4j",
    "hive-log4j",
    "hive-site",
    "spark-hive-site",
    "spark-log4j",
    "spark-metrics",
    "yarn-env",
    "yarn-site",
}


@dataclass(frozen=True)
class Configuration:
    """Properties of Spark and of Hadoop, and variables of the driver's environment."""

    spark: dict[str, str] = field(default_factory=dict)
    hadoop: dict[str, str] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)


def read_configuration(path: Path) -> Configuration:
    """Nothing set when there is no such file; ValueError for what the container would refuse."""
    configuration = Configuration()
    if path.exists():
        document = json.loads(path.read_text("utf-8"))
        for block in document if isinstance(document, list) else [document]:
            _add(configuration, block)
    return configuration


def _add(configuration: Configuration, block: dict[str, Any]) -> None:
    if "Classification" not in block or "Properties" not in block:
        raise ValueError(
            f"{PLACE}: every block needs a Classification and Properties, and {block} lacks one."
        )
    classification = block["Classification"]
    if classification == "spark-defaults":
        configuration.spark.update(block["Properties"])
    elif classification == "core-site":
        configuration.hadoop.update(block["Properties"])
    elif classification == "spark-env":
        configuration.environment.update(_exports(block))
    elif classification not in _WITHOUT_EFFECT:
        known = ", ".join(sorted({"core-site", "spark-defaults", "spark-env", *_WITHOUT_EFFECT}))
        raise ValueError(f"{PLACE}: there is no classification {classification!r}; choose one of {known}.")


def _exports(block: dict[str, Any]) -> dict[str, str]:
    inner = block.get("Configurations") or []
    if not inner or any(each.get("Classification") != "export" for each in inner):
        raise ValueError(
            f'{PLACE}: {block["Classification"]} needs Configurations of the classification "export".'
        )
    return {name: value for each in inner for name, value in each["Properties"].items()}
