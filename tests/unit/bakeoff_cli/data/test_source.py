from __future__ import annotations

from pathlib import Path

import pytest

from bakeoff_cli.data.source import file_name_of, is_address, local_copy, path_of
from bakeoff_cli.errors import BadInput


def serve(url: str, target: Path) -> None:
    target.write_text(url)


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://example.org/a/my.csv?raw=1#top", "my.csv"),
        ("HTTP://example.org/my%20data.csv.gz", "my-data.csv.gz"),
        ("https://example.org/a/", "a"),
        ("https://example.org", "data"),
        ("https://example.org/..%2F..%2Fetc", "etc"),
        ("https://example.org/.hidden", "hidden"),
    ],
)
def test_an_address_is_downloaded_under_its_own_name(tmp_path: Path, address: str, name: str) -> None:
    path = local_copy(address, tmp_path, serve)
    assert (path, path.read_text()) == (tmp_path / name, address)
    assert file_name_of(address) == name


@pytest.mark.parametrize("address", ["s3://bucket/key.csv", "file:///etc/passwd", "ftp://example.org/x"])
def test_an_address_of_another_kind_is_named_whole(tmp_path: Path, address: str) -> None:
    with pytest.raises(BadInput, match=f"{address} is neither a file nor"):
        local_copy(address, tmp_path, serve)
    with pytest.raises(BadInput, match=f"{address} is an address"):
        path_of(address)


@pytest.mark.parametrize("name", ["a.csv", "a:b.csv", "http:x", "a//b.csv"])
def test_a_file_is_a_file(name: str) -> None:
    assert not is_address(name)
    assert path_of(name) == Path(name)
