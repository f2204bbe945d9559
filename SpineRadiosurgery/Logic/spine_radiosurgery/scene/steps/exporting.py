"""Step 6: results as DICOM objects for the series that the case was planned on."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ...case import Case, InputError
from ...geometry import stage, whole_folder
from .evaluations import evaluated_again
from .provenance import inputs_of

LOADED_FROM = "SpineRadiosurgery.LoadedFrom"
"""Attribute of a case's parameter node: the folder that it was loaded from, or `DEMO`."""
DEMO = "demo"
INSTANCE_UIDS = "DICOM.instanceUIDs"
"""Attribute that Slicer's DICOM module gives to volumes: their slices."""
_SET_UID = "DICOMInstanceUID"
"""Name of the UID that SlicerRT leaves with structures in the subject hierarchy."""


def export_dicom(
    constraints_node: Any,
    folder: str | Path,
    kinds: Sequence[str] = ("rtstruct",),
    *,
    merge: bool = False,
    identify: bool = False,
) -> tuple[Path, ...]:
    """Write target, sectors, cord volume and PRV of an evaluation as DICOM objects.

    Study, frame of reference and slices are those of the planning image: its headers are read again
    from Slicer's DICOM database, or from the folder that the case was loaded from.

    Parameters
    ----------
    constraints_node : vtkMRMLTableNode
        Of `evaluations.add_evaluation`; the plan is evaluated once more.
    folder : path
        New, empty, or one that was written by this step.
    kinds : sequence of str
        "rtstruct", "seg", "sr".
    merge : bool
        The RTSTRUCT holds the structures of the case's own, too.
    identify : bool
        Keep who the patient is; by default the study code stands for name and ID.

    Returns
    -------
    tuple of Path
        The files, and `exports.json`, which says what became of each structure.

    Raises
    ------
    InputError
        The inputs were changed since the evaluation, the original files are not there, a package
        is missing, or the folder cannot be used. Nothing is then left behind.
    """
    from ..exported import LISTING, check_kinds, write_exports

    wanted = tuple(dict.fromkeys(kinds))
    check_kinds(wanted)
    if not wanted:
        raise InputError("Nothing was chosen to export; choose rtstruct, seg or sr.")
    target = Path(folder)
    _check_folder(target, LISTING)
    with stage("Checking the evaluation", 0.0, 0.4):
        report = evaluated_again(constraints_node)
    with stage("Writing DICOM objects", 0.4, 1.0), _source(constraints_node, report.case) as source:
        identity = source.identity if identify else None
        try:
            with whole_folder(target) as made:
                results = write_exports(
                    report, source, made, wanted, merge=merge, identity=identity
                )
        except OSError as error:
            raise InputError(
                f"Folder {target} could not be written: {error.strerror or error}; nothing was"
                " changed, free space or choose another folder."
            ) from error
    return (*(target / result.path.name for result in results), target / LISTING)


def _check_folder(folder: Path, listing: str) -> None:
    if folder.exists() and not folder.is_dir():
        raise InputError(f"Output {folder} is a file; name a folder.")
    if folder.is_dir() and any(folder.iterdir()) and not _is_ours(folder, listing):
        raise InputError(
            f"Folder {folder} holds other files; name an empty or a new folder for the export."
        )


def _is_ours(folder: Path, listing: str) -> bool:
    names = {path.name for path in folder.iterdir()}
    return listing in names and names <= {listing, "rtstruct.dcm", "seg.dcm", "sr.dcm"}


@contextmanager
def _source(constraints_node: Any, case: Case) -> Iterator[Any]:
    """The planning image of a case, from wherever its files are.

    Raises
    ------
    InputError
        They are nowhere.
    """
    from ...dicom.exporting import read_export_source

    inputs = inputs_of(constraints_node)
    image = inputs.get("image")
    slices = (image.GetAttribute(INSTANCE_UIDS) or "").split() if image is not None else []
    # Another case's folder holds another image: without its slices or series nothing is taken.
    known = bool(slices) or "image_series" in case.uids
    why = []
    with _places(constraints_node.GetScene(), inputs, case) as places:
        for place in places if known else ():
            try:
                source = read_export_source(place, case, slices)
            except InputError as error:
                why.append(str(error))
                continue
            yield source
            return
    reason = f" ({why[0]})" if why else ""
    raise InputError(
        "The DICOM files of the planning image were not found: exported objects refer to its"
        f" slices. Load the case from its DICOM folder and evaluate it again{reason}."
    )


@contextmanager
def _places(scene: Any, inputs: dict[str, Any], case: Case) -> Iterator[list[Any]]:
    """Folders in which the original files may be."""
    places: list[Any] = [folders] if (folders := _in_database(inputs)) else []
    noted = _noted_folders(scene)
    places += [folder for folder in noted if folder != DEMO and os.path.isdir(folder)]
    if DEMO not in noted:
        yield places
        return
    with tempfile.TemporaryDirectory(prefix="SpineRadiosurgery-") as scratch:
        yield [*places, *_demo_again(Path(scratch) / "dicom", case)]


def _demo_again(folder: Path, case: Case) -> list[Path]:
    """The demo patient's files, made again: they are the same to the last UID."""
    from ...dicom import write_dicom_case
    from ...phantom import SpinePhantom, make_phantom

    if "image_series" not in case.uids:
        return []
    with stage("Making the demo patient's files again", 0.0, 0.3):
        write_dicom_case(make_phantom(SpinePhantom()), folder)
    return [folder]


def _noted_folders(scene: Any) -> list[str]:
    """Where the cases of this scene were loaded from, as the panel noted it."""
    name = "vtkMRMLScriptedModuleNode"
    nodes = [scene.GetNthNodeByClass(n, name) for n in range(scene.GetNumberOfNodesByClass(name))]
    found = (node.GetAttribute(LOADED_FROM) for node in nodes)
    return list(dict.fromkeys(folder for folder in found if folder))


def _in_database(inputs: dict[str, Any]) -> list[Path]:
    """Folders of Slicer's DICOM database that hold the image and the structure set."""
    import slicer

    database = getattr(slicer, "dicomDatabase", None)
    image, structures = inputs.get("image"), inputs.get("structures")
    if database is None or image is None:
        return []
    files = [
        database.fileForInstance(uid) for uid in (image.GetAttribute(INSTANCE_UIDS) or "").split()
    ]
    if not files or not all(files):
        return []
    hierarchy: Any = image.GetScene().GetSubjectHierarchyNode()
    item = hierarchy.GetItemByDataNode(structures) if hierarchy is not None else 0
    uid = hierarchy.GetItemUID(item, _SET_UID) if item else ""
    files.append(database.fileForInstance(uid) if uid else "")
    return list(dict.fromkeys(Path(file).parent for file in files if file))
