"""Rigid transforms from files: a follow-up image brought to the planning image."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np

from ..geometry import InputError, rigid_matrix
from .itk_files import decimal_points
from .values import LPS_TO_RAS, FloatArray, one_line

ITK_SUFFIXES = (".tfm", ".h5", ".hdf5", ".mat")
BINARY_SUFFIXES = (".h5", ".hdf5")
TRIAL = """
import sys
try:
    import SimpleITK
except ImportError:
    sys.exit(0)
SimpleITK.ReadTransform(sys.argv[1])
"""
TRIAL_SECONDS = 60.0
TEXT_SUFFIXES = (".txt", ".csv")
ITK_TEXT = "#Insight Transform File"
LARGEST_BYTES = 64_000_000
ARM_MM = 1000.0
"""An ITK transform is read at the origin and this far along each axis."""
RIGID_HINT = "register the follow-up image to the planning image with rotation and translation only"


def read_transform(path: str | os.PathLike[str]) -> FloatArray:
    """Read the rigid transform that brings a follow-up image to the planning image.

    A matrix file holds the 4x4 matrix itself: RAS, mm, follow-up to plan (`plan = matrix @ point`),
    as 3D Slicer shows it for the transform above the follow-up image ("transform to parent").

    An ITK transform file, which 3D Slicer saves of the same transform and which ANTs writes
    of a registration with the planning image as the fixed one, maps the other way: points of
    the fixed (planning) image to the moving one, in LPS. It is turned round here. A file of a
    registration with the follow-up as the fixed image must be inverted before.

    Parameters
    ----------
    path : path
        `.json` (four lists of four numbers), `.csv` or `.txt` (four lines of four numbers; "#"
        starts a comment); ITK `.tfm`, `.txt`, `.h5`, `.hdf5`, `.mat`, a composite of linear
        transforms as well.

    Returns
    -------
    (4, 4) array
        RAS mm, follow-up to plan; free of rounding.

    Raises
    ------
    InputError
        The file cannot be read, or the transform is not rigid.
    """
    file = Path(path)
    if not os.path.isfile(file):
        raise InputError(f"The transform file {file} does not exist.")
    suffix = file.suffix.lower()
    if suffix in ITK_SUFFIXES:
        matrix = _from_itk(file)
    elif suffix == ".json":
        matrix = _from_json(file)
    elif suffix in TEXT_SUFFIXES:
        content = _text_of(file)
        matrix = _from_itk(file) if content.startswith(ITK_TEXT) else _from_lines(content, file)
    elif suffix == ".dcm":
        raise InputError(
            f"{file.name}: a DICOM registration does not say which of its images is the plan's; "
            "load it in 3D Slicer, save the transform of the follow-up image and give that file."
        )
    else:
        listed = ", ".join((".json", *TEXT_SUFFIXES, *ITK_SUFFIXES))
        raise InputError(f"{file.name}: transforms are read from {listed} files.")
    try:
        rigid: FloatArray = rigid_matrix(matrix)
    except InputError as error:
        raise InputError(f"{file.name}: {error}") from error
    return rigid


def _from_json(file: Path) -> FloatArray:
    try:
        rows = json.loads(_text_of(file))
    except (RecursionError, ValueError) as error:
        raise InputError(f"{file.name} is no JSON file ({one_line(error)}).") from error
    return _four_by_four(rows, file.name)


def _from_lines(content: str, file: Path) -> FloatArray:
    lines = (line.split("#")[0].strip() for line in content.splitlines())
    return _four_by_four([re.split(r"\s*[,;]\s*|\s+", line) for line in lines if line], file.name)


def _four_by_four(rows: Any, name: str) -> FloatArray:
    is_table = isinstance(rows, list) and len(rows) == 4
    if not is_table or not all(isinstance(row, list) and len(row) == 4 for row in rows):
        raise InputError(
            f"{name} holds no 4x4 matrix; write four lines of four numbers: rotation and "
            "translation in mm (RAS, follow-up to plan), and 0 0 0 1."
        )
    try:
        return np.array(rows, dtype=np.float64)
    except (OverflowError, TypeError, ValueError) as error:
        raise InputError(f"{name}: a value of the matrix is no number.") from error


def _text_of(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            content = stream.read(LARGEST_BYTES + 1)
        if len(content) > LARGEST_BYTES:
            raise InputError(f"{file.name} is larger than {LARGEST_BYTES // 10**6} MB: no matrix.")
        return content.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{file.name} cannot be read as text ({one_line(error)}).") from error


def _from_itk(file: Path) -> FloatArray:
    """Read an ITK transform and turn it round: RAS, moving image to fixed image."""
    try:
        import SimpleITK as sitk
    except ImportError as error:
        raise InputError(
            f"{file.name}: reading ITK transforms needs the package SimpleITK; install it."
        ) from error
    damaged = f"{file.name} cannot be read as an ITK transform; save it again in 3D Slicer."
    if file.suffix.lower() in BINARY_SUFFIXES and _fails_elsewhere(file):
        raise InputError(damaged)
    try:
        with decimal_points():
            transform = sitk.ReadTransform(str(file))
    except (RuntimeError, UnicodeError) as error:
        raise InputError(damaged) from error
    _check_single(file)
    if transform.GetDimension() != 3:
        raise InputError(f"{file.name} is a transform in {transform.GetDimension()} dimensions.")
    if not transform.IsLinear():
        raise InputError(
            f"{file.name} holds a transform that deforms ({transform.GetName()}): {RIGID_HINT}, or "
            "harden it on the recurrence in 3D Slicer and give that without a transform."
        )
    origin = np.array(transform.TransformPoint((0.0, 0.0, 0.0)))
    ends = [transform.TransformPoint(tuple(end)) for end in ARM_MM * np.eye(3)]
    matrix = np.eye(4)
    matrix[:3, :3] = (np.array(ends) - origin).T / ARM_MM
    matrix[:3, 3] = origin
    if not np.isfinite(matrix).all() or abs(np.linalg.det(matrix)) < 1e-6:
        raise InputError(f"{file.name} holds a transform without an inverse; {RIGID_HINT}.")
    return np.linalg.inv(LPS_TO_RAS @ matrix @ LPS_TO_RAS).astype(np.float64)


def _fails_elsewhere(file: Path) -> bool:
    """Say whether another process cannot read a file: HDF5 ends its process at some damaged ones.

    Where there is no Python to start, as in an application that it is built into, the answer is no.
    """
    if not Path(sys.executable or "").name.lower().startswith("python"):
        return False
    try:
        tried = subprocess.run(
            [sys.executable, "-c", TRIAL, str(file)],
            capture_output=True,
            timeout=TRIAL_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return True
    except OSError:
        return False
    return tried.returncode != 0


def _check_single(file: Path) -> None:
    """Refuse a text file with transforms side by side: SimpleITK would drop all but the first."""
    with file.open("rb") as stream:
        if not stream.read(len(ITK_TEXT)).decode("latin-1").startswith(ITK_TEXT):
            return
    kinds = re.findall(r"^Transform:\s*(\w+)", _text_of(file), re.MULTILINE)
    if len(kinds) > 1 and not kinds[0].startswith("CompositeTransform"):
        raise InputError(
            f"{file.name} holds {len(kinds)} transforms side by side; save one, or a composite."
        )
