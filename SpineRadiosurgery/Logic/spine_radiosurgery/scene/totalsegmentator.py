"""Vertebrae and cord from the TotalSegmentator extension, where it is installed.

TotalSegmentator downloads its Python packages and trained models at first use, and its command line
tool reports each run (task and settings, no image) to its authors unless its own settings say
otherwise. Nothing is downloaded here without being allowed to.

Calls were read in lassoan/SlicerTotalSegmentator, TotalSegmentator/TotalSegmentator.py, at 6a82370
(2026-05-07) and 2baf4d4 (2025-06-24): the third argument of `process` was a flag `fast` and is a
text `quality`, which still takes the flag. Slicer 5.10 and 5.12 both build the extension's main
branch. Models by number: wasserth/TotalSegmentator, totalsegmentator/python_api.py and config.py,
at 98d57a1, which that extension installs.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from ..case import InputError
from ..geometry import Cancelled
from .arrays import voxels

VERTEBRAE = (
    *(f"vertebrae_C{n}" for n in range(1, 8)),
    *(f"vertebrae_T{n}" for n in range(1, 13)),
    *(f"vertebrae_L{n}" for n in range(1, 6)),
    "vertebrae_S1",
)
CORD = "spinal_cord"
"""TotalSegmentator has no canal; its cord shows where the canal is, and is no planning contour."""
STRUCTURES = (*VERTEBRAE, CORD)
PACKAGES = ("totalsegmentator", "torch", "nnunetv2")
CROP_MODEL = 298
"""Coarse model by which an image is cropped to the structures asked for."""
FULL_MODELS = (291, 292, 293, 294, 295)
FAST_MODELS = (297,)


def available() -> bool:
    """Say whether the extension is installed."""
    return not why_unavailable()


def why_unavailable() -> str:
    """Say in one sentence why it cannot be used, and what to do; "" when it can."""
    modules = getattr(sys.modules.get("slicer"), "modules", None)
    if modules is None:
        return "TotalSegmentator works in 3D Slicer only; open the case there."
    if hasattr(modules, "totalsegmentator"):
        return ""
    return (
        "The extension TotalSegmentator is not installed; open View > Extensions Manager, install "
        "it and restart 3D Slicer, or segment the vertebrae in another way."
    )


def what_is_missing(*, fast: bool = False) -> tuple[str, ...]:
    """Say what TotalSegmentator would download at its next run; empty when nothing.

    Parameters
    ----------
    fast : bool
        For the coarser models of 3 mm.
    """
    packages = [name for name in PACKAGES if importlib.util.find_spec(name) is None]
    models = (*(FAST_MODELS if fast else FULL_MODELS), CROP_MODEL)
    absent = [number for number in models if not any(_models_folder().glob(f"Dataset{number}_*"))]
    found = []
    if packages:
        found.append(f"Python packages: {', '.join(packages)}")
    if absent:
        found.append(f"trained models: {', '.join(map(str, absent))}")
    return tuple(found)


def segment(
    volume_node: Any,
    *,
    structures: Sequence[str] = STRUCTURES,
    fast: bool = False,
    allow_download: bool = False,
    log: Callable[[str], None] | None = None,
) -> Any:
    """Segment vertebrae and cord on a planning CT; takes minutes.

    Parameters
    ----------
    volume_node : vtkMRMLScalarVolumeNode
    structures : sequence of str
        TotalSegmentator's own names.
    fast : bool
        The model of 3 mm: in minutes without a graphics card, too coarse for a target.
    allow_download : bool
        Whether the user has agreed to what `what_is_missing` lists.
    log : callable, optional
        Takes TotalSegmentator's messages line by line.

    Returns
    -------
    vtkMRMLSegmentationNode
        New, where the volume is, with the structures that were found; segment IDs are
        TotalSegmentator's names.

    Raises
    ------
    InputError
        The extension is not there, the image is no CT, something would have to be downloaded, or
        TotalSegmentator failed or found nothing.
    """
    _check(volume_node, structures, fast=fast, allow_download=allow_download)
    from TotalSegmentator import TotalSegmentatorLogic  # type: ignore[import-not-found]

    logic = TotalSegmentatorLogic()
    logic.useStandardSegmentNames = False
    logic.logCallback = log
    scene = volume_node.GetScene()
    name = f"TotalSegmentator of {volume_node.GetName()}"
    node = scene.AddNewNodeByClass("vtkMRMLSegmentationNode", name)
    try:
        if allow_download:
            logic.setupPythonRequirements()
        logic.process(volume_node, node, fast, False, "total", list(structures))
    except Cancelled:
        scene.RemoveNode(node)
        raise
    except Exception as error:  # its own errors derive from nothing narrower
        scene.RemoveNode(node)
        raise InputError(f"TotalSegmentator failed on {volume_node.GetName()}: {error}") from error
    _keep_only(node, structures)
    if not node.GetSegmentation().GetNumberOfSegments():
        scene.RemoveNode(node)
        raise InputError(
            f"TotalSegmentator found no vertebra in {volume_node.GetName()}; is it a CT of the "
            "spine?"
        )
    node.SetAndObserveTransformNodeID(volume_node.GetTransformNodeID())
    node.CreateDefaultDisplayNodes()
    return node


def _check(
    volume_node: Any, structures: Sequence[str], *, fast: bool, allow_download: bool
) -> None:
    reason = why_unavailable()
    if reason:
        raise InputError(reason)
    unknown = [name for name in structures if name not in STRUCTURES]
    if unknown or not structures:
        raise InputError(
            f"TotalSegmentator is asked here for vertebrae and {CORD} only, not for "
            f"{', '.join(unknown) or 'nothing'}."
        )
    modality = volume_node.GetAttribute("DICOM.Modality") or "CT"
    if modality != "CT":
        raise InputError(
            f"{volume_node.GetName()} is {modality}; TotalSegmentator's vertebrae are asked of a "
            "CT, choose the planning CT."
        )
    missing = what_is_missing(fast=fast)
    if missing and not allow_download:
        raise InputError(
            f"TotalSegmentator would have to download {'; '.join(missing)}; allow the download or "
            "run the module TotalSegmentator once yourself."
        )


def _keep_only(node: Any, structures: Sequence[str]) -> None:
    """Remove what was not asked for and what is empty: all of the task's labels get a segment."""
    segmentation = node.GetSegmentation()
    for segment_id in list(segmentation.GetSegmentIDs()):
        if segment_id not in structures or not _has_voxels(segmentation.GetSegment(segment_id)):
            segmentation.RemoveSegment(segment_id)


def _has_voxels(segment: Any) -> bool:
    """Look for the segment's own label: segments share one label map."""
    import slicer

    name = slicer.vtkSegmentationConverter.GetBinaryLabelmapRepresentationName()
    image = segment.GetRepresentation(name)
    if image is None or image.IsEmpty():
        return False
    return bool((voxels(image) == segment.GetLabelValue()).any())


def _models_folder() -> Path:
    if "TOTALSEG_WEIGHTS_PATH" in os.environ:
        return Path(os.environ["TOTALSEG_WEIGHTS_PATH"])
    home = os.environ.get("TOTALSEG_HOME_DIR")
    return (Path(home) if home else Path.home() / ".totalsegmentator") / "nnunet" / "results"
