"""Step 1 through SlicerRT: a folder by Slicer's DICOM database, and its nodes as a case."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ...case import Case, InputError
from ...case.hidden_case import hidden_case
from .. import slicerrt
from ..identity import hide_in_scene, hierarchy_items, pseudonym_of
from ..whole import whole_step
from .adopting import adopt_nodes
from .loading import CaseNodes

_Wanted = dict[str, Any]
"""UID or label of the dose and of the structure set, None for no choice."""
WHOLE_PLAN = "PLAN"
_SERIES, _OBJECT = "DICOM", "DICOMInstanceUID"
"""Names of the UIDs that Slicer's DICOM plug-ins leave in the subject hierarchy."""


def load_case_with_slicerrt(
    scene: Any,
    folder: str | Path,
    *,
    keep_in_database: bool = False,
    dose: str | None = None,
    structures: str | None = None,
    identify: bool = False,
    progress: Callable[[str, float], bool] | None = None,
) -> CaseNodes:
    """Load a DICOM-RT folder through SlicerRT's plug-in, and make a case of its nodes.

    Our own reader looks at the folder, too: prescription, fractions and source files come from it,
    and contours that both read alike keep what it knows of missing slices. Where it cannot read the
    folder, the case has a warning that says why, and no prescription.

    Parameters
    ----------
    scene : vtkMRMLScene
        Slicer's own; SlicerRT loads into no other.
    folder : path
    keep_in_database : bool
        Leave the folder indexed in the user's DICOM database.
    dose, structures : str, optional
        UID or label, where there are several; by default the newest dose of a whole plan and the
        newest structure set. What else there was is said in the case's warnings.
    identify : bool
        Leave the patient's name and ID in the scene; else a study code takes their place in the
        names of what is loaded and in the subject hierarchy.
    progress : callable, optional
        As in `slicerrt.load_dicom_folder`.

    Raises
    ------
    InputError
        SlicerRT is not there, it could not load structures, or what was chosen is not there. What
        was loaded is removed again.
    """
    path = Path(folder)
    with whole_step(scene):
        before = hierarchy_items(scene)
        loaded = slicerrt.load_dicom_folder(
            path, keep_in_database=keep_in_database, progress=progress
        )
        read, chosen, notes = _read_by_us(path, {"dose": dose, "structures": structures}, identify)
        uids = read.uids if read is not None else {}
        segmentation = _chosen(
            loaded.segmentations, uids.get("structure_set", chosen["structures"])
        )
        if segmentation is None:
            raise InputError(
                f"SlicerRT found no structures in {folder}; choose the folder with the RTSTRUCT."
            )
        volume = _chosen(loaded.doses, uids.get("dose", chosen["dose"]))
        image = _image(loaded.images, uids.get("image_series", ""), segmentation)
        known = read or Case(segmentation.GetName(), (), None)
        complaints = (text for text in loaded.messages if not text.startswith(slicerrt.LEFT_OUT))
        warnings = dict.fromkeys((*known.warnings, *notes, *complaints))
        read = replace(known, warnings=tuple(warnings))
        if not identify:
            patient = read.pseudonym if read.pseudonym.code else pseudonym_of(segmentation)
            nodes = (*loaded.images, *loaded.doses, *loaded.segmentations)
            hide_in_scene(nodes, patient, hierarchy_items(scene) - before)
            read = hidden_case(read, patient)
        return adopt_nodes(image, volume, segmentation, read=read)


def _read_by_us(
    folder: Path, wanted: _Wanted, identify: bool
) -> tuple[Case | None, _Wanted, tuple[str, ...]]:
    """The case as our reader sees it, what was chosen for that, and what to say about it."""
    from ...dicom import read_dicom_case

    why = ""
    for chosen, notes in ((wanted, ()), _newest_choices(folder, wanted)):
        try:
            read = read_dicom_case(folder, need_dose=False, identify=identify, **chosen)
            return read, chosen, notes
        except InputError as error:
            why = str(error)
    return None, chosen, (*notes, f"The prescription is not known: {why}")


def _newest_choices(folder: Path, wanted: _Wanted) -> tuple[_Wanted, tuple[str, ...]]:
    """The newest dose of a whole plan and the newest structure set, and what else there was."""
    from ...dicom import inspect_folder

    objects = inspect_folder(folder).objects
    doses = [o for o in objects if o.kind == "RTDOSE"]
    whole = [o for o in doses if o.dose is not None and o.dose.summation_type == WHOLE_PLAN]
    sets = [o for o in objects if o.kind == "RTSTRUCT"]
    dose, about_doses = _newest(whole or doses, doses, "doses", wanted["dose"])
    structures, about_sets = _newest(sets, sets, "structure sets", wanted["structures"])
    return {"dose": dose, "structures": structures}, (*about_doses, *about_sets)


def _newest(
    among: Sequence[Any], listed: Sequence[Any], what: str, wanted: str | None
) -> tuple[str | None, tuple[str, ...]]:
    if wanted is not None or len(listed) < 2:
        return wanted, ()
    newest = max(among, key=lambda o: (o.date, o.files))
    others = ", ".join(o.label for o in listed if o is not newest)
    return newest.uid, (
        f"The folder holds {len(listed)} {what}; the newest was taken, {newest.label}; "
        f"the others: {others}.",
    )


def _chosen(nodes: Sequence[Any], wanted: str | None) -> Any:
    """The node with the wanted UID or name, else the only one; None where there is none.

    Raises
    ------
    InputError
        Several, or one of another UID.
    """
    fitting = [n for n in nodes if wanted and wanted in (_uid(n, _OBJECT), n.GetName())]
    unsure = [n for n in nodes if not (wanted and _uid(n, _OBJECT))]
    if fitting or not nodes:
        return next(iter(fitting), None)
    if len(nodes) == len(unsure) == 1:
        return nodes[0]
    names = ", ".join(node.GetName() for node in nodes)
    raise InputError(
        f"SlicerRT loaded {names}, of which none is surely {wanted or 'the plan'}; load the folder "
        "without SlicerRT, or choose by UID."
    )


def _image(images: Sequence[Any], series_uid: str, segmentation: Any) -> Any:
    """The planning image: the series that is known, that the structures refer to, the only one."""
    known = [node for node in images if series_uid and _uid(node, _SERIES) == series_uid]
    role = segmentation.GetReferenceImageGeometryReferenceRole()
    referred = [node for node in images if node is segmentation.GetNodeReference(role)]
    only = images if len(images) == 1 else ()
    return next(iter((*known, *referred, *only)), None)


def _uid(node: Any, uid_name: str) -> str:
    hierarchy = node.GetScene().GetSubjectHierarchyNode()
    item = hierarchy.GetItemByDataNode(node) if hierarchy is not None else 0
    return str(hierarchy.GetItemUID(item, uid_name)) if item else ""
