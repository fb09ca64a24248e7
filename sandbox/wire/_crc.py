"""CRC-32C and CRC-64/NVME, which the standard library lacks: by tables, two bytes a step."""

import array
import sys
from functools import lru_cache

_CRC32C = 0x82F63B78
_CRC64NVME = 0x9A6C9329AC4BC9B5


def crc32c(data: bytes) -> int:
    """CRC-32C (Castagnoli), 32 bits."""
    return _crc(data, _CRC32C, 0xFFFFFFFF)


def crc64nvme(data: bytes) -> int:
    """CRC-64/NVME, 64 bits."""
    return _crc(data, _CRC64NVME, 0xFFFFFFFFFFFFFFFF)


def _crc(data: bytes, polynomial: int, mask: int) -> int:
    table = _table(polynomial)
    words = array.array("H", data[: len(data) & ~1])
    if sys.byteorder == "big":
        words.byteswap()
    crc = mask
    for word in words:
        crc = table[(crc ^ word) & 0xFFFF] ^ (crc >> 16)
    if len(data) & 1:
        crc = _step(crc ^ data[-1], polynomial, 8)
    return crc ^ mask


@lru_cache(maxsize=2)
def _table(polynomial: int) -> list[int]:
    """What 16 bits shifted out leave behind, for each value of them."""
    byte = [_step(value, polynomial, 8) for value in range(256)]
    return [byte[(first := byte[word & 0xFF] ^ (word >> 8)) & 0xFF] ^ (first >> 8) for word in range(65536)]


def _step(crc: int, polynomial: int, bits: int) -> int:
    for _ in range(bits):
        crc = (crc >> 1) ^ (polynomial if crc & 1 else 0)
    return crc
