"""The case's own structure set, copied without what tells persons."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydicom.charset import default_encoding
from pydicom.dataelem import DataElement, RawDataElement
from pydicom.dataset import Dataset

from ...case import PatientIdentity
from ...geometry import InputError, report_progress
from ..scanning import parse, read_bytes
from ..values import items, whole
from ..writing_structures import CONTOUR_DATA
from .source import ExportSource

_TEXTS = ("LO", "SH", "ST", "LT", "UT", "UC")
_EMPTIED = ("PN", "DA", "DT", "TM")
"""Names of persons and dates."""
_DROPPED = ("Institution", "Station", "Physician", "Operator", "Person")
"""Beginnings and parts of attributes that tell who and where."""


@dataclass(frozen=True, eq=False)
class Former:
    """What is copied of a structure set.

    Attributes
    ----------
    uid, sha256 : str
    frames, rois, contours, observations : tuple of Dataset
        Items of the structure set's sequences.
    name_of : dict of int to str
        Name of every ROI by its number.
    next_number, next_observation : int
        Free for ROIs and observations that are added.
    """

    uid: str
    sha256: str
    frames: tuple[Dataset, ...]
    rois: tuple[Dataset, ...]
    contours: tuple[Dataset, ...]
    observations: tuple[Dataset, ...]
    name_of: dict[int, str]
    next_number: int
    next_observation: int

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the ROIs."""
        return tuple(self.name_of.values())


def former_structures(source: ExportSource, identity: PatientIdentity | None) -> Former:
    """Read the case's structure set to be copied.

    Private attributes, names of persons, dates and institutions are left out; in texts the patient
    is hidden unless an identity is given. Contours, numbers, names, types and colors are kept.

    Raises
    ------
    InputError
        The case has no structure set, or it cannot be read.
    """
    file = source.structure_set
    if file is None:
        raise InputError(
            "There is no structure set of this case to merge with; export without merging."
        )
    data = read_bytes(file.path, file.name)
    original = parse(data, file.name)

    def hide(text: str) -> str:
        return text if identity is not None else file.pseudonym.hide(source.pseudonym.hide(text))

    def copied(keyword: str) -> tuple[Dataset, ...]:
        return tuple(_copied(item, hide) for item in items(original, keyword, file.name))

    rois = copied("StructureSetROISequence")
    observations = copied("RTROIObservationsSequence")
    numbers = [whole(roi, "ROINumber", file.name) for roi in rois]
    counts = [whole(o, "ObservationNumber", file.name) or 0 for o in observations]
    name_of = {n: str(roi.get("ROIName", "")) for n, roi in zip(numbers, rois, strict=True) if n}
    return Former(
        uid=file.uid,
        sha256=hashlib.sha256(data).hexdigest(),
        frames=copied("ReferencedFrameOfReferenceSequence"),
        rois=rois,
        contours=copied("ROIContourSequence"),
        observations=observations,
        name_of=name_of,
        next_number=max((n or 0 for n in numbers), default=0) + 1,
        next_observation=max(counts, default=0) + 1,
    )


def _copied(item: Dataset, hide: Callable[[str], str]) -> Dataset:
    copy = Dataset()
    report_progress()
    for tag in list(item.keys()):
        if tag.is_private:
            continue
        if tag == CONTOUR_DATA:
            copy[tag] = _same_text(item)
            copy.set_original_encoding(True, True, default_encoding)
            continue
        element = item[tag]
        if any(word in element.keyword for word in _DROPPED):
            continue
        value: Any = element.value
        if element.VR == "SQ":
            value = [_copied(one, hide) for one in element.value]
        elif element.VR in _EMPTIED:
            value = None
        elif element.VR in _TEXTS and element.value:
            several = not isinstance(element.value, str)
            value = [hide(str(one)) for one in element.value] if several else hide(element.value)
        copy[tag] = DataElement(tag, element.VR, value)
    return copy


def _same_text(item: Dataset) -> RawDataElement:
    """Coordinates as they are stored, whatever the file's transfer syntax."""
    element = item.get_item(CONTOUR_DATA)
    if isinstance(element, RawDataElement) and isinstance(element.value, bytes):
        value = element.value
    else:
        value = "\\".join(str(number) for number in item[CONTOUR_DATA].value).encode("ascii")
        value += b" " * (len(value) % 2)
    return RawDataElement(CONTOUR_DATA, "DS", len(value), value, 0, False, True)
