"""Exported objects as files: new ones only, whole or not at all."""

from __future__ import annotations

from pathlib import Path

from pydicom.dataset import Dataset

from ...geometry import InputError, whole_file
from ..writing_common import save


def write_object(dataset: Dataset, path: Path) -> None:
    """Write a Part 10 file that does not exist yet.

    Raises
    ------
    InputError
        It exists, or cannot be written; nothing is then left behind.
    """
    if path.exists():
        raise InputError(f"Output {path} exists; name a new file.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with whole_file(path) as unfinished:
            save(dataset, unfinished)
    except OSError as error:
        raise InputError(
            f"Output {path} cannot be written: {error.strerror or error}; nothing was changed."
        ) from error
