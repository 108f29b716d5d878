from __future__ import annotations

import json
import sys
from pathlib import Path

from scripts.generate_image_uris import TABLE, generate

# `make` downloads the wheel of requirements-sdk.lock there; it is read, never installed.
SDK = Path(sys.prefix) / "sdk"


def test_the_committed_table_is_what_the_sdk_says() -> None:
    [wheel] = SDK.glob("sagemaker_core-*.whl")

    assert json.loads(TABLE.read_text("utf-8")) == generate(wheel)


def test_china_has_a_domain_of_its_own() -> None:
    suffixes = json.loads(TABLE.read_text("utf-8"))["dns_suffixes"]

    assert suffixes["cn-north-1"] == "amazonaws.com.cn"
    assert "us-east-1" not in suffixes
