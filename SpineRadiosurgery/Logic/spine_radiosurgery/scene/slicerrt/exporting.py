"""RTSTRUCT through SlicerRT's DICOM plug-in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ...case import InputError
from .importing import PLUGIN
from .installation import why_unavailable


def export_rtstruct(
    folder: Path,
    image_node: Any,
    segmentation_node: Any,
    *,
    dose_node: Any = None,
    description: str = "Spine radiosurgery",
) -> tuple[Path, ...]:
    """Write a segmentation as RTSTRUCT, with its image and if asked a dose.

    SlicerRT always writes the image, too, as a new series that the RTSTRUCT refers to, and contours
    label maps on the image's own voxels. The library's `dicom` room writes an RTSTRUCT that refers
    to the original series and keeps finer shapes; use that for anything that goes back to planning.

    Parameters
    ----------
    folder : Path
        Made if it is not there; must hold no files.
    image_node : vtkMRMLScalarVolumeNode
    segmentation_node : vtkMRMLSegmentationNode
    dose_node : vtkMRMLScalarVolumeNode, optional
        Marked as a dose.
    description : str
        Series description of structures and dose.

    Returns
    -------
    tuple of Path
        The files written.

    Raises
    ------
    InputError
        SlicerRT is not there, the folder holds files, or SlicerRT could not export.
    """
    reason = why_unavailable()
    if reason:
        raise InputError(reason)
    if image_node is None:
        raise InputError("SlicerRT exports structures only with their planning image; choose one.")
    if folder.is_dir() and any(folder.iterdir()):
        raise InputError(f"Folder {folder} is not empty; choose an empty folder for the export.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            f"Folder {folder} cannot be made: {error.strerror or error}; choose another folder."
        ) from error
    import slicer

    plugin = slicer.modules.dicomPlugins[PLUGIN]()
    nodes = [image_node, segmentation_node, *([dose_node] if dose_node is not None else [])]
    exportables = [_exportable(plugin, node, folder) for node in nodes]
    for exportable in exportables[1:]:
        exportable.setTag("SeriesDescription", description)
    _say_whose(exportables[0], image_node)
    complaint = plugin.export(exportables)
    written = tuple(sorted(path for path in folder.rglob("*") if path.is_file()))
    if complaint or not written:
        raise InputError(
            f"SlicerRT could not export {segmentation_node.GetName()}: "
            f"{complaint or 'it wrote no file'}."
        )
    return written


def _exportable(plugin: Any, node: Any, folder: Path) -> Any:
    hierarchy = node.GetScene().GetSubjectHierarchyNode()
    offered = plugin.examineForExport(hierarchy.GetItemByDataNode(node))
    if not offered:
        raise InputError(f"SlicerRT cannot export {node.GetName()} as DICOM-RT; choose another.")
    exportable = offered[0]
    exportable.directory = str(folder)
    return exportable


def _say_whose(first: Any, image_node: Any) -> None:
    """Put patient and study on the first exportable, which is where SlicerRT reads them."""
    import slicer

    constants = slicer.vtkMRMLSubjectHierarchyConstants
    hierarchy = image_node.GetScene().GetSubjectHierarchyNode()
    item = hierarchy.GetItemByDataNode(image_node)
    levels = {
        constants.GetDICOMLevelPatient(): ("PatientName", "PatientID", "PatientSex"),
        constants.GetDICOMLevelStudy(): ("StudyDate", "StudyTime", "StudyDescription"),
    }
    for level, tags in levels.items():
        for tag in tags:
            value = hierarchy.GetAttributeFromItemAncestor(item, f"DICOM.{tag}", level)
            if value:
                first.setTag(tag, value)
