"""Attribute values of a DICOM data set, checked and typed."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from ..geometry import InputError

FloatArray = NDArray[np.float64]

LPS_TO_RAS: FloatArray = np.diag([-1.0, -1.0, 1.0, 1.0])
"""DICOM patient coordinates (left, posterior, superior) to RAS; its own inverse."""


def printable(value: object) -> str:
    """Return text on one line without control characters."""
    try:
        written = str(value)
    except Exception:  # pydicom reads a sequence only now, and raises many kinds of errors
        written = type(value).__name__
    return " ".join("".join(c if c.isprintable() else " " for c in written).split())


def one_line(value: object) -> str:
    """Return the beginning of a value or an error's message, fit for a sentence."""
    line = printable(value)
    return line if len(line) <= 60 else f"{line[:60]}..."


def raw(dataset: Dataset, keyword: str, file: str) -> Any:
    """Return an attribute's value, or None where it is absent or empty.

    Raises
    ------
    InputError
        If the stored bytes are not a value of the attribute's type.
    """
    try:
        value = dataset.get(keyword)
    except Exception as error:  # pydicom raises many kinds of errors on malformed bytes
        raise InputError(f"{file}: {keyword} cannot be read ({one_line(error)}).") from error
    if value is None or (isinstance(value, str | bytes) and not value):
        return None
    return value


def text(dataset: Dataset, keyword: str) -> str:
    """Return an attribute as text without padding; empty where absent or unreadable."""
    try:
        value = raw(dataset, keyword, "")
    except InputError:
        return ""
    return "" if value is None else printable(value)


def number(dataset: Dataset, keyword: str, file: str) -> float | None:
    """Return a finite number, or None where the attribute is absent or empty."""
    values = numbers(dataset, keyword, file)
    if values is None:
        return None
    if len(values) != 1:
        raise InputError(f"{file}: {keyword} holds {len(values)} values where one is expected.")
    return float(values[0])


def numbers(
    dataset: Dataset, keyword: str, file: str, count: int | None = None
) -> FloatArray | None:
    """Return finite numbers, or None where the attribute is absent or empty.

    Raises
    ------
    InputError
        If a value is not a finite number, or there are not `count` of them.
    """
    value = raw(dataset, keyword, file)
    if value is None:
        return None
    try:
        result = np.atleast_1d(np.array(value, dtype=np.float64))
    except (OverflowError, TypeError, ValueError) as error:
        raise InputError(f"{file}: {keyword} = {one_line(value)} is not a number.") from error
    if not np.isfinite(result).all():
        raise InputError(f"{file}: {keyword} holds a value that is not finite.")
    if result.size == 0:
        return None
    if count is not None and result.size != count:
        raise InputError(f"{file}: {keyword} holds {result.size} values, {count} are needed.")
    return result


def whole(dataset: Dataset, keyword: str, file: str) -> int | None:
    """Return a whole number, or None where the attribute is absent or empty."""
    value = number(dataset, keyword, file)
    if value is not None and not math.isclose(value, round(value), abs_tol=1e-9):
        raise InputError(f"{file}: {keyword} = {value:g} is not a whole number.")
    return None if value is None else round(value)


def items(dataset: Dataset, keyword: str, file: str) -> tuple[Dataset, ...]:
    """Return the items of a sequence; none where it is absent or empty."""
    value = raw(dataset, keyword, file)
    if value is None:
        return ()
    if not isinstance(value, Sequence):
        raise InputError(f"{file}: {keyword} is not a sequence.")
    return tuple(value)


def plane_axes(dataset: Dataset, file: str) -> tuple[FloatArray, FloatArray] | None:
    """Return the unit vectors (LPS) along a row and along a column, or None where absent.

    Raises
    ------
    InputError
        If ImageOrientationPatient is not a pair of perpendicular unit vectors.
    """
    cosines = numbers(dataset, "ImageOrientationPatient", file, 6)
    if cosines is None:
        return None
    along_row, along_column = cosines[:3], cosines[3:]
    lengths = np.linalg.norm(along_row), np.linalg.norm(along_column)
    if min(lengths) < 0.99 or max(lengths) > 1.01 or abs(along_row @ along_column) > 1e-2:
        raise InputError(
            f"{file}: ImageOrientationPatient {cosines.tolist()} is not a pair of perpendicular"
            " unit vectors."
        )
    return along_row / lengths[0], along_column / lengths[1]


def short_uid(uid: str) -> str:
    """Return a UID's last eight characters, enough to tell two apart in a sentence."""
    return f"...{uid[-8:]}" if len(uid) > 8 else uid or "(none)"
