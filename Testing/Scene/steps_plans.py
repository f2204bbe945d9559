"""A phantom patient and a scene with it, for the steps; coarse, so that it is made quickly."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache

import numpy as np

from spine_radiosurgery.case import Case
from spine_radiosurgery.phantom import SpinePhantom, make_phantom
from spine_radiosurgery.scene.arrays import vtk_matrix
from spine_radiosurgery.scene.headless import fresh_scene
from spine_radiosurgery.scene.steps.loading import CaseNodes, add_case
from spine_radiosurgery.scene.steps.structures import Segment

VERTEBRA, CORD, TUMOUR, CANAL = "Vertebra_T08", "SpinalCord", "GTV_T8", "SpinalCanal"
KEPT = (VERTEBRA, CORD, TUMOUR, CANAL, "CTV_T8", "Esophagus")


@cache
def case() -> Case:
    """A T8 plan of 16 Gy in which some of the cord volume gets 10 Gy."""
    made = make_phantom(SpinePhantom(pixel_spacing_mm=1.5, dose_margin_mm=30.0))
    return replace(made, structures=tuple(s for s in made.structures if s.name in KEPT))


@contextmanager
def loaded(of: Case | None = None) -> Iterator[tuple[object, CaseNodes]]:
    """A fresh scene with the case in it."""
    with fresh_scene() as scene:
        yield scene, add_case(scene, of or case())


def segment(nodes: CaseNodes, name: str) -> Segment:
    return Segment(nodes.structures, name)


def saved_and_loaded(scene, path):
    """What a scene is after saving and loading it: a context with the new scene."""
    import slicer

    assert scene.WriteToMRB(str(path), None, slicer.vtkMRMLMessageCollection())
    return _read(path)


@contextmanager
def _read(path):
    with fresh_scene() as scene:
        assert scene.ReadFromMRB(str(path), True)
        yield scene


def put_under(node, matrix: np.ndarray) -> None:
    """Put a node under a transform."""
    scene = node.GetScene()
    transform = scene.AddNewNodeByClass("vtkMRMLTransformNode", "Shift")
    transform.SetMatrixTransformToParent(vtk_matrix(matrix))
    node.SetAndObserveTransformNodeID(transform.GetID())


def rigid(degrees: float = 20.0, shift_mm=(10.0, -20.0, 30.0)) -> np.ndarray:
    """A turn about the superior axis and a shift."""
    cosine, sine = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    matrix = np.eye(4)
    matrix[:2, :2] = [[cosine, -sine], [sine, cosine]]
    matrix[:3, 3] = shift_mm
    return matrix


def edit(segmentation_node, segment_id: str) -> None:
    """Take the upper half of a segment away, as the Segment Editor would."""
    from spine_radiosurgery.scene.arrays import voxels
    from spine_radiosurgery.scene.segments import labelmap_of

    image, label = labelmap_of(segmentation_node.GetSegmentation(), segment_id)
    values = voxels(image)
    used = np.flatnonzero((values == label).any(axis=(1, 2)))
    upper = values[(used[0] + used[-1]) // 2 :]
    upper[upper == label] = 0
    image.Modified()
    segmentation_node.GetSegmentation().GetSegment(segment_id).Modified()
