from __future__ import annotations

from typing import Any

import pytest

from bakeoff.domain.errors import UnknownImage
from bakeoff.domain.planning.images import image_uri

TABLE: dict[str, Any] = {
    "default_dns_suffix": "amazonaws.com",
    "dns_suffixes": {"cn-north-1": "amazonaws.com.cn"},
    "frameworks": {
        "xgboost": {
            "repository": "sagemaker-xgboost",
            "accounts": {"us-east-1": "683313688378", "cn-north-1": "450853457545"},
        },
        "knn": {"repository": "knn", "accounts": {}},
    },
}


def test_an_image_stands_in_the_registry_of_its_region() -> None:
    assert (
        image_uri(TABLE, "xgboost", "3.2-0", "us-east-1")
        == "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:3.2-0"
    )


def test_a_partition_has_its_own_host_names() -> None:
    assert (
        image_uri(TABLE, "xgboost", "3.2-0", "cn-north-1")
        == "450853457545.dkr.ecr.cn-north-1.amazonaws.com.cn/sagemaker-xgboost:3.2-0"
    )


def test_an_unknown_framework_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(UnknownImage) as refusal:
        image_uri(TABLE, "catboost", "1", "us-east-1")

    assert str(refusal.value) == (
        "No image of framework 'catboost' is known: use one of xgboost, knn, or give a full image_uri."
    )


def test_a_region_without_the_image_is_refused_with_the_way_out() -> None:
    with pytest.raises(UnknownImage) as refusal:
        image_uri(TABLE, "knn", "1", "us-east-1")

    assert str(refusal.value) == (
        "AWS publishes no knn image in us-east-1: give a full image_uri of a copy in your own registry."
    )
