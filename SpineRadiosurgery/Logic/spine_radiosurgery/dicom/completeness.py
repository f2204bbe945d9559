"""Whether a DICOM file is whole: pydicom reads a truncated one without a word."""

from __future__ import annotations

import struct
import zlib
from typing import BinaryIO

from ..geometry import InputError

_LONGEST_META_BYTES = 8192
"""In which a file names its transfer syntax."""
MOST_INFLATED_BYTES = 512 * 2**20
_PORTION_BYTES = 2**20
_LONG_VRS = frozenset(
    (b"OB", b"OD", b"OF", b"OL", b"OV", b"OW", b"SQ", b"SV", b"UC", b"UN", b"UR", b"UT", b"UV")
)
_UNDEFINED = 0xFFFFFFFF
_ITEM, _ITEM_END, _SEQUENCE_END = 0xE000, 0xE00D, 0xE0DD
_DEEPEST = 32
_PREAMBLE = 128
_DEFLATED = "1.2.840.10008.1.2.1.99"
_BIG_ENDIAN = "1.2.840.10008.1.2.2"
_IMPLICIT = "1.2.840.10008.1.2"


def has_preamble(data: bytes) -> bool:
    """Say whether the bytes begin like a DICOM Part 10 file."""
    return data[_PREAMBLE : _PREAMBLE + 4] == b"DICM"


def looks_like_bare_dataset(data: bytes) -> bool:
    """Say whether the bytes begin like a data set without preamble (group 0002 or 0008)."""
    return len(data) >= 8 and data[:4] != b"\0\0\0\0" and data[:2] in (b"\2\0", b"\x08\0")


def check_complete(data: bytes, file: str) -> None:
    """Raise an error where a file ends before its data elements do.

    Parameters
    ----------
    data : bytes
        The whole file.
    file : str
        Its name, for the message.

    Raises
    ------
    InputError
        If an element, item or sequence is cut off.
    """
    try:
        start, syntax = _transfer_syntax(data)
        if syntax == _DEFLATED:
            return
        explicit = syntax != _IMPLICIT
        if not syntax:
            explicit = (
                data[start + 4 : start + 6].isalpha() and data[start + 4 : start + 6].isupper()
            )
        order = ">" if syntax == _BIG_ENDIAN else "<"
        # Zeros may follow the last element.
        _Walker(data, explicit, order, len(data.rstrip(b"\0"))).elements(start, 0)
    except (_CutOffError, struct.error) as error:
        raise InputError(
            f"{file} is a truncated or corrupt DICOM file ({len(data)} bytes, more were announced):"
            " export it again."
        ) from error


def check_inflatable(stream: BinaryIO, file: str) -> None:
    """Raise an error where a deflated file would unfold into more than memory should hold.

    Parameters
    ----------
    stream : binary file
        Left at its beginning.
    file : str
        Its name, for the message.

    Raises
    ------
    InputError
        It would take more than `MOST_INFLATED_BYTES`, or is damaged.
    """
    stream.seek(0)
    is_deflated = _DEFLATED.encode() in stream.read(_LONGEST_META_BYTES)
    stream.seek(0)
    if not is_deflated:
        return
    data = stream.read()
    stream.seek(0)
    try:
        start, _ = _transfer_syntax(data)
    except (_CutOffError, struct.error):
        return  # Who reads it says so.
    unfolding, rest, count = zlib.decompressobj(-zlib.MAX_WBITS), data[start:], 0
    try:
        while rest and not unfolding.eof:
            count += len(unfolding.decompress(rest, _PORTION_BYTES))
            rest = unfolding.unconsumed_tail
            if count > MOST_INFLATED_BYTES:
                raise InputError(
                    f"{file} is compressed and unfolds into more than {MOST_INFLATED_BYTES >> 20}"
                    " MB: export it uncompressed (Explicit VR Little Endian)."
                )
    except zlib.error as error:
        raise InputError(
            f"{file} is a truncated or corrupt DICOM file (damaged compression): export it again."
        ) from error


class _CutOffError(Exception):
    """The bytes end before the element does."""


class _Walker:
    def __init__(self, data: bytes, explicit: bool, order: str, padding: int) -> None:
        self.data = data
        self.padding = padding
        self.explicit = explicit
        self.tag = struct.Struct(order + "HH")
        self.long = struct.Struct(order + "I")
        self.short = struct.Struct(order + "H")

    def elements(self, position: int, depth: int) -> int:
        """Walk to the end of the file or past the delimiter of the item; return the position."""
        end = len(self.data)
        while position < end:
            if position >= self.padding:
                return end
            group, element = self.tag.unpack_from(self.data, position)
            if group == 0xFFFE and element == _ITEM_END and depth:
                return position + 8
            position, length, vr = self._value(position)
            if length == _UNDEFINED:
                walker = _Walker(self.data, False, "<", self.padding) if vr == b"UN" else self
                position = walker.sequence(position, depth + 1)
            else:
                position = self._skip(position, length)
        if depth:
            raise _CutOffError
        return position

    def sequence(self, position: int, depth: int) -> int:
        """Walk the items of a sequence of undefined length; return the position after it."""
        if depth > _DEEPEST:
            raise _CutOffError
        while True:
            group, element = self.tag.unpack_from(self.data, position)
            (length,) = self.long.unpack_from(self.data, position + 4)
            position += 8
            if group != 0xFFFE or element not in (_ITEM, _SEQUENCE_END):
                raise _CutOffError
            if element == _SEQUENCE_END:
                return position
            if length == _UNDEFINED:
                position = self.elements(position, depth)
            else:
                position = self._skip(position, length)

    def _value(self, position: int) -> tuple[int, int, bytes]:
        """Return where an element's value begins, its length and its VR."""
        if not self.explicit:
            return position + 8, self.long.unpack_from(self.data, position + 4)[0], b""
        vr = self.data[position + 4 : position + 6]
        if vr in _LONG_VRS:
            return position + 12, self.long.unpack_from(self.data, position + 8)[0], vr
        return position + 8, self.short.unpack_from(self.data, position + 6)[0], vr

    def _skip(self, position: int, length: int) -> int:
        if position + length > len(self.data):
            raise _CutOffError
        return position + length


def _transfer_syntax(data: bytes) -> tuple[int, str]:
    """Return where the data set begins and its transfer syntax UID (empty where not stated)."""
    position = _PREAMBLE + 4 if has_preamble(data) else 0
    syntax = ""
    walker = _Walker(data, True, "<", len(data))
    while data[position : position + 2] == b"\2\0":
        value, length, _ = walker._value(position)
        following = walker._skip(value, length)
        if data[position + 2 : position + 4] == b"\x10\0":
            syntax = data[value:following].rstrip(b"\0 ").decode("ascii", "replace")
        position = following
    if has_preamble(data) and not syntax:
        raise _CutOffError
    return position, syntax
