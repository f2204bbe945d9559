"""Files in a case's folder that are none of its own."""

from __future__ import annotations

from .completeness import has_preamble, looks_like_bare_dataset

DICOM_SUFFIXES = (".dcm", ".dicom", ".ima")
START_BYTES = 132
"""As much of a file tells whether it may be a DICOM file."""


def is_foreign(start: bytes, name: str) -> bool:
    """Say whether a file is surely left alone: neither begun nor named like a DICOM file.

    Parameters
    ----------
    start : bytes
        Its first `START_BYTES`.
    name : str
    """
    begun = has_preamble(start) or looks_like_bare_dataset(start)
    return not begun and not name.lower().endswith(DICOM_SUFFIXES)
