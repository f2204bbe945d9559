"""Loading a folder of DICOM-RT through Slicer's DICOM database and SlicerRT's plug-in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...case import InputError
from .doses import is_dose_volume
from .installation import why_unavailable

PLUGIN = "DicomRtImportExportPlugin"
RT_LOAD_TYPE = "RT"
MODALITY_TAG = "0008,0060"
MODALITIES = ("CT", "MR", "PT", "RTSTRUCT", "RTDOSE")
"""Beams of an RTPLAN and portal images are left out unless asked for: they fill the 3-D view."""
LEFT_OUT = "Left out"
"""How the message on a series of another modality begins."""

Progress = Callable[[str, float], bool]
"""Called with what is loaded and a percentage; returns True to stop."""


@dataclass(frozen=True)
class LoadedNodes:
    """What a folder gave.

    Attributes
    ----------
    images, doses, segmentations : tuple of MRML nodes
    messages : tuple of str
        What could not be loaded or was left out.
    """

    images: tuple[Any, ...] = ()
    doses: tuple[Any, ...] = ()
    segmentations: tuple[Any, ...] = ()
    messages: tuple[str, ...] = ()


def load_dicom_folder(
    folder: Path,
    *,
    keep_in_database: bool = False,
    modalities: tuple[str, ...] = MODALITIES,
    progress: Progress | None = None,
) -> LoadedNodes:
    """Load a plan into Slicer's scene.

    Parameters
    ----------
    folder : Path
        With its sub-folders.
    keep_in_database : bool
        Index the folder in the user's DICOM database and leave it there. Else a temporary database
        is used, after which the user's is open again.
    modalities : tuple of str
        Of the series to load.
    progress : callable, optional

    Returns
    -------
    LoadedNodes

    Raises
    ------
    InputError
        SlicerRT is not there, no such folder, or nothing in it that can be loaded.
    """
    reason = why_unavailable()
    if reason:
        raise InputError(reason)
    if not folder.is_dir():
        raise InputError(f"There is no folder {folder}; choose the folder of a plan.")
    import slicer
    from DICOMLib import DICOMUtils  # type: ignore[import-not-found]

    if keep_in_database:
        loaded = _load(DICOMUtils, slicer.dicomDatabase, folder, modalities, progress)
    else:
        with DICOMUtils.TemporaryDICOMDatabase() as database:
            loaded = _load(DICOMUtils, database, folder, modalities, progress)
    if not (loaded.images or loaded.doses or loaded.segmentations):
        detail = f" ({loaded.messages[0]})" if loaded.messages else ""
        raise InputError(
            f"Folder {folder} holds nothing that could be loaded{detail}; choose the folder with "
            "the plan's DICOM files."
        )
    return loaded


def _load(
    utilities: Any,
    database: Any,
    folder: Path,
    modalities: tuple[str, ...],
    progress: Progress | None,
) -> LoadedNodes:
    import slicer

    if not database.isOpen:
        raise InputError("Slicer's DICOM database is not open; open it in the DICOM module first.")
    if not utilities.importDicom(str(folder), database):
        raise InputError(f"Folder {folder} could not be read into Slicer's DICOM database.")
    # Not the whole patient: the user's database may hold other plans of the same one.
    series = utilities.seriesUIDsForFiles(slicer.util.getFilesInDirectory(str(folder)))
    files = [list(database.filesForSeries(uid)) for uid in sorted(series)]
    if not files:
        return LoadedNodes(messages=("no DICOM files",))
    messages: list[str] = []
    by_plugin, _ = utilities.getLoadablesFromFileLists(
        files, messages=messages, progressCallback=progress
    )
    utilities.selectHighestConfidenceLoadables(by_plugin)
    messages += _leave_out(database, by_plugin, modalities)
    # Images first: SlicerRT takes the slice thickness of structures from the image they refer to.
    in_order = sorted(by_plugin, key=lambda plugin: plugin.loadType == RT_LOAD_TYPE)
    ids = utilities.loadLoadables({p: by_plugin[p] for p in in_order}, messages, progress)
    nodes = [slicer.mrmlScene.GetNodeByID(node_id) for node_id in ids]
    return _sorted([node for node in nodes if node is not None], messages)


def _leave_out(database: Any, by_plugin: Any, modalities: tuple[str, ...]) -> list[str]:
    """Unselect series of other modalities; says which."""
    left_out = []
    for loadables in by_plugin.values():
        for loadable in loadables:
            modality = database.fileValue(loadable.files[0], MODALITY_TAG)
            if loadable.selected and modality not in modalities:
                loadable.selected = False
                left_out.append(f"{LEFT_OUT}: {loadable.name} ({modality}).")
    return left_out


def _sorted(nodes: list[Any], messages: list[str]) -> LoadedNodes:
    volumes = [
        n
        for n in nodes
        if n.IsA("vtkMRMLScalarVolumeNode") and not n.IsA("vtkMRMLLabelMapVolumeNode")
    ]
    return LoadedNodes(
        images=tuple(n for n in volumes if not is_dose_volume(n)),
        doses=tuple(n for n in volumes if is_dose_volume(n)),
        segmentations=tuple(n for n in nodes if n.IsA("vtkMRMLSegmentationNode")),
        messages=tuple(messages),
    )
