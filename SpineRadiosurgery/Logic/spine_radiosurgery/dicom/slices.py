"""One image slice: bytes, hash, pixels, rescale."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..geometry import InputError
from .completeness import check_complete
from .pixels import PIXEL_TAGS, CompressedPixelsError, stored_pixels
from .scanning import ScannedFile, parse, read_bytes
from .values import number

LARGEST_HU = 1e9
"""Far beyond what any scanner stores, in any unit."""


def read_slice(file: ScannedFile) -> tuple[NDArray[Any], str]:
    """Return one slice in HU (int16 where exact, else float32) and its file's SHA-256."""
    data = read_bytes(file.path, file.name)
    digest = hashlib.sha256(data).hexdigest()
    check_complete(data, file.name)
    dataset = parse(data, file.name, PIXEL_TAGS)
    slope = number(dataset, "RescaleSlope", file.name)
    intercept = number(dataset, "RescaleIntercept", file.name) or 0.0
    slope = 1.0 if slope is None else slope
    if slope == 0:
        raise InputError(f"{file.name}: RescaleSlope is 0; export the image again.")
    try:
        stored = stored_pixels(dataset, file.name)[0]
    except CompressedPixelsError:
        return _decoded_elsewhere(file), digest
    if slope == 1.0 and intercept.is_integer() and abs(intercept) < LARGEST_HU:
        shifted = stored.astype(np.int64) + int(intercept)
        if shifted.min() >= -32768 and shifted.max() <= 32767:
            return shifted.astype(np.int16), digest
    with np.errstate(over="ignore", invalid="ignore"):
        values = stored * slope + intercept
    if not (np.abs(values) < LARGEST_HU).all():
        raise InputError(
            f"{file.name}: RescaleSlope {slope:g} and RescaleIntercept {intercept:g} make values"
            f" beyond {LARGEST_HU:g}; export the image again."
        )
    return values.astype(np.float32), digest


def _decoded_elsewhere(file: ScannedFile) -> NDArray[Any]:
    """Decode compressed pixels with SimpleITK: it has its own decoders and applies the rescale."""
    try:
        import SimpleITK as sitk

        image = sitk.ReadImage(str(file.path), imageIO="GDCMImageIO")
    except (ImportError, RuntimeError) as error:
        raise CompressedPixelsError(
            f"{file.name} has compressed pixels that cannot be decoded here; export it uncompressed"
            " (Explicit VR Little Endian)."
        ) from error
    values = sitk.GetArrayFromImage(image)[0]
    if np.issubdtype(values.dtype, np.integer) and np.abs(values).max() <= 32767:
        return values.astype(np.int16)
    return values.astype(np.float32)
