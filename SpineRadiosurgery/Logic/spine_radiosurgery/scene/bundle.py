"""`case.mrb`: a whole report as a scene that 3D Slicer opens."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..case import InputError, Structure
from ..geometry import report_progress, stage, whole_file
from ..report import Report
from ..report.limits import hottest_volume
from .headless import fresh_scene, why_unavailable

FINE_ROLES = ("target", "ctv", "gtv", "ptv", "cord", "cord_volume", "prv")
"""What gets a lattice finer than the image; organs keep the image's voxels."""

__all__ = ["add_report", "why_unavailable", "write_scene"]


def write_scene(report: Report, path: Path) -> None:
    """Write the scene of a report, `case.mrb`, whole or not at all.

    CT, dose in Gy, target with cord and cord volume, organs, result tables and the dose-volume
    histogram; the views meet at the cord volume's hottest point.

    Parameters
    ----------
    report : Report
    path : Path
        Ends in `.mrb`; an existing file is replaced.

    Raises
    ------
    InputError
        The file cannot be written: no permission, disk full.
    """
    if not path.parent.is_dir():
        raise InputError(f"Scene {path.name} cannot be written: there is no folder {path.parent}.")
    try:
        with whole_file(path) as bundle:
            _write_bundle(report, bundle)
    except OSError as error:
        raise InputError(
            f"Scene {path.name} could not be written to {path.parent}: {error.strerror or error}; "
            "free space or choose another folder."
        ) from error


def add_report(scene: Any, report: Report) -> dict[str, Any]:
    """Add everything a report holds to a scene, placed in its subject hierarchy.

    Parameters
    ----------
    scene : vtkMRMLScene
    report : Report

    Returns
    -------
    dict of str to vtkMRMLNode
        "image" and "organs" (None where there are none), "dose", "target_and_cord",
        "constraints", "metrics", "assessment" (None where there is no record), and those of
        `plots.dvh_nodes`.
    """
    from .plots import dvh_nodes
    from .tables import constraints_table, metrics_table
    from .volumes import dose_node, volume_node

    case = report.case
    if case.dose is None:
        raise InputError(f"Case {case.identifier} has no dose; evaluate a plan with its dose.")
    report_progress("Adding image and dose", 0.0)
    image = volume_node(scene, case.image) if case.image is not None else None
    dose = dose_node(scene, case.dose, report.prescription, name=case.dose_label or "Dose")
    structures = evaluated_structures(report)
    with stage("Adding structures", 0.1, 0.9):
        fine, organs = _segmentations(scene, report, structures, image)
    report_progress("Adding tables", 0.9)
    tables = {
        "constraints": constraints_table(scene, report),
        "metrics": metrics_table(scene, report),
    }
    plots = dvh_nodes(scene, report, structures)
    record = _record_node(scene, report)
    return {
        "image": image,
        "dose": dose,
        "target_and_cord": fine,
        "organs": organs,
        "assessment": record,
        **tables,
        **plots,
    }


def _write_bundle(report: Report, path: Path) -> None:
    import slicer

    from .views import show_in_views

    with fresh_scene() as scene:
        with stage("", 0.0, 0.5):
            nodes = add_report(scene, report)
        _place(scene, report, nodes)
        show_in_views(
            scene,
            background=nodes["image"],
            foreground=nodes["dose"],
            chart=nodes["chart"],
            centre_ras=_centre(report),
        )
        messages = slicer.vtkMRMLMessageCollection()
        report_progress("Packing the scene", 0.5)
        written = scene.WriteToMRB(str(path), None, messages)
        report_progress("Checking the scene", 0.95)
        if not written or not _is_whole(path):
            text = " ".join(messages.GetAllMessagesAsString().split())
            raise OSError(text or "the bundle is incomplete")


def _is_whole(path: Path) -> bool:
    """Read the archive once: MRML reports success also when the disk was full."""
    try:
        with zipfile.ZipFile(path) as archive:
            return bool(archive.namelist()) and archive.testzip() is None
    except (zipfile.BadZipFile, EOFError):
        return False


def evaluated_structures(report: Report) -> dict[str, Structure]:
    """Every evaluated structure by name, the question's own first."""
    own = [*report.targets, *(v.structure for v in report.cord_volumes), report.cord]
    if report.prv is not None:
        own.append(report.prv.structure)
    found = {s.name: s for s in own}
    for structure in report.case.structures:
        if structure.name in report.samples:
            found.setdefault(structure.name, structure)
    return found


def _segmentations(
    scene: Any, report: Report, structures: Mapping[str, Structure], image_node: Any
) -> tuple[Any, Any]:
    from .segmentations import segmentation_node

    image = report.case.image
    fine = [s for n, s in structures.items() if report.roles.get(n) in FINE_ROLES]
    organs = [s for n, s in structures.items() if report.roles.get(n) not in FINE_ROLES]
    common: dict[str, Any] = {
        "roles": report.roles,
        "image_node": image_node,
        "image_grid": image.grid if image is not None else None,
    }
    with stage("Adding target and cord", 0.0, 0.6):
        first = segmentation_node(scene, "Target and cord", fine, **common)
    if not organs:
        return first, None
    with stage("Adding organs", 0.6, 1.0):
        second = segmentation_node(scene, "Organs", organs, step_mm=None, surfaces=False, **common)
    return first, second


def _record_node(scene: Any, report: Report) -> Any:
    """The patient's record, without what identifies the patient, for the panel to open."""
    from ..assessment import record_document
    from .steps.assessing import record_assessment

    if report.assessment is None:
        return None
    return record_assessment(scene, record_document(report.assessment))


def _place(scene: Any, report: Report, nodes: Mapping[str, Any]) -> None:
    from .hierarchy import place_in_hierarchy

    plotted = [nodes["chart"], *(n for key, n in nodes.items() if key.startswith("series"))]
    shown = ("image", "dose", "target_and_cord", "organs", "assessment")
    number = report.prescription.fractions
    plural = "" if number == 1 else "s"
    study = f"{report.prescription.dose_gy:g} Gy in {number} fraction{plural}"
    place_in_hierarchy(
        scene,
        report.case.identifier,
        study,
        {
            "": [nodes[key] for key in shown if nodes[key] is not None],
            "Tables": [nodes[key] for key in ("constraints", "metrics", "table", "limit_table")],
            "DVH": plotted,
        },
        identity=report.case.identity,
    )


def _centre(report: Report) -> NDArray[np.float64]:
    """Hottest point of the cord volume; without one, the middle of the first target."""
    volume = hottest_volume(report)
    if volume is not None:
        point = report.samples[volume.structure.name].hottest_point_ras
        if point is not None:
            return np.asarray(point, dtype=np.float64)
    return np.asarray(report.targets[0].bounds_ras().mean(axis=0), dtype=np.float64)
