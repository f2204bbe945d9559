"""Contours in VTK's XML PolyData files, as SlicerRT's test data keeps them: polylines in RAS."""

from __future__ import annotations

import base64
import zlib
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
from numpy.typing import NDArray

DTYPES = {"Float32": np.float32, "Float64": np.float64, "Int32": np.int32, "Int64": np.int64}


def contours_in(file: Path) -> list[NDArray[np.float64]]:
    """The file's polylines, (n, 3) each."""
    piece = ElementTree.parse(file).getroot().find("./PolyData/Piece")
    assert piece is not None, file
    points = _values(piece, "./Points/DataArray").reshape(-1, 3).astype(np.float64)
    order = _values(piece, "./Lines/DataArray[@Name='connectivity']")
    ends = _values(piece, "./Lines/DataArray[@Name='offsets']")
    return [points[line] for line in np.split(order, ends[:-1])]


def name_in(file: Path) -> str:
    """The segment's name."""
    field = ElementTree.parse(file).getroot().find("./PolyData/FieldData")
    assert field is not None, file
    array = field.find("./Array[@Name='Segment_Name']")
    assert array is not None and array.text is not None, file
    return _inflated(array.text).rstrip(b"\0").decode()


def _values(piece: ElementTree.Element, path: str) -> NDArray[np.generic]:
    array = piece.find(path)
    assert array is not None and array.text is not None, path
    return np.frombuffer(_inflated(array.text), dtype=DTYPES[array.attrib["type"]])


def _inflated(text: str) -> bytes:
    """Undo base64 and zlib: a header of 32-bit numbers, encoded on its own, then the blocks."""
    packed = "".join(text.split())
    blocks = int.from_bytes(base64.b64decode(packed[:8])[:4], "little")
    header_length = -(-4 * (3 + blocks) // 3) * 4
    header = np.frombuffer(base64.b64decode(packed[:header_length]), dtype="<u4")
    data = base64.b64decode(packed[header_length:])
    ends = np.cumsum(header[3 : 3 + blocks])
    return b"".join(
        zlib.decompress(data[end - size : end])
        for size, end in zip(header[3 : 3 + blocks], ends, strict=True)
    )
