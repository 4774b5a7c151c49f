"""Keys for units that have names."""

from __future__ import annotations

_BASIS, _PRIME, _MASK = 0xCBF29CE484222325, 0x100000001B3, 0xFFFFFFFFFFFFFFFF


def unit_key(name: str) -> int:
    """The unit_key of a name, such as a user's id: FNV-1a of 64 bits (Fowler, Noll and Vo; draft-eastlake-fnv) of its bytes in
    UTF-8, and 1 where that is 0, for 0 means no unit. The same in every host language."""
    key = _BASIS
    for byte in name.encode():
        key = (key ^ byte) * _PRIME & _MASK
    return key or 1
