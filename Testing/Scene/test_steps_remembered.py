"""Digests are worked out once a state, and never stand for another one."""

from __future__ import annotations

import time

import numpy as np
import pytest
from scene_plans import affine, plan, tube
from steps_plans import edit, loaded, put_under, rigid

from spine_radiosurgery.case import ImageVolume
from spine_radiosurgery.scene.arrays import voxels, vtk_matrix
from spine_radiosurgery.scene.headless import fresh_scene
from spine_radiosurgery.scene.segments import PLANAR_CONTOUR, labelmap_of
from spine_radiosurgery.scene.steps import remembered
from spine_radiosurgery.scene.steps.fingerprints import segment_digest, volume_digest
from spine_radiosurgery.scene.steps.provenance import changes_since, note_provenance
from spine_radiosurgery.scene.steps.remembered import (
    remembered_segment_digest,
    remembered_volume_digest,
)
from spine_radiosurgery.scene.steps.structures import Segment, add_segmentation
from spine_radiosurgery.scene.volumes import volume_node


@pytest.fixture
def counted(monkeypatch):
    """How often voxels were looked at."""
    calls: list[str] = []
    for name, real in (("segment_digest", segment_digest), ("volume_digest", volume_digest)):
        monkeypatch.setattr(
            remembered,
            name,
            lambda *arguments, _name=name, _real=real: (calls.append(_name), _real(*arguments))[1],
        )
    return calls


@pytest.fixture
def nodes(slicer_core):
    with loaded(plan()) as (_, found):
        yield found


def test_an_unchanged_node_is_looked_at_once(nodes, counted) -> None:
    for _ in range(3):
        remembered_volume_digest(nodes.dose)
        remembered_segment_digest(nodes.structures, "SpinalCord")
    nodes.dose.SetName("Renamed")
    nodes.dose.GetDisplayNode().SetOpacity(0.5)
    remembered_volume_digest(nodes.dose)
    assert sorted(counted) == ["segment_digest", "volume_digest"]


def change_voxels(node) -> None:
    scalars = node.GetImageData().GetPointData().GetScalars()
    voxels(node.GetImageData())[2, 3, 4] += 1
    # All that slicer.util.arrayFromVolumeModified says to the image.
    scalars.Modified()


def change_origin(node) -> None:
    node.SetOrigin(1.0, 2.0, 3.0)


def change_transform_above(node) -> None:
    put_under(node, rigid())


def put_another_image(node) -> None:
    import vtk

    image = vtk.vtkImageData()
    image.DeepCopy(node.GetImageData())
    voxels(image)[0, 0, 0] += 1
    node.SetAndObserveImageData(image)


@pytest.mark.parametrize(
    "change", [change_voxels, change_origin, change_transform_above, put_another_image]
)
def test_every_change_of_a_volume_is_seen(nodes, change) -> None:
    before = remembered_volume_digest(nodes.dose)
    change(nodes.dose)
    assert remembered_volume_digest(nodes.dose) == volume_digest(nodes.dose) != before


def test_a_transform_that_moves_further_is_seen(nodes) -> None:
    put_under(nodes.dose, rigid())
    put_under(nodes.dose.GetParentTransformNode(), rigid(5.0))
    before = remembered_volume_digest(nodes.dose)
    upper = nodes.dose.GetParentTransformNode().GetParentTransformNode()
    upper.SetMatrixTransformToParent(vtk_matrix(rigid(6.0)))
    assert remembered_volume_digest(nodes.dose) == volume_digest(nodes.dose) != before


def test_an_edited_segment_is_seen(nodes) -> None:
    before = remembered_segment_digest(nodes.structures, "SpinalCord")
    edit(nodes.structures, "SpinalCord")
    after = remembered_segment_digest(nodes.structures, "SpinalCord")
    assert after == segment_digest(nodes.structures, "SpinalCord") != before


def test_a_moved_contour_is_seen(nodes) -> None:
    lines = with_contours(nodes.structures, "SpinalCord")
    before = remembered_segment_digest(nodes.structures, "SpinalCord")
    lines.GetPoints().SetPoint(0, 100.0, 0.0, 0.0)
    lines.GetPoints().Modified()
    after = remembered_segment_digest(nodes.structures, "SpinalCord")
    assert after == segment_digest(nodes.structures, "SpinalCord") != before


def with_contours(node, segment_id):
    import vtk

    lines, points, cells = vtk.vtkPolyData(), vtk.vtkPoints(), vtk.vtkCellArray()
    for height in (0.0, 2.5):
        ids = [points.InsertNextPoint(x, y, height) for x, y in ((0, 0), (9, 0), (9, 9), (0, 9))]
        cells.InsertNextCell(len(ids), ids)
    lines.SetPoints(points)
    lines.SetLines(cells)
    node.GetSegmentation().GetSegment(segment_id).AddRepresentation(PLANAR_CONTOUR, lines)
    return lines


