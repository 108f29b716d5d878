from __future__ import annotations

import pytest

from local_aws.services.sagemaker.containers.server import media_type, parameters


@pytest.mark.parametrize(
    ("header", "type_", "expected"),
    [
        (None, "", {}),
        ("text/csv", "text/csv", {}),
        ("application/json; verbose=true", "application/json", {"verbose": "true"}),
        ("Application/JSON;Verbose = TRUE;q", "application/json", {"verbose": "true"}),
        ("text/csv;label_size=1;charset=utf-8", "text/csv", {"label_size": "1", "charset": "utf-8"}),
    ],
)
def test_a_header_is_a_media_type_and_parameters(
    header: str | None, type_: str, expected: dict[str, str]
) -> None:
    assert (media_type(header), parameters(header)) == (type_, expected)
