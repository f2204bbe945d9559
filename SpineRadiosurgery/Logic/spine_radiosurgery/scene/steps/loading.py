"""Step 1: a case into a scene, and nodes back into a case."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from ...case import (
    Case,
    ImageVolume,
    InputError,
    ListedObject,
    Prescription,
    SourceFile,
    Structure,
    guess_role,
)
from ...case.hidden_case import hidden_case
from ...geometry import report_progress, stage
from ..arrays import set_voxels
from ..hierarchy import place_in_hierarchy
from ..identity import pseudonym_of
from ..volumes import (
    DOSE_ATTRIBUTE,
    dose_grid_from_node,
    dose_node,
    image_from_node,
    volume_node,
)
from ..whole import whole_step
from .records import PREFIX, Record, plain, read_record, write_record
from .roles import IGNORED, with_role
from .structures import add_segmentation, readable_structures, segment_ids

CASE = "Case"
KEY = f"{PREFIX}{CASE}"
"""Attribute with which the nodes of one case know each other."""
_KEPT = ("identifier", "dose_label", "dose_summation", "warnings", "unusable", "parameters", "uids")


@dataclass(frozen=True, eq=False)
class CaseNodes:
    """A case in a scene.

    Attributes
    ----------
    image, dose : vtkMRMLScalarVolumeNode or None
    structures : vtkMRMLSegmentationNode
    """

    image: Any
    dose: Any
    structures: Any


def load_case(scene: Any, folder: str | Path, **choices: Any) -> CaseNodes:
    """Read a DICOM-RT folder into a scene.

    Parameters
    ----------
    scene : vtkMRMLScene
    folder : path
    **choices
        Of `read_dicom_case`: `dose`, `structures`, `plan`, ... by UID or label; `identify` keeps
        the patient's name and ID in the scene, where `identity_of` finds them.

    Raises
    ------
    InputError
        The folder holds no usable plan.
    """
    from ...dicom import read_dicom_case

    with stage("Reading the case", 0.0, 0.4):
        case = read_dicom_case(folder, need_dose=False, **choices)
    with stage("Adding the case", 0.4, 1.0):
        return add_case(scene, case)


def load_demo_case(scene: Any, folder: str | Path, *, seed: int = 0) -> CaseNodes:
    """Make the demo patient, write it as DICOM and load that, as the command line's demo does.

    Parameters
    ----------
    scene : vtkMRMLScene
    folder : path
        New or empty; gets the DICOM files.
    seed : int
        Of the image noise.
    """
    from ...dicom import write_dicom_case
    from ...phantom import SpinePhantom, make_phantom

    with stage("Making the demo patient", 0.0, 0.35):
        made = make_phantom(SpinePhantom(seed=seed))
    with stage("Writing DICOM files", 0.35, 0.6):
        write_dicom_case(made, folder)
    with stage("Reading the case", 0.6, 1.0):
        return load_case(scene, folder)


def add_case(scene: Any, case: Case) -> CaseNodes:
    """Add a case to a scene: image, dose in Gy as a colour wash, structures with their contours.

    Parameters
    ----------
    scene : vtkMRMLScene
    case : Case

    Raises
    ------
    InputError
        The case has no structure.
    """
    if not case.structures:
        raise InputError(
            f"Case {case.identifier} has no structure that can be used; load one with contours."
        )
    with whole_step(scene):
        report_progress("Adding the image", 0.0)
        image = volume_node(scene, case.image) if case.image is not None else None
        report_progress("Adding the dose", 0.1)
        dose = _dose(scene, case) if case.dose is not None else None
        with stage("Adding structures", 0.15, 1.0):
            structures = add_segmentation(
                scene,
                f"{case.identifier} structures",
                case.structures,
                {s.name: guess_role(s) for s in case.structures},
                image_node=image,
                step_mm=None,
            )
        key = note_case(structures, case)
        nodes = [node for node in (image, dose, structures) if node is not None]
        for node in nodes:
            node.SetAttribute(KEY, key)
        place_in_hierarchy(
            scene,
            case.identifier,
            case.dose_label or "Plan",
            {"": nodes},
            identity=case.identity,
        )
    return CaseNodes(image, dose, structures)


def note_case(structures_node: Any, case: Case) -> str:
    """Keep with structures what a case is beside them: plan, source files, warnings.

    Returns
    -------
    str
        Value of the attribute `KEY` of all nodes of the case.
    """
    document = _document(case)
    write_record(structures_node, CASE, Record(document))
    written = json.dumps(document, sort_keys=True)
    return hashlib.sha256(written.encode("utf-8")).hexdigest()


def nodes_of_case(structures_node: Any) -> CaseNodes:
    """Return image and dose that were loaded with structures, as far as they are in the scene."""
    scene, key = structures_node.GetScene(), structures_node.GetAttribute(KEY)
    count = scene.GetNumberOfNodesByClass("vtkMRMLScalarVolumeNode") if key else 0
    volumes = [scene.GetNthNodeByClass(n, "vtkMRMLScalarVolumeNode") for n in range(count)]
    own = [volume for volume in volumes if volume.GetAttribute(KEY) == key]
    doses = [volume for volume in own if is_dose(volume)]
    images = [volume for volume in own if volume not in doses]
    return CaseNodes(next(iter(images), None), next(iter(doses), None), structures_node)


def is_dose(volume: Any) -> bool:
    """Whether a volume node is marked as a dose, as this program and SlicerRT do."""
    return bool(volume.GetAttribute(DOSE_ATTRIBUTE) == "1")


def case_name(structures_node: Any) -> str:
    """Return the study code of a loaded case, else the name of its structures."""
    record = read_record(structures_node, CASE)
    if record is not None:
        return str(record.document["identifier"])
    return pseudonym_of(structures_node).code or str(structures_node.GetName())


def planned_prescription(structures_node: Any) -> Prescription | None:
    """Return the prescription that came with a loaded case; None where it is not known."""
    record = read_record(structures_node, CASE)
    planned = record.document["prescription"] if record else None
    return None if planned is None else Prescription(**planned)


def case_of(
    structures_node: Any,
    dose_volume: Any,
    *,
    image: Any = None,
    roles: Mapping[str, str] | None = None,
) -> Case:
    """Return the case that nodes of a scene make up.

    What was read with a case (plan, source files, warnings) goes with it as long as its structures
    and its dose are used together. Where the subject hierarchy knows who the patient is, a study
    code stands for name and ID in all texts of the case.

    Parameters
    ----------
    structures_node : vtkMRMLSegmentationNode
    dose_volume : vtkMRMLScalarVolumeNode or None
    image : vtkMRMLScalarVolumeNode, optional
    roles : mapping of str to str, optional
        Role by segment ID, as the user confirmed it: it counts whatever a segment's name and type
        tell. "ignore" leaves a segment out.

    Raises
    ------
    InputError
        Something cannot be read, or two segments have the same name.
    """
    chosen = dict(roles or {})
    used = [i for i in segment_ids(structures_node) if chosen.get(i) != IGNORED]
    found, unusable = readable_structures(structures_node, used)
    structures = tuple(with_role(s, chosen.get(i, "")) for i, s in found.items())
    dose = dose_grid_from_node(dose_volume) if dose_volume is not None else None
    record, patient = read_record(structures_node, CASE), pseudonym_of(structures_node)
    planning_image = image_from_node(image) if image is not None else None
    if record is None or not _belongs(dose_volume, structures_node):
        label = dose_volume.GetName() if dose_volume is not None else ""
        case = Case(
            case_name(structures_node),
            structures,
            dose,
            planning_image,
            dose_label=label,
            unusable=unusable,
        )
        return hidden_case(case, patient)
    if planning_image is not None and _belongs(image, structures_node):
        planning_image = _as_read(planning_image, record)
    case = _case(record, structures, dose, planning_image)
    return hidden_case(replace(case, unusable={**case.unusable, **unusable}), patient)


def _dose(scene: Any, case: Case) -> Any:
    assert case.dose is not None
    # Without a prescription the colours reach up to the largest dose.
    shown = case.prescription or Prescription(min(max(case.dose.max_gy, 1.0), 100.0), 1)
    node = dose_node(scene, case.dose, shown, name=case.dose_label or "Dose")
    # Double precision: what is evaluated in the scene is what was read.
    set_voxels(node.GetImageData(), case.dose.values_gy)
    return node


def _document(case: Case) -> dict[str, Any]:
    image = case.image
    written = {
        **{key: _json(getattr(case, key)) for key in _KEPT},
        "prescription": asdict(case.prescription) if case.prescription else None,
        "sources": [asdict(s) for s in case.sources],
        "listing": [asdict(o) for o in case.listing],
        "slice_thickness_mm": None if image is None else image.slice_thickness_mm,
        "image_label": None if image is None else image.label,
    }
    return dict(json.loads(json.dumps(written, default=plain)))


def _json(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) else value


def _belongs(node: Any, structures_node: Any) -> bool:
    key = structures_node.GetAttribute(KEY)
    return node is None or node.GetAttribute(KEY) == key


def _case(
    record: Record, structures: tuple[Structure, ...], dose: Any, image: ImageVolume | None
) -> Case:
    document = record.document
    planned = document["prescription"]
    return Case(
        **{**{key: document[key] for key in _KEPT}, "warnings": tuple(document["warnings"])},
        structures=structures,
        dose=dose,
        image=image,
        prescription=None if planned is None else Prescription(**planned),
        sources=tuple(SourceFile(**entry) for entry in document["sources"]),
        listing=tuple(ListedObject(**entry) for entry in document["listing"]),
    )


def _as_read(image: ImageVolume, record: Record) -> ImageVolume:
    return replace(
        image,
        label=record.document["image_label"],
        slice_thickness_mm=record.document["slice_thickness_mm"],
    )
