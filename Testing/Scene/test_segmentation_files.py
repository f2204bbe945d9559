"""3D Slicer's own reader takes our segmentation files as its own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from spine_radiosurgery.dicom import read_structure
from spine_radiosurgery.dicom.own_files import check_own_file
from spine_radiosurgery.dicom.writing_segmentations import Segment, write_segmentation
from spine_radiosurgery.geometry import InputError, Structure
from spine_radiosurgery.scene.headless import fresh_scene
from spine_radiosurgery.scene.segments import structure_from_segment
from spine_radiosurgery.scene.terminology import segment_type

OBLIQUE = np.eye(4)
OBLIQUE[:3, :3] = np.array([[-0.8, 0, 0.6], [0, -1, 0], [0.6, 0, 0.8]]) * [0.9, 0.7, 1.3]
OBLIQUE[:3, 3] = [12.5, -30.25, 101.0]
SECTORS = ("body", "left_pedicle", "right_pedicle")


def structures() -> list[Structure]:
    labels = np.zeros((9, 12, 15), np.uint8)
    labels[2:6, 6:11, 3:12] = 1
    labels[3:5, 3:6, 3:5] = 2
    labels[3:6, 3:6, 9:12] = 3
    target = Structure.from_mask("CTV_L3", labels > 0, OBLIQUE)
    return [
        target,
        *(
            Structure.from_mask(f"vertebrae_L3 {name.replace('_', ' ')}", labels == n, OBLIQUE)
            for n, name in enumerate(SECTORS, start=1)
        ),
    ]


def written(path: Path) -> list[Segment]:
    segments = [
        Segment(
            structure,
            color=(30 * n, 255 - 20 * n, 10),
            terminology=segment_type(structure, role).serialized(),
            tags={"SpineRadiosurgery.Role": role},
        )
        for n, (structure, role) in enumerate(
            zip(structures(), ("target", *SECTORS), strict=True), start=1
        )
    ]
    write_segmentation(path, segments)
    return segments


def loaded(scene, path: Path):
    node = scene.AddNewNodeByClass("vtkMRMLSegmentationNode", "Read")
    storage = scene.AddNewNodeByClass("vtkMRMLSegmentationStorageNode")
    storage.SetFileName(str(path))
    assert storage.ReadData(node) == 1
    node.SetAndObserveStorageNodeID(storage.GetID())
    return node, storage


def test_slicer_reads_names_colours_terminology_and_voxels(slicer_core, tmp_path) -> None:
    import vtk

    segments = written(tmp_path / "target.seg.nrrd")
    with fresh_scene() as scene:
        node, _ = loaded(scene, tmp_path / "target.seg.nrrd")
        segmentation = node.GetSegmentation()
        assert [segmentation.GetNthSegmentID(n) for n in range(4)] == [
            s.structure.name for s in segments
        ]
        for meant in segments:
            segment = segmentation.GetSegment(meant.structure.name)
            assert segment.GetName() == meant.structure.name
            assert np.round(np.multiply(segment.GetColor(), 255)) == pytest.approx(meant.color)
            assert segment.GetTerminology() == meant.terminology
            role = vtk.reference("")
            assert segment.GetTag("SpineRadiosurgery.Role", role)
            assert str(role) == meant.tags["SpineRadiosurgery.Role"]
            read = structure_from_segment(node, meant.structure.name)
            assert np.array_equal(read.shape.values, meant.structure.shape.values)
            assert read.shape.grid.ijk_to_ras == pytest.approx(
                meant.structure.shape.grid.ijk_to_ras, abs=1e-6
            )
        assert segmentation.ContainsRepresentation("Closed surface")


def test_the_sectors_terminology_says_part_and_side(slicer_core, tmp_path) -> None:
    written(tmp_path / "target.seg.nrrd")
    with fresh_scene() as scene:
        import slicer

        node, _ = loaded(scene, tmp_path / "target.seg.nrrd")
        entry = slicer.vtkSlicerTerminologyEntry()
        logic = slicer.vtkSlicerTerminologiesModuleLogic()
        found = []
        for n in range(4):
            text = node.GetSegmentation().GetNthSegment(n).GetTerminology()
            assert logic.DeserializeTerminologyEntry(text, entry)
            found.append(
                (entry.GetTypeObject().GetCodeValue(), entry.GetTypeModifierObject().GetCodeValue())
            )
    left, right = "7771000", "24028007"
    assert found == [
        ("228792002", None), ("3572006", None), ("78972004", left), ("78972004", right),
    ]  # fmt: skip


def test_a_file_edited_in_slicer_reads_the_same_and_is_no_longer_ours(
    slicer_core, tmp_path
) -> None:
    path = tmp_path / "target.seg.nrrd"
    segments = written(path)
    with fresh_scene() as scene:
        node, storage = loaded(scene, path)
        assert storage.WriteData(node) == 1
    for meant in segments:
        read = read_structure(path, meant.structure.name)
        assert np.array_equal(read.shape.values, meant.structure.shape.values)
        assert read.shape.grid.ijk_to_ras == pytest.approx(
            meant.structure.shape.grid.ijk_to_ras, abs=1e-6
        )
    with pytest.raises(InputError, match="changed since by another program"):
        check_own_file(path)
