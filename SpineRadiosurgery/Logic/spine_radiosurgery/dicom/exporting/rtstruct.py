"""An RT Structure Set on the original planning image, alone or with the case's own structures."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import numpy as np
from pydicom.charset import default_encoding
from pydicom.dataset import Dataset
from pydicom.uid import ImplicitVRLittleEndian

from ...case import PatientIdentity
from ...geometry import InputError, with_progress
from ..values import LPS_TO_RAS
from ..writing_common import reference
from ..writing_structures import (
    CONTOUR_DATA,
    RT_STRUCTURE_STORAGE,
    STUDY_COMPONENT,
    contour_data,
)
from .common import new_object, object_uids, put_moment
from .contours import PlanarContours, planar_contours
from .files import write_object
from .merging import Former, former_structures
from .source import ExportSource
from .structures import (
    Code,
    ExportedStructure,
    ExportResult,
    WrittenStructure,
    unique_names,
    volume_notes,
)

LABEL, LABEL_MERGED = "SpineSRS", "SpineSRS merged"
"""Structure set labels; 16 characters at most (SH)."""
_SERIES_NUMBER = 9001
_NAME = "Spine radiosurgery structures"
_DESCRIPTION = (
    "Made by SpineRadiosurgery, research only, not approved. Contours of masks and of parts cut"
    " between slices enclose the volume of each slice; regions with holes are several contours,"
    " inside by the even-odd rule."
)


def export_rtstruct(
    path: str | os.PathLike[str],
    structures: Sequence[ExportedStructure],
    source: ExportSource,
    *,
    merge: bool = False,
    identity: PatientIdentity | None = None,
    moment: datetime | None = None,
) -> ExportResult:
    """Write structures as an RTSTRUCT that refers to the original image.

    Study, frame of reference, series and slices are the original's; series and structure set have
    UIDs of their own, the same for the same content.

    Parameters
    ----------
    path : path
        New file.
    structures : sequence of ExportedStructure
    source : ExportSource
    merge : bool
        Copy all structures of the case's own structure set, too, their contours byte for byte.
    identity : PatientIdentity, optional
        Who the patient is; by default the study code stands for name and ID.
    moment : datetime, optional
        Of the export; now by default.

    Returns
    -------
    ExportResult

    Raises
    ------
    InputError
        Nothing to write, a structure outside the image, no structure set to merge with, or a file
        that exists or cannot be written.
    """
    former = former_structures(source, identity) if merge else None
    drawn = [
        _Drawn(s, planar_contours(s.structure, source.planes))
        for s in with_progress(tuple(structures), lambda s: f"Drawing contours of {s.name}")
    ]
    kept = [] if former is None else [d for d in drawn if _is_copied(d, former, source)]
    own = [d for d in drawn if d not in kept]
    if not drawn:
        raise InputError("There is no structure to export.")
    names = unique_names([d.exported.name for d in own], former.names if former else ())
    first = former.next_number if former else 1
    numbered = [
        replace(one, name=name, number=number)
        for number, (one, name) in enumerate(zip(own, names, strict=True), start=first)
    ]
    dataset = _dataset(numbered, source, former, identity, moment or datetime.now())
    written = tuple(_written(one) for one in numbered)
    renamed = [
        f"{one.exported.name} is called {one.name}: the structure set has another of that name."
        for one in numbered
        if one.name != one.exported.name
    ]
    copied = [f"{d.exported.name} is in the structure set already; it was copied." for d in kept]
    result = Path(path)
    write_object(dataset, result)
    return ExportResult(
        result, str(dataset.SOPInstanceUID), written, (*renamed, *copied, *_notes(written))
    )


@dataclass(frozen=True, eq=False)
class _Drawn:
    """A structure with its contours, its name in the file and its ROI number."""

    exported: ExportedStructure
    contours: PlanarContours
    name: str = ""
    number: int = 0


def _is_copied(drawn: _Drawn, former: Former, source: ExportSource) -> bool:
    """Whether these are the very contours of a structure that is copied."""
    structure = drawn.exported.structure
    name = former.name_of.get(structure.number or -1)
    if name is None:
        return False
    # A case that was read with a study code has names without the patient's.
    known = (name, source.pseudonym.hide(name))
    same = {text for one in known for text in (one, f"{one} (ROI {structure.number})")}
    return structure.name in same and drawn.contours.drawn


def _notes(written: Sequence[WrittenStructure]) -> tuple[str, ...]:
    return tuple(note for structure in written for note in structure.notes)


def _dataset(
    drawn: Sequence[_Drawn],
    source: ExportSource,
    former: Former | None,
    identity: PatientIdentity | None,
    moment: datetime,
) -> Dataset:
    names = [one.name for one in drawn]
    sha = hashlib.sha256(repr((names, former and former.sha256, identity)).encode())
    contours = []
    for one in drawn:
        contours.append(_contours(one, source))
        for item in contours[-1].ContourSequence:
            sha.update(item.get_item(CONTOUR_DATA).value)
    uids = object_uids("RTSTRUCT", source, sha.hexdigest())
    dataset = new_object(RT_STRUCTURE_STORAGE, uids, source, identity, moment)
    # With explicit VR a contour of more than 64 kB could only be written as of unknown type.
    dataset.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian
    dataset.Modality, dataset.SeriesNumber, dataset.InstanceNumber = "RTSTRUCT", _SERIES_NUMBER, 1
    dataset.OperatorsName = ""
    dataset.StructureSetLabel = LABEL_MERGED if former else LABEL
    dataset.SeriesDescription = dataset.StructureSetName = _NAME
    dataset.StructureSetDescription = _DESCRIPTION
    put_moment(dataset, moment, "StructureSet")
    dataset.FrameOfReferenceUID, dataset.PositionReferenceIndicator = source.frame_uid, ""
    dataset.ReferencedFrameOfReferenceSequence = _frames(source, former)
    rois = [_roi(one, source) for one in drawn]
    first = former.next_observation if former else 1
    observations = [_observation(count, one) for count, one in enumerate(drawn, start=first)]
    if former is not None:
        dataset.PredecessorStructureSetSequence = [reference(RT_STRUCTURE_STORAGE, former.uid)]
        rois, contours = [*former.rois, *rois], [*former.contours, *contours]
        observations = [*former.observations, *observations]
    dataset.StructureSetROISequence = rois
    dataset.ROIContourSequence = contours
    dataset.RTROIObservationsSequence = observations
    dataset.ApprovalStatus = "UNAPPROVED"
    return dataset


def _written(drawn: _Drawn) -> WrittenStructure:
    volume_cc, found, name = drawn.exported.structure.volume_cc, drawn.contours, drawn.name
    notes = volume_notes(
        name, volume_cc, found.volume_cc, "it reaches beyond the image's slices or between them"
    )
    if found.cut_planes:
        notes += (
            f"{name} ends between two slices; {len(found.cut_planes)} end contour(s) are smaller"
            " for that, so that the volume is right.",
        )
    return WrittenStructure(name, drawn.number, volume_cc, found.volume_cc, notes)


def _frames(source: ExportSource, former: Former | None) -> list[Dataset]:
    """The frames of reference with the slices that the contours lie on."""
    series = Dataset()
    series.SeriesInstanceUID = source.series_uid
    series.ContourImageSequence = [reference(source.class_uid, uid) for uid in source.image_uids]
    study = reference(STUDY_COMPONENT, source.study_uid)
    study.RTReferencedSeriesSequence = [series]
    frames = list(former.frames) if former else []
    for frame in frames:
        if frame.get("FrameOfReferenceUID") == source.frame_uid:
            studies = frame.get("RTReferencedStudySequence") or []
            known = [s for one in studies for s in one.get("RTReferencedSeriesSequence") or []]
            if all(one.get("SeriesInstanceUID") != source.series_uid for one in known):
                frame.RTReferencedStudySequence = [*studies, study]
            return frames
    own = Dataset()
    own.FrameOfReferenceUID = source.frame_uid
    own.RTReferencedStudySequence = [study]
    return [*frames, own]


def _roi(drawn: _Drawn, source: ExportSource) -> Dataset:
    roi = Dataset()
    roi.ROINumber, roi.ROIName = drawn.number, drawn.name
    roi.ReferencedFrameOfReferenceUID = source.frame_uid
    roi.ROIVolume = f"{drawn.contours.volume_cc:.6g}"
    if drawn.exported.description:
        roi.ROIDescription = drawn.exported.description[:1024]
    roi.ROIGenerationAlgorithm = drawn.exported.algorithm
    return roi


def _contours(drawn: _Drawn, source: ExportSource) -> Dataset:
    items = []
    for count, (plane, points) in enumerate(drawn.contours.polygons, start=1):
        item = Dataset()
        item.ContourImageSequence = [reference(source.class_uid, source.image_uids[plane])]
        item.ContourGeometricType = "CLOSED_PLANAR"
        item.NumberOfContourPoints, item.ContourNumber = len(points), count
        item[CONTOUR_DATA] = contour_data(np.asarray(points @ LPS_TO_RAS[:3, :3]) + 0.0)
        # As if it had been read like this: pydicom then writes the text as it is.
        item.set_original_encoding(True, True, default_encoding)
        items.append(item)
    contours = Dataset()
    contours.ROIDisplayColor = list(drawn.exported.color)
    contours.ContourSequence = items
    contours.ReferencedROINumber = drawn.number
    return contours


def _observation(count: int, drawn: _Drawn) -> Dataset:
    exported = drawn.exported
    observation = Dataset()
    observation.ObservationNumber, observation.ReferencedROINumber = count, drawn.number
    observation.ROIObservationLabel = drawn.name[:16]
    identification = coded(exported.type)
    if exported.modifier is not None:
        identification.SegmentedPropertyTypeModifierCodeSequence = [coded(exported.modifier)]
    observation.SegmentedPropertyCategoryCodeSequence = [coded(exported.category)]
    observation.RTROIIdentificationCodeSequence = [identification]
    observation.RTROIInterpretedType = exported.interpreted_type
    observation.ROIInterpreter = ""
    return observation


def coded(code: Code) -> Dataset:
    """Item of a code sequence."""
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = code
    return item
