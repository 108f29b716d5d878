from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_aws.services.s3.checksums import crc
from local_aws.services.s3.checksums.crc import CRC32C, CRC64NVME, Crc


@pytest.mark.parametrize(
    ("check", "digest"), [(CRC32C, "e3069283"), (CRC64NVME, "ae8b14860a799888")], ids=["CRC32C", "CRC64NVME"]
)
def test_the_check_value_of_the_catalogue(check: Crc, digest: str) -> None:
    assert check.digest(b"123456789").hex() == digest


@given(extra=st.integers(0, 9000), check=st.sampled_from([CRC32C, CRC64NVME]))
def test_any_body_has_the_same_sum_in_lanes_as_byte_by_byte(extra: int, check: Crc) -> None:
    body = random.Random(extra).randbytes(2 * crc._LANES + extra)
    with pytest.MonkeyPatch.context() as patch:
        one_by_one = check.digest(body)
        patch.setattr(crc, "_SHORTEST", 0)
        assert check.digest(body) == one_by_one
