"""The two cyclic redundancy checks of S3 that Python's standard library lacks.

A body is cut into lanes of equal length that advance together, a byte each at a time, and are joined at the
end: appending n zero bytes to a register is a linear map over GF(2), and squaring it doubles n.
Parameters: "CRC-32/ISCSI" and "CRC-64/NVME" of the catalogue of parametrised CRC algorithms.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Words = NDArray[np.uint64]

_LANES = 4096  # a power of two
_SHORTEST = 64 * 1024  # bytes; lanes cost more than they save below


@dataclass(frozen=True)
class Crc:
    """A reflected CRC of `size` bytes, whose register starts, and is inverted at the end, as all ones."""

    size: int
    polynomial: int  # reflected

    def digest(self, body: bytes) -> bytes:
        """Big-endian, as S3 encodes it."""
        ones = (1 << (8 * self.size)) - 1
        in_lanes = len(body) // _LANES * _LANES if len(body) >= _SHORTEST else 0
        register = self._in_lanes(memoryview(body)[:in_lanes], ones) if in_lanes else ones
        for byte in memoryview(body)[in_lanes:]:
            register = self._table[(register ^ byte) & 0xFF] ^ (register >> 8)
        return (register ^ ones).to_bytes(self.size, "big")

    @cached_property
    def _table(self) -> list[int]:
        return [self._advanced(byte) for byte in range(256)]

    def _advanced(self, register: int) -> int:
        for _ in range(8):
            register = (register >> 1) ^ (self.polynomial if register & 1 else 0)
        return register

    def _in_lanes(self, body: memoryview, start: int) -> int:
        import numpy as np

        table = np.array(self._table, np.uint64)
        lanes = np.frombuffer(body, np.uint8).reshape(_LANES, -1)
        registers = np.zeros(_LANES, np.uint64)
        registers[0] = start
        for column in np.ascontiguousarray(lanes.T):
            registers = table[registers.astype(np.uint8) ^ column] ^ (registers >> np.uint64(8))
        shift = self._shift(lanes.shape[1])
        while len(registers) > 1:
            registers = _mapped(shift, registers[0::2]) ^ registers[1::2]
            shift = _mapped(shift, shift)
        return int(registers[0])

    def _shift(self, zeros: int) -> Words:
        """What `zeros` zero bytes make of each single bit of the register."""
        import numpy as np

        bits = [1 << bit for bit in range(8 * self.size)]
        shift = np.array(bits, np.uint64)
        power = np.array([self._table[bit & 0xFF] ^ (bit >> 8) for bit in bits], np.uint64)
        while zeros:
            shift = _mapped(power, shift) if zeros & 1 else shift
            power = _mapped(power, power)
            zeros >>= 1
        return shift


def _mapped(images: Words, registers: Words) -> Words:
    """Each register under the linear map that takes bit i to `images[i]`."""
    import numpy as np

    mapped = np.zeros_like(registers)
    for bit, image in enumerate(images):
        mapped ^= ((registers >> np.uint64(bit)) & np.uint64(1)) * image
    return mapped


CRC32C = Crc(4, 0x82F63B78)
CRC64NVME = Crc(8, 0x9A6C9329AC4BC9B5)
