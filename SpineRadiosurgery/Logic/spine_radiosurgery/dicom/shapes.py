"""Masks from NRRD, NIfTI and segmentation files."""

from __future__ import annotations

import math
import os
import re
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..geometry import InputError, Structure
from .image_headers import check_header
from .itk_files import check_voxels_beside, decimal_points
from .nifti_names import label_names
from .values import LPS_TO_RAS, FloatArray, one_line, printable

SUFFIXES = (".nrrd", ".nhdr", ".nii", ".nii.gz", ".mha", ".mhd")
MOST_VALUES = 2**28
"""Voxels times layers: 512 x 512 x 1024."""
LARGEST_DIRECTION = 10.0
"""Directions of axes have the length 1; some programs write the spacing into them."""
MOST_PACKED = 1100
"""Values a byte of a compressed file; gzip packs 1032 equal bytes into one."""


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
    if not os.path.isfile(file):
        raise InputError(f"The structure file {file} does not exist.")
    if not file.name.lower().endswith(SUFFIXES):
        raise InputError(f"{file.name}: structures are read from {', '.join(SUFFIXES)} files.")
    try:
        import SimpleITK as sitk
    except ImportError as error:
        raise InputError(
            f"{file.name}: reading NRRD and NIfTI files needs the package SimpleITK; install it."
        ) from error
    if _image_io(file.name) != "NiftiImageIO":
        check_voxels_beside(file)
    check_header(file)
    try:
        reader = sitk.ImageFileReader()
        reader.SetImageIO(_image_io(file.name))
        reader.SetFileName(str(file))
        with decimal_points():
            reader.ReadImageInformation()
            _check_size(reader, file)
            _check_directions(reader, file)
            image = reader.Execute()
    except (RuntimeError, UnicodeError) as error:
        raise InputError(
            f"{file.name} cannot be read as an image: it is damaged, or not what its name says; "
            "export it again."
        ) from error
    if image.GetDimension() == 4 and image.GetSize()[3] == 1:
        image = image[:, :, :, 0]
    if image.GetDimension() != 3:
        raise InputError(f"{file.name} has {image.GetDimension()} dimensions; a mask has 3.")
    direction = np.array(image.GetDirection()).reshape(3, 3)
    matrix = np.eye(4)
    matrix[:3, :3] = direction * image.GetSpacing()
    matrix[:3, 3] = image.GetOrigin()
    return sitk.GetArrayFromImage(image), LPS_TO_RAS @ matrix, _text_fields(image)


def _image_io(name: str) -> str:
    """Name the reader of a file's format, so that no other one is tried on a damaged file."""
    name = name.lower()
    formats = {"NrrdImageIO": (".nrrd", ".nhdr"), "MetaImageIO": (".mha", ".mhd")}
    return next((io for io, ends in formats.items() if name.endswith(ends)), "NiftiImageIO")


def _check_size(reader: Any, file: Path) -> None:
    """Refuse what a header announces and the file cannot hold, before memory is taken for it."""
    voxels = math.prod(reader.GetSize())
    is_detached = file.name.lower().endswith((".nhdr", ".mhd"))
    packed = file.stat().st_size * MOST_PACKED
    values = voxels * reader.GetNumberOfComponents()
    if not values:
        raise InputError(f"{file.name} holds no voxels; export it again.")
    if values > MOST_VALUES or not (is_detached or values <= packed):
        raise InputError(
            f"{file.name} announces {' x '.join(map(str, reader.GetSize()))} voxels, "
            f"more than {'a mask has' if values > MOST_VALUES else 'it can hold'}; export it again."
        )


def _check_directions(reader: Any, file: Path) -> None:
    """Refuse what are no directions: ITK searches without end for an inverse of huge numbers."""
    if not (np.abs(reader.GetDirection()) <= LARGEST_DIRECTION).all():
        raise InputError(
            f"{file.name} lies in no patient: the directions of its axes are damaged; export it "
            "again."
        )


def _text_fields(image: Any) -> dict[str, str]:
    """Return the header's fields but for those that are no text."""
    found = {}
    for key in image.GetMetaDataKeys():
        try:
            found[key] = image.GetMetaData(key)
        except (TypeError, UnicodeError):
            continue  # Bytes that are no UTF-8, as a name or as a value.
    return found


def segments_of(header: dict[str, str]) -> list[tuple[str, str, int, int]]:
    """Return identifier, name, label value and layer of each segment of a `.seg.nrrd` header."""
    found = []
    for key, value in sorted(header.items()):
        match = re.fullmatch(r"Segment(\d+)_LabelValue", key)
        if match:
            prefix = f"Segment{match[1]}_"
            identifier = header.get(f"{prefix}ID", f"Segment_{match[1]}")
            layer = _whole(header.get(f"{prefix}Layer", "0"), f"{prefix}Layer")
            name = printable(header.get(f"{prefix}Name", identifier))
            found.append((printable(identifier), name, _whole(value, key), layer))
    return found


def _whole(value: str, field: str) -> int:
    if not re.fullmatch(r"\s*[0-9]{1,9}\s*", value, re.ASCII):
        raise InputError(
            f"The segmentation's field {field} is {one_line(value)!r} instead of a whole number; "
            "save it again."
        )
    return int(value)


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
    if layer >= (values.shape[-1] if values.ndim == 4 else 1):
        raise InputError(f"{file}: the segment {name} lies in a layer that the file does not have.")
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
