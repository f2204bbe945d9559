"""The layout on a real layout node, without a layout manager."""

from __future__ import annotations

from collections import Counter
from xml.etree import ElementTree

from spine_radiosurgery.scene import layout
from spine_radiosurgery.scene.headless import add_singleton, fresh_scene


def layout_node(scene):
    """The node that a layout manager makes."""
    return add_singleton(scene, "vtkMRMLLayoutNode", "vtkMRMLLayoutNode")


def only_layout(scene):
    assert scene.GetNumberOfNodesByClass("vtkMRMLLayoutNode") == 1
    return scene.GetNthNodeByClass(0, "vtkMRMLLayoutNode")


def test_it_shows_three_slices_the_3d_view_and_the_plot() -> None:
    views = ElementTree.fromstring(layout.description()).iter("view")
    assert Counter(view.get("class") for view in views) == {
        "vtkMRMLSliceNode": 3,
        "vtkMRMLViewNode": 1,
        "vtkMRMLPlotViewNode": 1,
    }


def test_its_number_leaves_room_for_slicers_own(slicer_core) -> None:
    import slicer

    assert layout.LAYOUT_ID > 500 > slicer.vtkMRMLLayoutNode.SlicerLayoutUserView


def test_registering_twice_leaves_one_layout_and_says_nothing(slicer_core) -> None:
    with fresh_scene() as scene:
        node = layout_node(scene)
        assert layout.register(scene) is node
        before = node.GetMTime()
        layout.register(scene)
        assert node.GetMTime() == before
        assert only_layout(scene).GetLayoutDescription(layout.LAYOUT_ID) == layout.description()


def test_an_older_description_is_replaced(slicer_core) -> None:
    with fresh_scene() as scene:
        layout_node(scene).AddLayoutDescription(layout.LAYOUT_ID, "<layout/>")
        assert layout.register(scene).GetLayoutDescription(layout.LAYOUT_ID) != "<layout/>"


def test_without_a_layout_manager_registering_makes_nothing(slicer_core) -> None:
    with fresh_scene() as scene:
        assert layout.register(scene) is None
        layout.restore(scene, 3)
        assert scene.GetNumberOfNodesByClass("vtkMRMLLayoutNode") == 0


def test_it_stays_known_when_the_scene_is_closed(slicer_core) -> None:
    with fresh_scene() as scene:
        node = layout_node(scene)
        layout.register(scene)
        scene.Clear(0)
        assert only_layout(scene) is node
        assert node.GetLayoutDescription(layout.LAYOUT_ID) == layout.description()


def test_a_scene_saved_in_it_opens_in_it_where_it_is_known(slicer_core, tmp_path) -> None:
    with fresh_scene() as scene:
        layout.show(scene)
        scene.SetURL(str(tmp_path / "scene.mrml"))
        assert scene.Commit()
    with fresh_scene() as other:
        node = layout_node(other)
        layout.register(other)
        other.SetURL(str(tmp_path / "scene.mrml"))
        assert other.Connect()
        assert only_layout(other) is node
        assert node.GetViewArrangement() == layout.LAYOUT_ID
        assert layout.register(other) is node
        node.SetViewArrangement(node.GetViewArrangement())
        assert node.GetCurrentLayoutDescription() == layout.description()


def test_it_can_be_shown_without_a_layout_manager(slicer_core) -> None:
    with fresh_scene() as scene:
        chart = scene.AddNewNodeByClass("vtkMRMLPlotChartNode", "DVH")
        layout.show(scene, chart=chart)
        assert only_layout(scene).GetViewArrangement() == layout.LAYOUT_ID
        assert only_layout(scene).GetCurrentLayoutDescription() == layout.description()
        plot = scene.GetNthNodeByClass(0, "vtkMRMLPlotViewNode")
        assert plot.GetPlotChartNodeID() == chart.GetID()


def test_the_former_layout_comes_back(slicer_core) -> None:
    with fresh_scene() as scene:
        node = layout_node(scene)
        node.AddLayoutDescription(3, "<layout type='tab'/>")
        node.SetViewArrangement(3)
        layout.restore(scene, layout.show(scene))
        assert node.GetViewArrangement() == 3


def test_a_layout_that_the_user_chose_since_stays(slicer_core) -> None:
    with fresh_scene() as scene:
        node = layout_node(scene)
        for number in (3, 4):
            node.AddLayoutDescription(number, f"<layout type='tab' name='{number}'/>")
        node.SetViewArrangement(3)
        former = layout.show(scene)
        node.SetViewArrangement(4)
        layout.restore(scene, former)
        assert node.GetViewArrangement() == 4