def test_a_segment_of_a_surface_is_looked_at_once_and_its_change_is_seen(
    slicer_core, counted
) -> None:
    import vtk

    ball = vtk.vtkSphereSource()
    ball.SetRadius(10.0)
    ball.Update()
    with fresh_scene() as scene:
        node = scene.AddNewNodeByClass("vtkMRMLSegmentationNode", "Surfaces")
        node.GetSegmentation().SetSourceRepresentationName("Closed surface")
        node.AddSegmentFromClosedSurfaceRepresentation(ball.GetOutput(), "Ball", [1, 0, 0], "Ball")
        digests = {remembered_segment_digest(node, "Ball") for _ in range(3)}
        surface = node.GetSegmentation().GetSegment("Ball").GetRepresentation("Closed surface")
        for n in range(surface.GetNumberOfPoints()):
            x, y, z = surface.GetPoint(n)
            surface.GetPoints().SetPoint(n, x / 2, y / 2, z / 2)
        surface.GetPoints().Modified()
        digests.add(remembered_segment_digest(node, "Ball"))
    assert (len(digests), len(counted)) == (2, 2)


def test_segments_that_share_an_image_do_not_share_a_digest(slicer_core) -> None:
    with fresh_scene() as scene:
        both = [tube("One", 0, 5, 0, 30), tube("Other", 40, 5, 0, 30)]
        node = add_segmentation(scene, "S", both, {}, step_mm=2.0)
        images = {labelmap_of(node.GetSegmentation(), s.name)[0] for s in both}
        assert len(images) == 1
        digests = {remembered_segment_digest(node, s.name) for s in both}
    assert len(digests) == 2


def test_another_scenes_node_with_the_same_id_is_another_node(slicer_core) -> None:
    found = []
    for radius_mm in (5.0, 6.0, 7.0):
        with fresh_scene() as scene:
            node = add_segmentation(scene, "S", [tube("Cord", 0, radius_mm, 0, 30)], {})
            found.append((node.GetID(), remembered_segment_digest(node, "Cord")))
            assert found[-1][1] == segment_digest(node, "Cord")
    assert len({node_id for node_id, _ in found}) == 1
    assert len({digest for _, digest in found}) == 3


def test_a_node_of_a_closed_scene_leaves_nothing(slicer_core, counted) -> None:
    with loaded(plan()) as (scene, nodes):
        remembered_volume_digest(nodes.dose)
        remembered_volume_digest(nodes.image)
        scene.Clear(0)
        node = volume_node(scene, plan().image)
        digest = remembered_volume_digest(node)
        assert [entry.value for entry in remembered._entries.values()] == [digest]


def test_unannounced_voxels_are_found_by_a_thorough_look(nodes) -> None:
    result = nodes.dose.GetScene().AddNewNodeByClass("vtkMRMLTableNode", "Result")
    note_provenance(result, "tolerance", {"dose": nodes.dose}, {})
    voxels(nodes.dose.GetImageData())[2, 3, 4] += 1
    assert changes_since(result) == ()
    assert changes_since(result, thorough=True) == ("dose Plan 16 Gy was changed",)


def test_an_input_that_can_no_longer_be_read_was_changed(nodes) -> None:
    result = nodes.dose.GetScene().AddNewNodeByClass("vtkMRMLTableNode", "Result")
    note_provenance(result, "tolerance", {"dose": nodes.dose}, {})
    nodes.dose.SetAndObserveImageData(None)
    assert changes_since(result) == ("dose Plan 16 Gy was changed",)


def test_a_whole_planning_ct_costs_milliseconds_the_second_time(slicer_core) -> None:
    values = np.zeros((150, 512, 512), dtype=np.int16)
    image = ImageVolume(values, affine(np.eye(3), [1, 1, 2], [0, 0, 0]), "CT", "CT", 2.0)
    structures = [tube(f"S{n}", 6.0 * n, 5.0, -40, 40) for n in range(10)]
    with fresh_scene() as scene:
        node = add_segmentation(scene, "S", structures, {}, step_mm=2.0)
        result = scene.AddNewNodeByClass("vtkMRMLTableNode", "Result")
        ct = volume_node(scene, image)
        inputs = {"image": ct, "structures": node, "cord": Segment(node, "S1")}
        note_provenance(result, "tolerance", inputs, {})
        start = time.perf_counter()
        for _ in range(20):
            assert changes_since(result) == ()
        assert (time.perf_counter() - start) / 20 < 0.005
