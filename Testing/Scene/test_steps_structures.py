"""Structures kept beside a segmentation: exact until somebody edits a segment."""

from __future__ import annotations

import numpy as np
import pytest
from scene_plans import affine, tube
from steps_plans import edit, put_under, rigid, saved_and_loaded

from spine_radiosurgery.geometry import InputError, Structure
from spine_radiosurgery.scene.headless import fresh_scene
from spine_radiosurgery.scene.steps.records import Record, read_record, write_record
from spine_radiosurgery.scene.steps.shapes import shapes_record, structures_in
from spine_radiosurgery.scene.steps.structures import (
    Segment,
    add_segmentation,
    is_as_made,
    readable_structures,
    structures_of,
)


def occupancy() -> Structure:
    """A ball of partial voxels whose size gives places half way between micrometres."""
    k, j, i = np.meshgrid(*(np.arange(n) for n in (9, 10, 11)), indexing="ij")
    values = np.clip(4.0 - np.sqrt((k - 4) ** 2 + (j - 4) ** 2 + (i - 5) ** 2), 0, 1)
    matrix = affine(np.diag([-1, -1, 1]), [0.977, 0.977, 1.25], [3.4885, 40.1, -7.3])
    return Structure.from_mask("Ball", values, matrix, number=4, warnings=("look",))


def shapes() -> list[Structure]:
    cord = tube("Cord", 0, 5, 0, 30, number=7, interpreted_type="ORGAN", color=(1, 2, 3))
    return [
        cord,
        tube("Linear", 20, 6, 0, 20).interpolated(),
        cord.between(5.3, 17.1, [0.0, 0.6, 0.8]).renamed("Cut"),
        occupancy(),
    ]


def are_the_same(one: Structure, other: Structure) -> bool:
    """Whether two structures are equal bit by bit."""
    first, second = shapes_record([one]), shapes_record([other])
    return first.document == second.document and all(
        np.array_equal(first.arrays[key], second.arrays[key]) for key in first.arrays
    )


@pytest.mark.parametrize("number", range(4), ids=["contours", "linear", "cut", "mask"])
def test_a_structure_survives_its_record(number) -> None:
    structure = shapes()[number]
    (read,) = structures_in(shapes_record([structure]))
    assert are_the_same(read, structure)
    assert read.volume_cc == structure.volume_cc
    assert read.extent_mm() == structure.extent_mm()


def test_segments_stand_for_what_they_were_made_from(slicer_core, tmp_path) -> None:
    with fresh_scene() as scene:
        node = add_segmentation(scene, "S", shapes(), {}, step_mm=1.0)
        read = structures_of(node)
        assert all(are_the_same(read[s.name], s) for s in shapes())
        reloaded = saved_and_loaded(scene, tmp_path / "scene.mrb")
        with reloaded as other:
            node = other.GetFirstNodeByName("S")
            assert is_as_made(node)
            read = structures_of(node)
            assert all(are_the_same(read[s.name], s) for s in shapes())


def test_an_edited_segment_stands_for_its_voxels_and_the_others_stay(slicer_core) -> None:
    with fresh_scene() as scene:
        node = add_segmentation(scene, "S", shapes(), {}, step_mm=1.0)
        edit(node, "Ball")
        read = structures_of(node)
        assert not is_as_made(node)
    assert 0.2 < read["Ball"].volume_cc / occupancy().volume_cc < 0.6
    assert all(are_the_same(read[s.name], s) for s in shapes()[:3])


def test_a_renamed_segment_is_the_same_structure_under_its_new_name(slicer_core) -> None:
    with fresh_scene() as scene:
        node = add_segmentation(scene, "S", shapes(), {}, step_mm=1.0)
        node.GetSegmentation().GetSegment("Cord").SetName("Myelon")
        read = Segment(node, "Cord").structure()
    assert are_the_same(read, shapes()[0].renamed("Myelon"))


def test_a_rigid_transform_moves_the_exact_structure(slicer_core) -> None:
    with fresh_scene() as scene:
        node = add_segmentation(scene, "S", shapes(), {}, step_mm=1.0)
        put_under(node, rigid())
        read = structures_of(node)
    for structure in shapes():
        moved = read[structure.name]
        assert moved.volume_cc == pytest.approx(structure.volume_cc, rel=1e-6)
        assert moved.number == structure.number
    centre = rigid() @ [3.0, 0.0, 15.0, 1.0]
    assert read["Cord"].bounds_ras().mean(axis=0) == pytest.approx(centre[:3], abs=0.02)


def test_under_a_scaling_transform_the_voxels_count(slicer_core) -> None:
    with fresh_scene() as scene:
        node = add_segmentation(scene, "S", [tube("Cord", 0, 5, 0, 30)], {}, step_mm=0.5)
        put_under(node, np.diag([1.0, 1.0, 2.0, 1.0]))
        read = Segment(node, "Cord").structure()
    assert read.volume_cc == pytest.approx(2 * tube("Cord", 0, 5, 0, 30).volume_cc, rel=0.02)


def test_a_copied_segmentation_keeps_its_structures(slicer_core) -> None:
    with fresh_scene() as scene:
        node = add_segmentation(scene, "S", shapes(), {}, step_mm=1.0)
        copy = scene.AddNewNodeByClass("vtkMRMLSegmentationNode", "Copy")
        copy.Copy(node)
        assert are_the_same(structures_of(copy)["Cord"], shapes()[0])


def test_an_empty_segment_is_left_out_with_its_reason(slicer_core) -> None:
    with fresh_scene() as scene:
        node = add_segmentation(scene, "S", shapes(), {}, step_mm=1.0)
        node.GetSegmentation().AddEmptySegment("Empty", "Nothing yet")
        found, unusable = readable_structures(node)
    assert set(found) == {s.name for s in shapes()}
    assert unusable == {
        "Nothing yet": "Segment Nothing yet of S is empty; draw it or choose another segment."
    }


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("no json", "is damaged"),
        ('{"format": 1, "document": {}, "arrays": "eA=="}', "is damaged"),
        ('{"format": 99, "document": {}, "arrays": ""}', "newer version"),
    ],
)
def test_a_record_that_cannot_be_read_is_one_sentence(slicer_core, text, sentence) -> None:
    with fresh_scene() as scene:
        node = scene.AddNewNodeByClass("vtkMRMLSegmentationNode", "S")
        write_record(node, "Shapes", Record({}))
        node.GetNodeReference("SpineRadiosurgery.Shapes").SetText(text)
        with pytest.raises(InputError, match=sentence):
            read_record(node, "Shapes")


def test_the_record_is_hidden_from_the_user(slicer_core) -> None:
    with fresh_scene() as scene:
        node = add_segmentation(scene, "S", [tube("Cord", 0, 5, 0, 30)], {}, step_mm=1.0)
        assert node.GetNodeReference("SpineRadiosurgery.Shapes").GetHideFromEditors()
