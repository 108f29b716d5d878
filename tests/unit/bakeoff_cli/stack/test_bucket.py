from __future__ import annotations

from pathlib import Path

from bakeoff_cli.data.choice import Chosen
from bakeoff_cli.stack.bucket import upload
from bakeoff_cli.stack.runs import UploadedObject
from tests.unit.bakeoff_cli.fakes import BUCKET, Account


def test_an_upload_is_known_by_its_key_and_version(tmp_path: Path) -> None:
    account, sent = Account(), list[tuple[int, int | None]]()
    (tmp_path / "data.csv").write_bytes(b"1,2\n")
    for version in ("v1", "v2"):
        done = upload(
            account.aws.s3,
            BUCKET,
            Chosen(tmp_path / "data.csv", "below/data.csv"),
            lambda fresh, total: sent.append((fresh, total)),
            9,
        )
        assert done == UploadedObject("Inputs/below/data.csv", version)
    assert sent == [(4, 9), (4, 9)]
