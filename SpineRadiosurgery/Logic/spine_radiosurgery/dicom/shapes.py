"""Masks from NRRD, NIfTI and segmentation files."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..geometry import InputError, Structure
from .nifti_names import label_names
from .values import LPS_TO_RAS, FloatArray, one_line

SUFFIXES = (".nrrd", ".nhdr", ".nii", ".nii.gz", ".mha", ".mhd")


def read_structure(path: str | os.PathLike[str], label: str | int | None = None) -> Structure:
    """Read one structure from a mask, a label map or a segmentation.

    Parameters
    ----------
    path : path
        NRRD (`.seg.nrrd` with named segments too), NIfTI or MetaImage file; any index order.
    label : str or int, optional
        Segment name or label value; needed where the file holds several. Label names in a NIfTI
        file's header, as TotalSegmentator writes them, count as names.

    Returns
    -------
    Structure
        In RAS mm. Whole numbers are labels; other values between 0 and 1 are occupancy.

    Raises
    ------
    InputError
        If the file cannot be read, or the label is missing, unknown or ambiguous.
    """
    file = Path(path)
    values, matrix, header = read_image(file)
    segments = segments_of(header)
    if segments:
        name, mask = _segment_mask(values, segments, label, file.name)
    else:
        name, mask = _label_mask(values, label, file)
    return Structure.from_mask(name, mask, matrix)


def read_image(file: Path) -> tuple[NDArray[Any], FloatArray, dict[str, str]]:
    """Return values [k, j, i] (or [k, j, i, layer]), ijk_to_ras, and the header's text fields.

    Raises
    ------
    InputError
        If there is no such file, or it cannot be read as a mask.
    """
    if not file.is_file():
        raise InputError(f"The structure file {file} does not exist.")
    if not file.name.lower().endswith(SUFFIXES):
        raise InputError(f"{file.name}: structures are read from {', '.join(SUFFIXES)} files.")
    try:
        import SimpleITK as sitk
    except ImportError as error:
        raise InputError(
            f"{file.name}: reading NRRD and NIfTI files needs the package SimpleITK; install it."
        ) from error
    try:
        image = sitk.ReadImage(str(file))
    except RuntimeError as error:
        reason = str(error).strip().splitlines()[-1]
        raise InputError(f"{file.name} cannot be read as an image ({one_line(reason)}).") from error
    if image.GetDimension() == 4 and image.GetSize()[3] == 1:
        image = image[:, :, :, 0]
    if image.GetDimension() != 3:
        raise InputError(f"{file.name} has {image.GetDimension()} dimensions; a mask has 3.")
    direction = np.array(image.GetDirection()).reshape(3, 3)
    matrix = np.eye(4)
    matrix[:3, :3] = direction * image.GetSpacing()
    matrix[:3, 3] = image.GetOrigin()
    header = {key: image.GetMetaData(key) for key in image.GetMetaDataKeys()}
    return sitk.GetArrayFromImage(image), LPS_TO_RAS @ matrix, header


def segments_of(header: dict[str, str]) -> list[tuple[str, str, int, int]]:
    """Return identifier, name, label value and layer of each segment of a `.seg.nrrd` header."""
    found = []
    for key, value in sorted(header.items()):
        match = re.fullmatch(r"Segment(\d+)_LabelValue", key)
        if match:
            prefix = f"Segment{match[1]}_"
            identifier = header.get(f"{prefix}ID", f"Segment_{match[1]}")
            layer = int(header.get(f"{prefix}Layer", "0"))
            found.append((identifier, header.get(f"{prefix}Name", identifier), int(value), layer))
    return found


def _segment_mask(
    values: NDArray[Any],
    segments: list[tuple[str, str, int, int]],
    label: str | int | None,
    file: str,
) -> tuple[str, NDArray[np.bool_]]:
    listed = ", ".join(name for _, name, _, _ in segments)
    if label is None:
        fitting = segments
    else:
        wanted = str(label)
        fitting = [s for s in segments if wanted in {s[0], s[1]}]
        fitting = fitting or [s for s in segments if s[1].lower() == wanted.lower()]
        fitting = fitting or [s for s in segments if str(s[2]) == wanted]
    if len(fitting) != 1:
        what = "holds no segment" if not fitting else f"holds {len(fitting)} segments"
        named = "" if label is None else f" '{label}'"
        raise InputError(f"{file} {what}{named}; name one of: {listed}.")
    _, name, value, layer = fitting[0]
    plane = values[..., layer] if values.ndim == 4 else values
    mask = plane == value
    if not mask.any():
        raise InputError(f"{file}: the segment {name} is empty.")
    return name, mask


def _label_mask(
    values: NDArray[Any], label: str | int | None, file: Path
) -> tuple[str, NDArray[Any]]:
    if values.ndim != 3:
        raise InputError(f"{file.name} holds several values a voxel; a mask has one.")
    stem = re.sub(r"(\.seg)?(\.nii\.gz|\.[^.]+)$", "", file.name)
    if not np.isfinite(values).all():
        raise InputError(f"{file.name} holds values that are not finite.")
    fractional = not np.issubdtype(values.dtype, np.integer) and bool((values % 1 != 0).any())
    if fractional:
        if values.min() < 0 or values.max() > 1 or label is not None:
            raise InputError(
                f"{file.name} holds values from {values.min():g} to {values.max():g} that are"
                " neither"
                " whole labels nor occupancy between 0 and 1."
            )
        return stem, values
    labels = [int(value) for value in np.unique(values) if value != 0]
    if not labels:
        raise InputError(f"{file.name}: the mask is empty.")
    listed = ", ".join(str(value) for value in labels[:20]) + (" ..." if len(labels) > 20 else "")
    if label is None:
        if len(labels) > 1:
            raise InputError(f"{file.name} holds {len(labels)} labels; name one of: {listed}.")
        return stem, values == labels[0]
    names = label_names(file)
    named = {name: value for value, name in names.items() if value in labels}
    value = named.get(str(label), label)
    if str(value) not in {str(value) for value in labels}:
        listed = ", ".join(sorted(named)) or listed
        raise InputError(f"{file.name} holds no label '{label}'; there is: {listed}.")
    return names.get(int(value), f"{stem}_{value}"), values == int(value)
