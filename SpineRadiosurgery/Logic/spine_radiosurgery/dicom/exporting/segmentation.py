"""A DICOM Segmentation (SEG) on the planning image's own voxels, through highdicom."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from pydicom.dataset import Dataset

from ... import __version__
from ...case import PatientIdentity
from ...geometry import InputError, with_progress
from ..writing_common import MANUFACTURER, own_uid
from .common import CHARACTER_SET, object_uids, put_moment, put_patient_and_study
from .files import write_object
from .packages import check_highdicom
from .rtstruct import coded
from .source import PATIENT, STUDY, ExportSource
from .structures import (
    ExportedStructure,
    ExportResult,
    WrittenStructure,
    unique_names,
    volume_notes,
)
from .voxels import touched_planes, whole_voxels

_SERIES_NUMBER = 9002
_ALGORITHM = ("123104", "DCM", "Morphological Operations")


def export_seg(
    path: str | os.PathLike[str],
    structures: Sequence[ExportedStructure],
    source: ExportSource,
    *,
    identity: PatientIdentity | None = None,
    moment: datetime | None = None,
) -> ExportResult:
    """Write structures as a binary SEG on the planning image's grid, coded, one segment each.

    Binary, because dcmqi (and so 3D Slicer) and OHIF read no fractional ones. Each segment has as
    many voxels as its volume fills, the fullest ones (see `whole_voxels`).

    Parameters and errors as in `export_rtstruct`.

    Raises
    ------
    InputError
        highdicom is missing, or pydicom is older than 3.
    """
    check_highdicom()
    if not structures:
        raise InputError("There is no structure to export.")
    reached = [touched_planes(s.structure, source.planes) for s in structures]
    for exported, rows in zip(structures, reached, strict=True):
        if not rows:
            raise InputError(f"{exported.name} lies outside the planning image.")
    rows = range(min(r.start for r in reached), max(r.stop for r in reached))
    shape = (len(rows), source.planes.size[1], source.planes.size[0], len(structures))
    voxels = np.zeros(shape, dtype=np.uint8)
    names = unique_names(s.name for s in structures)
    written = []
    sha = hashlib.sha256(repr((names, identity)).encode())
    for n, exported in enumerate(with_progress(tuple(structures), lambda s: f"Filling {s.name}")):
        filled, found_cc = whole_voxels(exported.structure, source.planes, rows)
        voxels[..., n] = filled
        sha.update(np.packbits(filled).tobytes())
        true_cc = exported.structure.volume_cc
        why = "it is made of whole voxels within the planning image"
        notes = volume_notes(names[n], true_cc, found_cc, why)
        written.append(WrittenStructure(names[n], n + 1, true_cc, found_cc, notes))
    uids = object_uids("SEG", source, sha.hexdigest())
    described = [
        _description(number, name, exported, source)
        for number, (name, exported) in enumerate(zip(names, structures, strict=True), start=1)
    ]
    images = [_image(source, number, identity) for number in rows]
    segmentation = _segmentation(images, voxels, described, uids)
    _finish(segmentation, structures, uids[1], moment or datetime.now())
    put_patient_and_study(segmentation, source, identity)
    result = Path(path)
    write_object(segmentation, result)
    notes = tuple(note for one in written for note in one.notes)
    return ExportResult(result, uids[1], tuple(written), notes)


def tracking_uid(source: ExportSource, name: str) -> str:
    """UID by which one structure is known in all objects of a case."""
    return own_uid("tracking", source.digest, source.series_uid, name)


def _description(number: int, name: str, exported: ExportedStructure, source: ExportSource) -> Any:
    import highdicom

    concept = highdicom.sr.CodedConcept
    automatic = exported.algorithm != "MANUAL"
    return highdicom.seg.SegmentDescription(
        segment_number=number,
        segment_label=name,
        segmented_property_category=concept(*exported.category),
        segmented_property_type=concept(*exported.type),
        algorithm_type=exported.algorithm,
        algorithm_identification=highdicom.AlgorithmIdentificationSequence(
            name=MANUFACTURER, family=concept(*_ALGORITHM), version=__version__
        )
        if automatic
        else None,
        tracking_uid=tracking_uid(source, exported.name),
        tracking_id=name,
        display_color=highdicom.color.CIELabColor.from_rgb(*exported.color),
    )


def _image(source: ExportSource, number: int, identity: PatientIdentity | None) -> Dataset:
    """Header of one slice with the patient as they are to be written."""
    image = Dataset()
    for element in source.headers[number]:
        if element.keyword not in (*PATIENT, *STUDY):
            image[element.tag] = element
    put_patient_and_study(image, source, identity)
    image.SpecificCharacterSet = CHARACTER_SET
    if "SliceThickness" not in image:
        image.SliceThickness = None  # highdicom reads it, empty or not
    return without_patient(image)


def without_patient(dataset: Dataset) -> Dataset:
    """Return it without what highdicom judges as clinics write it; that is put in later."""
    for keyword in ("PatientName", "PatientBirthDate", "PatientSex", "StudyDate", "StudyTime"):
        setattr(dataset, keyword, "")
    return dataset


def _segmentation(
    images: list[Dataset], voxels: Any, described: list[Any], uids: tuple[str, str]
) -> Any:
    import highdicom

    return highdicom.seg.Segmentation(
        source_images=images,
        pixel_array=voxels,
        segmentation_type=highdicom.seg.SegmentationTypeValues.BINARY,
        segment_descriptions=described,
        series_instance_uid=uids[0],
        series_number=_SERIES_NUMBER,
        sop_instance_uid=uids[1],
        instance_number=1,
        manufacturer=MANUFACTURER,
        manufacturer_model_name=MANUFACTURER,
        software_versions=__version__,
        device_serial_number="0",
        content_description="Spine radiosurgery structures, research only",
        content_label="SPINE_SRS",
        series_description="Spine radiosurgery segments",
    )


def _finish(
    segmentation: Any, structures: Sequence[ExportedStructure], uid: str, moment: datetime
) -> None:
    """Fill in what highdicom leaves out or fills in anew each time."""
    put_moment(segmentation, moment, "Content", "Series")
    organization = own_uid("dimensions", uid)
    for item in segmentation.DimensionOrganizationSequence:
        item.DimensionOrganizationUID = organization
    for item in segmentation.DimensionIndexSequence:
        item.DimensionOrganizationUID = organization
    for item, exported in zip(segmentation.SegmentSequence, structures, strict=True):
        if exported.modifier is not None:
            kind = item.SegmentedPropertyTypeCodeSequence[0]
            kind.SegmentedPropertyTypeModifierCodeSequence = [coded(exported.modifier)]
