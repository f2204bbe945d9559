"""The host's MRML is slicer-core's own, and the host leaves nothing behind."""

from __future__ import annotations

import sys

import numpy as np
import pytest

VOXELS = np.arange(24, dtype=np.int16).reshape(2, 3, 4)


def add_volume(name="image"):
    import slicer

    node = slicer.util.addVolumeFromArray(VOXELS, name=name)
    node.SetSpacing(1.0, 2.0, 3.0)
    return node


def add_segmentation(name="structures"):
    import slicer

    volume = add_volume("reference")
    node = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSegmentationNode", name)
    node.CreateDefaultDisplayNodes()
    node.SetReferenceImageGeometryParameterFromVolumeNode(volume)
    cord = node.GetSegmentation().AddEmptySegment("cord", "SpinalCord")
    slicer.util.updateSegmentBinaryLabelmapFromArray((VOXELS > 11).astype(np.uint8), node, cord, volume)
    slicer.mrmlScene.RemoveNode(volume)
    return node


@pytest.mark.parametrize("extension", [".nrrd", ".nii.gz", ".mha"])
def test_a_volume_comes_back_from_its_file(host, tmp_path, extension) -> None:
    import slicer

    path = tmp_path / f"image{extension}"
    assert slicer.util.saveNode(add_volume(), str(path))
    loaded = slicer.util.loadVolume(str(path))
    assert np.array_equal(slicer.util.arrayFromVolume(loaded), VOXELS)
    assert loaded.GetSpacing() == (1.0, 2.0, 3.0)


def test_a_segmentation_comes_back_from_its_file(host, tmp_path) -> None:
    import slicer

    path = tmp_path / "structures.seg.nrrd"
    assert slicer.util.saveNode(add_segmentation(), str(path))
    loaded = slicer.util.loadSegmentation(str(path))
    assert slicer.util.arrayFromSegmentInternalBinaryLabelmap(loaded, "cord").sum() == 12


def test_a_table_and_a_text_come_back_from_their_files(host, tmp_path) -> None:
    import slicer

    table = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLTableNode", "metrics")
    slicer.util.updateTableFromArray(table, np.array([[1.0, 2.0]]), ["a", "b"])
    assert slicer.util.saveNode(table, str(tmp_path / "metrics.tsv"))
    assert slicer.util.loadTable(str(tmp_path / "metrics.tsv")).GetNumberOfColumns() == 2
    text = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLTextNode", "note")
    text.SetText("ten gray")
    assert slicer.util.saveNode(text, str(tmp_path / "note.txt"))
    assert slicer.util.loadText(str(tmp_path / "note.txt")).GetText() == "ten gray"


def test_a_file_that_is_not_there_is_an_error(host, tmp_path) -> None:
    import slicer

    with pytest.raises(RuntimeError):
        slicer.util.loadVolume(str(tmp_path / "none.nrrd"))
    assert host.vtk_errors


def test_a_data_node_has_one_item_in_the_hierarchy_while_it_lives(host) -> None:
    import slicer

    node = add_volume()
    hierarchy = host.scene.GetSubjectHierarchyNode()
    item = hierarchy.GetItemByDataNode(node)
    assert item
    host.scene.RemoveNode(node)
    assert hierarchy.GetItemDataNode(item) is None
    assert not host.vtk_errors
    assert slicer.mrmlScene is host.scene


def test_slice_views_take_layers_and_jump(host) -> None:
    import slicer

    slicer.util.setSliceViewerLayers(background=add_volume())
    red = host.scene.GetSingletonNode("Red", "vtkMRMLSliceCompositeNode")
    assert red.GetBackgroundVolumeID() == "vtkMRMLScalarVolumeNode1"
    slicer.vtkMRMLSliceNode.JumpAllSlices(host.scene, 1.0, 2.0, 3.0)
    view = host.scene.GetSingletonNode("Red", "vtkMRMLSliceNode")
    assert view.GetSliceToRAS().GetElement(2, 3) == 3.0


def test_slice_views_survive_closing_the_scene(host) -> None:
    host.close_scene()
    for name in ("Red", "Yellow", "Green"):
        assert host.scene.GetSingletonNode(name, "vtkMRMLSliceNode") is not None
        assert host.scene.GetSingletonNode(name, "vtkMRMLSliceCompositeNode") is not None


def test_logics_of_modules_are_those_of_slicer_core(host) -> None:
    import slicer

    logic = slicer.util.getModuleLogic("segmentations")
    assert logic.IsA("vtkSlicerSegmentationsModuleLogic")
    assert logic.GetMRMLScene() is host.scene
    with pytest.raises(RuntimeError):
        slicer.util.getModule("dosevolumehistogram")


def test_stopping_takes_every_global_back(host, example_file) -> None:
    import slicer

    host.load_module(example_file)
    host.widget("HostExample")
    host.reload("HostExample")
    host.stop()
    try:
        left = [name for name in ("app", "mrmlScene", "modules", "i18n") if hasattr(slicer, name)]
        names = ("qt", "ctk", "slicer.i18n", "HostExample", "HostExamplePanel.page")
        assert left == []
        assert [name for name in names if name in sys.modules] == []
        assert str(example_file.parent) not in sys.path
    finally:
        host.__init__()


def test_only_one_host_runs_at_a_time(host) -> None:
    from host import start_host

    with pytest.raises(RuntimeError, match="running already"):
        start_host()


def test_the_library_makes_its_own_scene_beside_that_of_the_host(host) -> None:
    from spine_radiosurgery.scene.headless import fresh_scene, is_running_in_slicer

    before = host.scene.GetNumberOfNodes()
    assert is_running_in_slicer()
    with fresh_scene() as scene:
        scene.AddNewNodeByClass("vtkMRMLSegmentationNode")
    assert host.scene.GetNumberOfNodes() == before


def test_nothing_is_installed(host) -> None:
    import slicer
    import slicer.packaging

    assert slicer.packaging.pip_check("numpy")
    assert not slicer.packaging.pip_check("no-such-package")
    slicer.packaging.pip_ensure("no-such-package")
    with pytest.raises(RuntimeError, match="installs nothing"):
        slicer.packaging.pip_install("no-such-package")
