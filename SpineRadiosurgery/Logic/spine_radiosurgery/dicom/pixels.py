"""Stored pixel values, straight from the bytes where they are not compressed."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from ..geometry import InputError
from .scanning import quiet_pydicom
from .values import raw, text, whole

MOST_DECODED = 2**28
"""Compressed pixels of one file: 512 x 512 x 1024."""
PIXEL_TAGS = [
    "SamplesPerPixel", "PhotometricInterpretation", "NumberOfFrames", "Rows", "Columns",
    "BitsAllocated", "BitsStored", "HighBit", "PixelRepresentation", "PlanarConfiguration",
    "PixelData", "RescaleSlope", "RescaleIntercept",
]  # fmt: skip
_NATIVE_ORDER = {
    "1.2.840.10008.1.2": "<",
    "1.2.840.10008.1.2.1": "<",
    "1.2.840.10008.1.2.1.99": "<",
    "1.2.840.10008.1.2.2": ">",
}


class CompressedPixelsError(InputError):
    """Compressed pixels for which no decoder is installed."""


def stored_pixels(dataset: Dataset, file: str, *, overlays: bool = True) -> NDArray[Any]:
    """Return stored values, shape (frames, rows, columns), before any scaling.

    Parameters
    ----------
    dataset : Dataset
    file : str
        Its name, for messages.
    overlays : bool
        Whether the bits above BitsStored may hold something else, as in old images.

    Raises
    ------
    InputError
        If the pixel data is missing, has another length than the attributes say, or is in colour.
    CompressedPixelsError
        If no installed decoder reads the transfer syntax.
    """
    frames = whole(dataset, "NumberOfFrames", file) or 1
    rows, columns = _needed(dataset, "Rows", file), _needed(dataset, "Columns", file)
    samples = whole(dataset, "SamplesPerPixel", file) or 1
    if samples != 1:
        raise InputError(
            f"{file} is a color image ({samples} samples a pixel), not CT, MR or dose."
        )
    meta = getattr(dataset, "file_meta", Dataset())
    syntax = text(meta, "TransferSyntaxUID")
    order = _NATIVE_ORDER.get(syntax, "<" if not syntax else "")
    if not order:
        return _decoded(dataset, file, syntax, (frames, rows, columns))
    allocated = _needed(dataset, "BitsAllocated", file)
    if allocated not in (8, 16, 32):
        raise InputError(f"{file}: BitsAllocated = {allocated}; 8, 16 or 32 bits are read.")
    signed = whole(dataset, "PixelRepresentation", file) == 1
    data = raw(dataset, "PixelData", file)
    if not isinstance(data, bytes):
        raise InputError(f"{file} has no pixel data.")
    wanted = frames * rows * columns * allocated // 8
    if len(data) - wanted not in (0, wanted % 2):
        raise InputError(
            f"{file} holds {len(data)} bytes of pixel data where {frames} x {rows} x {columns}"
            f" pixels of {allocated} bits take {wanted}: it is truncated or corrupt, export it"
            " again."
        )
    kind = np.dtype(f"{order}{'i' if signed else 'u'}{allocated // 8}")
    pixels = np.frombuffer(data, kind, count=frames * rows * columns)
    used = whole(dataset, "BitsStored", file) or allocated
    cleared = _without_unused_bits(pixels, allocated, used)
    if not overlays and not np.array_equal(cleared, pixels):
        raise InputError(
            f"{file}: BitsStored = {used}, but its values take more bits; export it again."
        )
    return cleared.reshape(frames, rows, columns)


def _needed(dataset: Dataset, keyword: str, file: str) -> int:
    value = whole(dataset, keyword, file)
    if value is None or value < 1:
        raise InputError(f"{file}: {keyword} is missing or not positive; export the object again.")
    return value


def _without_unused_bits(pixels: NDArray[Any], allocated: int, stored: int) -> NDArray[Any]:
    """Clear bits above BitsStored (old files keep overlays there) and keep the sign."""
    spare = allocated - stored
    if not 0 < spare < allocated:
        return pixels
    native = pixels.astype(pixels.dtype.newbyteorder("="))
    result: NDArray[Any] = (native << spare) >> spare
    return result


def _decoded(dataset: Dataset, file: str, syntax: str, shape: tuple[int, int, int]) -> NDArray[Any]:
    if math.prod(shape) > MOST_DECODED:
        raise InputError(
            f"{file} announces {' x '.join(map(str, shape))} compressed pixels, more than can be"
            " read; export it uncompressed (Explicit VR Little Endian)."
        )
    try:
        with quiet_pydicom():
            pixels: NDArray[Any] = dataset.pixel_array
    except Exception as error:  # every decoder raises its own errors
        name = getattr(dataset.file_meta.TransferSyntaxUID, "name", syntax)
        raise CompressedPixelsError(
            f"{file} has compressed pixels ({name}) that cannot be decoded here; export it"
            " uncompressed (Explicit VR Little Endian)."
        ) from error
    if pixels.size != math.prod(shape):
        raise InputError(
            f"{file} holds {pixels.size} pixels where {' x '.join(map(str, shape))} are announced:"
            " it is truncated or corrupt, export it again."
        )
    return pixels.reshape(shape)
