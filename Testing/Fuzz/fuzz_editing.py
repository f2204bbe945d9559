"""Changes of one object of a case, on the folder of `fuzz_bases.write_case`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pydicom
from fuzz_dicom import set_raw, written
from pydicom.dataset import Dataset

Change = Callable[[Path], None]


def edit(path: Path, change: Callable[[Dataset], Any]) -> None:
    dataset = pydicom.dcmread(path)
    change(dataset)
    path.write_bytes(written(dataset))


def slices(folder: Path) -> list[Path]:
    """The images from below upward."""
    paths = (folder / "CT").iterdir()
    return sorted(paths, key=lambda p: float(pydicom.dcmread(p).ImagePositionPatient[2]))


def every_file(folder: Path) -> list[Path]:
    return [p for p in sorted(folder.rglob("*")) if p.is_file()]


def contours(dataset: Dataset) -> Iterator[Dataset]:
    for roi in dataset.ROIContourSequence:
        yield from roi.ContourSequence


def setting(file: str, **values: Any) -> Change:
    """Set attributes of an object (None: remove them)."""

    def change(dataset: Dataset) -> None:
        for keyword, value in values.items():
            if value is None:
                del dataset[keyword]
            elif isinstance(value, bytes):
                set_raw(dataset, dataset[keyword].tag, dataset[keyword].VR, value)
            else:
                setattr(dataset, keyword, value)

    return lambda folder: edit(folder / file, change)
