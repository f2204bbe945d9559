"""The library highdicom, which SEG and SR are written with."""

from __future__ import annotations

import importlib.util

import pydicom

from ...geometry import InputError

_OLDEST_PYDICOM = 3


def why_no_highdicom() -> str:
    """Say why DICOM SEG and SR cannot be written here; "" where they can."""
    what = "DICOM SEG and SR need the package highdicom with pydicom 3 or newer"
    if int(pydicom.__version_info__[0]) < _OLDEST_PYDICOM:
        return (
            f"{what}; here is pydicom {pydicom.__version__} (not on 3D Slicer 5.10, whose pydicom"
            " 2.4 is too old; 5.12 has both)."
        )
    if importlib.util.find_spec("highdicom") is None:
        return f"{what}; install the extra 'exports' of spine-radiosurgery."
    return ""


def check_highdicom() -> None:
    """Refuse what needs highdicom where it is missing.

    Raises
    ------
    InputError
    """
    reason = why_no_highdicom()
    if reason:
        raise InputError(reason)
