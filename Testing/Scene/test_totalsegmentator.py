"""The TotalSegmentator adapter, with a stand-in for the extension's logic only."""

from __future__ import annotations

import sys
from types import ModuleType, SimpleNamespace
from typing import ClassVar

import numpy as np
import pytest
from scene_plans import image, tube

from spine_radiosurgery.case import InputError
from spine_radiosurgery.scene import totalsegmentator
from spine_radiosurgery.scene.arrays import vtk_matrix
from spine_radiosurgery.scene.headless import fresh_scene
from spine_radiosurgery.scene.segmentations import segmentation_node
from spine_radiosurgery.scene.volumes import volume_node


class Logic:
    """`process` with the arguments of SlicerTotalSegmentator 6a82370; gives L1, L2 and a liver."""

    made: ClassVar[list[Logic]] = []
    error: Exception | None = None
    finds = ("vertebrae_L1", "vertebrae_L2", "liver")

    def __init__(self) -> None:
        self.useStandardSegmentNames = True
        self.logCallback = None
        self.downloaded = False
        self.arguments: tuple = ()
        Logic.made.append(self)

    def setupPythonRequirements(self, upgrade=False) -> None:
        self.downloaded = True

    def process(
        self,
        inputVolume,
        outputSegmentation,
        quality=None,
        cpu=False,
        task=None,
        subset=None,
        interactive=False,
        sequenceBrowserNode=None,
    ) -> None:
        self.arguments = (quality, cpu, task, subset, interactive)
        if self.error is not None:
            raise self.error
        segmentation = outputSegmentation.GetSegmentation()
        if self.finds:
            found = [tube(name, 10.0 * n, 5, 0, 20) for n, name in enumerate(self.finds)]
            scene = outputSegmentation.GetScene()
            source = segmentation_node(scene, "Found", found, step_mm=None, surfaces=False)
            for name in self.finds:
                segmentation.CopySegmentFromSegmentation(source.GetSegmentation(), name)
            scene.RemoveNode(source)
        segmentation.AddEmptySegment("vertebrae_L3", "vertebrae_L3")


@pytest.fixture
def extension(slicer_core, monkeypatch, tmp_path):
    import slicer

    module = ModuleType("TotalSegmentator")
    module.TotalSegmentatorLogic = Logic
    monkeypatch.setitem(sys.modules, "TotalSegmentator", module)
    modules = SimpleNamespace(totalsegmentator=object())
    monkeypatch.setattr(slicer, "modules", modules, raising=False)
    monkeypatch.setenv("TOTALSEG_WEIGHTS_PATH", str(tmp_path))
    for number in (*totalsegmentator.FULL_MODELS, totalsegmentator.CROP_MODEL):
        (tmp_path / f"Dataset{number}_TotalSegmentator").mkdir()
    monkeypatch.setattr(totalsegmentator, "PACKAGES", ("numpy",))
    monkeypatch.setattr(Logic, "made", [])
    return Logic


@pytest.fixture
def scene(slicer_core):
    with fresh_scene() as found:
        yield found


def segmentations(scene) -> int:
    return scene.GetNumberOfNodesByClass("vtkMRMLSegmentationNode")


def test_without_the_extension_it_says_how_to_install_it(slicer_core, scene, monkeypatch) -> None:
    import slicer

    assert not totalsegmentator.available()
    assert "in 3D Slicer only" in totalsegmentator.why_unavailable()
    monkeypatch.setattr(slicer, "modules", SimpleNamespace(), raising=False)
    assert "Extensions Manager" in totalsegmentator.why_unavailable()
    with pytest.raises(InputError, match="is not installed"):
        totalsegmentator.segment(volume_node(scene, image()))


def test_vertebrae_come_as_a_new_segmentation_with_stable_names(extension, scene) -> None:
    node = totalsegmentator.segment(volume_node(scene, image()))
    assert list(node.GetSegmentation().GetSegmentIDs()) == ["vertebrae_L1", "vertebrae_L2"]
    (logic,) = extension.made
    assert logic.useStandardSegmentNames is False
    assert logic.arguments == (
        False,
        False,
        "total",
        list(totalsegmentator.STRUCTURES),
        False,
    )


def test_the_result_lies_where_the_image_is(extension, scene) -> None:
    volume = volume_node(scene, image())
    transform = scene.AddNewNodeByClass("vtkMRMLTransformNode", "Shift")
    transform.SetMatrixTransformToParent(vtk_matrix(np.diag([1.0, 1.0, 1.0, 1.0])))
    volume.SetAndObserveTransformNodeID(transform.GetID())
    assert totalsegmentator.segment(volume).GetParentTransformNode() is transform


def test_nothing_is_downloaded_unasked(extension, scene, monkeypatch) -> None:
    monkeypatch.setattr(totalsegmentator, "PACKAGES", ("numpy", "no_such_package"))
    assert totalsegmentator.what_is_missing(fast=True) == (
        "Python packages: no_such_package",
        "trained models: 297",
    )
    volume = volume_node(scene, image())
    with pytest.raises(InputError, match="would have to download Python packages: no_such"):
        totalsegmentator.segment(volume, fast=True)
    assert extension.made == []
    totalsegmentator.segment(volume, fast=True, allow_download=True)
    assert extension.made[0].downloaded
    assert extension.made[0].arguments[0] is True


def test_what_is_there_is_not_downloaded_again(extension, scene) -> None:
    assert totalsegmentator.what_is_missing() == ()
    totalsegmentator.segment(volume_node(scene, image()))
    assert not extension.made[0].downloaded


def test_a_failure_is_one_sentence_and_leaves_no_node(extension, scene, monkeypatch) -> None:
    monkeypatch.setattr(Logic, "error", RuntimeError("Python was not found"))
    with pytest.raises(InputError, match="failed on Planning CT: Python was not found"):
        totalsegmentator.segment(volume_node(scene, image()))
    assert segmentations(scene) == 0


def test_finding_nothing_is_said_and_leaves_no_node(extension, scene, monkeypatch) -> None:
    monkeypatch.setattr(Logic, "finds", ())
    with pytest.raises(InputError, match="found no vertebra in Planning CT"):
        totalsegmentator.segment(volume_node(scene, image()))
    assert segmentations(scene) == 0


def test_only_vertebrae_and_cord_of_a_ct_are_asked(extension, scene) -> None:
    volume = volume_node(scene, image())
    with pytest.raises(InputError, match="vertebrae and spinal_cord only, not for liver"):
        totalsegmentator.segment(volume, structures=["liver"])
    volume.SetAttribute("DICOM.Modality", "MR")
    with pytest.raises(InputError, match="Planning CT is MR"):
        totalsegmentator.segment(volume)
    assert extension.made == []
