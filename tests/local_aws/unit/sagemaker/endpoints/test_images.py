from __future__ import annotations

import re

import pytest

from local_aws.services.sagemaker.control_plane.images import resolved_image, with_digest

REGISTRY = "683313688378.dkr.ecr.us-east-1.amazonaws.com"


@pytest.mark.parametrize(
    ("image", "repository"),
    [
        (f"{REGISTRY}/sagemaker-xgboost:1.7-1", f"{REGISTRY}/sagemaker-xgboost"),
        (f"{REGISTRY}/sagemaker-xgboost", f"{REGISTRY}/sagemaker-xgboost"),
        ("localhost:5000/team/model:1", "localhost:5000/team/model"),
        ("model:1", "model"),
    ],
)
def test_a_tag_becomes_a_digest(image: str, repository: str) -> None:
    name, digest = resolved_image(image).split("@")

    assert name == repository
    assert re.fullmatch(r"sha256:[0-9a-f]{64}", digest)
    assert resolved_image(image) == resolved_image(image)


def test_tags_have_digests_of_their_own_and_a_digest_stays() -> None:
    first, second = resolved_image(f"{REGISTRY}/a:1"), resolved_image(f"{REGISTRY}/a:2")

    assert first != second
    assert resolved_image(first) == first


@pytest.mark.parametrize(
    ("image", "found"),
    [
        ("model:1", "model@sha256:ab"),
        (f"{REGISTRY}/team/model:1", f"{REGISTRY}/team/model@sha256:ab"),
        ("model@sha256:cd", "model@sha256:cd"),
    ],
)
def test_a_given_digest_takes_the_place_of_the_tag(image: str, found: str) -> None:
    assert with_digest(image, "sha256:ab") == found
