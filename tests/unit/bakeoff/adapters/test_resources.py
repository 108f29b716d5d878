from __future__ import annotations

import re
from pathlib import Path

import fastjsonschema
import pytest

from bakeoff.adapters.resources import read_catalogue, read_image_table, read_spark_job
from bakeoff.domain.planning.images import image_uri
from tests.template import PROJECT, TEMPLATE

CATALOGUE, IMAGES = read_catalogue(), read_image_table()
REGIONS = sorted({region for entry in IMAGES["frameworks"].values() for region in entry["accounts"]})
URI = re.compile(r"\d{12}\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.[a-z0-9.-]+/[a-z0-9-]+:[A-Za-z0-9._-]+")


def test_the_schema_is_a_schema() -> None:
    fastjsonschema.compile(dict(CATALOGUE.schema))


@pytest.mark.parametrize("name", sorted(CATALOGUE.entries))
def test_the_table_covers_every_framework_of_the_catalogue(name: str) -> None:
    image = CATALOGUE.entries[name]["image"]

    assert URI.fullmatch(image_uri(IMAGES, image["framework"], image["version"], "us-east-1"))


@pytest.mark.parametrize("region", REGIONS)
def test_every_listed_region_has_well_formed_uris(region: str) -> None:
    for framework, entry in IMAGES["frameworks"].items():
        if region in entry["accounts"]:
            found = URI.fullmatch(image_uri(IMAGES, framework, "1", region))
            assert found and found["region"] == region


def test_algorithms_can_be_compared_wherever_one_of_them_can_be_trained() -> None:
    frameworks = {entry["image"]["framework"] for entry in CATALOGUE.entries.values()}

    assert len({frozenset(IMAGES["frameworks"][name]["accounts"]) for name in frameworks}) == 1


def test_spark_is_missing_in_secret_regions_only() -> None:
    frameworks = IMAGES["frameworks"]

    missing = set(frameworks["xgboost"]["accounts"]) - set(frameworks["spark"]["accounts"])

    assert all(region.startswith("us-iso") for region in missing)


def test_odd_host_names_are_those_of_listed_regions() -> None:
    assert set(IMAGES["dns_suffixes"]) <= set(REGIONS)
    assert IMAGES["default_dns_suffix"] not in IMAGES["dns_suffixes"].values()


def test_the_layer_holds_the_script_at_its_top_and_the_modules_beside_it() -> None:
    layer = PROJECT / TEMPLATE["Resources"]["SparkJob"]["Properties"]["ContentUri"]

    scripts = read_spark_job(str(layer))

    assert scripts["prepare_datasets.py"] == (layer / "prepare_datasets.py").read_text("utf-8")
    found = {path.relative_to(layer).as_posix() for path in layer.rglob("*.py")}
    assert set(scripts) == found and "preparation/job.py" in found


def test_what_other_layers_bring_is_no_part_of_the_job(tmp_path: Path) -> None:
    for name in ("prepare_datasets.py", "python/other.py", "preparation/job.py", "preparation/table/fit.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)

    assert list(read_spark_job(str(tmp_path))) == [
        "prepare_datasets.py",
        "preparation/job.py",
        "preparation/table/fit.py",
    ]


def test_a_missing_script_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"prepare_datasets\.py"):
        read_spark_job(str(tmp_path))
