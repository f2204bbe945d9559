"""Selectors and tables follow the nodes of the scene as Slicer's own do."""

from __future__ import annotations

import pytest
from test_host_mrml import add_segmentation, add_volume


@pytest.fixture
def selector(host):
    """A selector of volumes without "None", connected to the scene."""
    import slicer

    widget = slicer.qMRMLNodeComboBox()
    widget.nodeTypes = ["vtkMRMLScalarVolumeNode"]
    widget.setMRMLScene(host.scene)
    return widget


def heard_by(widget, signal="currentNodeChanged(vtkMRMLNode*)"):
    heard = []
    widget.connect(signal, heard.append)
    return heard


def test_without_a_scene_it_is_disabled_and_empty(host) -> None:
    import slicer

    add_volume()
    widget = slicer.qMRMLNodeComboBox()
    widget.nodeTypes = ["vtkMRMLScalarVolumeNode"]
    assert not widget.enabled
    assert widget.currentNode() is None


def test_a_node_wanted_before_the_scene_is_selected_with_it(host) -> None:
    import slicer

    add_volume("first")
    second = add_volume("second")
    widget = slicer.qMRMLNodeComboBox()
    widget.nodeTypes = ["vtkMRMLScalarVolumeNode"]
    widget.setCurrentNode(second)
    widget.setMRMLScene(host.scene)
    assert widget.currentNode() is second


def test_it_lists_only_its_types(selector) -> None:
    import slicer

    add_volume()
    slicer.mrmlScene.AddNewNodeByClass("vtkMRMLModelNode")
    slicer.mrmlScene.AddNewNodeByClass("vtkMRMLLabelMapVolumeNode")
    assert selector.nodeCount() == 2
    selector.showChildNodeTypes = False
    assert selector.nodeCount() == 1


def test_it_says_once_what_was_selected(selector) -> None:
    node, other = add_volume("a"), add_volume("b")
    selector.setCurrentNode(node)
    heard, valid = heard_by(selector), heard_by(selector, "currentNodeChanged(bool)")
    selector.setCurrentNode(other)
    selector.setCurrentNode(other)
    selector.setCurrentNode(None)
    assert heard == [other, None]
    assert valid == [True, False]


def test_it_drops_a_node_that_is_removed(selector, host) -> None:
    node = add_volume()
    selector.setCurrentNode(node)
    heard = heard_by(selector)
    host.scene.RemoveNode(node)
    assert selector.currentNode() is None
    assert heard == [None]


def test_with_none_it_selects_nothing_by_itself(selector) -> None:
    selector.noneEnabled = True
    add_volume()
    assert selector.currentNode() is None
    assert selector.currentNodeID == ""


def test_an_attribute_filters(selector) -> None:
    add_volume()
    dose = add_volume("dose")
    dose.SetAttribute("DicomRtImport.DoseVolume", "1")
    selector.addAttribute("vtkMRMLScalarVolumeNode", "DicomRtImport.DoseVolume", "1")
    assert selector.nodeCount() == 1
    assert selector.nodeFromIndex(0) is dose


def test_it_shows_a_new_name(selector, host) -> None:
    import slicer

    node = add_volume("old")
    selector.setCurrentNode(node)
    node.SetName("new")
    box = slicer.util.findChildren(selector, className="ctkComboBox")[0]
    assert box.currentText == "new"


def test_it_makes_nodes(selector) -> None:
    selector.baseName = "Planning"
    node = selector.addNode()
    assert selector.currentNode() is node
    assert node.GetName() == "Planning"


def test_a_wrong_argument_is_refused(selector) -> None:
    with pytest.raises(ValueError, match="a node or None"):
        selector.setCurrentNode("vtkMRMLScalarVolumeNode1")


def test_a_destroyed_selector_watches_nothing(selector, host) -> None:
    selector.deleteLater()
    host.settle()
    add_volume()
    assert host.take_errors() == []


def test_a_segment_is_selected_and_followed(host) -> None:
    import slicer

    node = add_segmentation()
    widget = slicer.qMRMLSegmentSelectorWidget()
    widget.setMRMLScene(host.scene)
    heard = heard_by(widget, "currentSegmentChanged(QString)")
    widget.setCurrentNode(node)
    node.GetSegmentation().AddEmptySegment("target", "CTV")
    widget.setCurrentSegmentID("target")
    assert widget.currentSegmentID() == "target"
    node.GetSegmentation().RemoveSegment("target")
    assert widget.currentSegmentID() == "cord"
    assert heard == ["cord", "target", "cord"]


def test_a_table_view_shows_its_table(host) -> None:
    import numpy as np
    import slicer

    table = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLTableNode")
    view = slicer.qMRMLTableView()
    view.setMRMLTableNode(table)
    slicer.util.updateTableFromArray(table, np.array([[1.5, 10.0]]), ["V10", "D10"])
    model = view.model()
    assert (model.rowCount(), model.columnCount()) == (1, 2)
    assert model.index(0, 1).data() == "10"
    view.selectAll()
    view.copySelection()
    assert slicer.app.clipboard().text() == "1.5\t10"


def test_a_segments_table_shows_hides_and_renames(host) -> None:
    import qt
    import slicer

    node = add_segmentation()
    view = slicer.qMRMLSegmentsTableView()
    view.setMRMLScene(host.scene)
    view.setSegmentationNode(node)
    assert view.segmentCount == 1
    view.tableWidget().item(0, 0).setCheckState(qt.Qt.Unchecked)
    assert not node.GetDisplayNode().GetSegmentVisibility("cord")
    view.setSelectedSegmentIDs(["cord"])
    assert view.selectedSegmentIDs() == ["cord"]
    view.tableWidget().item(0, 2).setText("Cord")
    assert node.GetSegmentation().GetSegment("cord").GetName() == "Cord"
