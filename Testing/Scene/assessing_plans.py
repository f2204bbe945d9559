"""A phantom patient with everything that an assessment measures, and transforms for follow-up."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
from steps_plans import CANAL, CORD, TUMOUR, VERTEBRA, segment

from spine_radiosurgery.case import Case
from spine_radiosurgery.phantom import SpinePhantom, make_phantom
from spine_radiosurgery.scene.arrays import vtk_matrix

SAC, TARGET, UPPER, LOWER = "ThecalSac", "CTV_T8", "Vertebra_T07", "Vertebra_T09"
KEPT = (VERTEBRA, CORD, TUMOUR, CANAL, SAC, TARGET, UPPER, LOWER)
GRADED = {"levels": ["T8"], "grades": {"radiographic": "II", "neurological": "b", "escc": "1b"}}


@cache
def assessed_case() -> Case:
    made = make_phantom(SpinePhantom(pixel_spacing_mm=1.5, dose_margin_mm=30.0))
    return replace(made, structures=tuple(s for s in made.structures if s.name in KEPT))


def chosen(nodes, **others):
    """What a person has chosen for the case, by part."""
    parts = {"tumor": TUMOUR, "cord": CORD, "canal": CANAL, "vertebra": VERTEBRA, "target": TARGET}
    return {part: segment(nodes, name) for part, name in {**parts, **others}.items()}


def linear_transform(scene, matrix, name="Registration"):
    node = scene.AddNewNodeByClass("vtkMRMLTransformNode", name)
    node.SetMatrixTransformToParent(vtk_matrix(matrix))
    return node


def curved_transform(scene, displacement, name="Curved registration"):
    """A grid transform; `displacement` makes (n, 3) mm of (n, 3) RAS points."""
    import slicer
    import vtk
    from vtkmodules.util.numpy_support import numpy_to_vtk

    steps, low = (20.0, 20.0, 20.0), (-200.0, -200.0, -200.0)
    counts = (21, 21, 21)
    axes = [np.arange(n) * step + start for n, step, start in zip(counts, steps, low, strict=True)]
    k, j, i = np.meshgrid(*axes[::-1], indexing="ij")
    points = np.column_stack([i.ravel(), j.ravel(), k.ravel()])
    image = vtk.vtkImageData()
    image.SetDimensions(*counts)
    image.SetSpacing(*steps)
    image.SetOrigin(*low)
    image.GetPointData().SetScalars(numpy_to_vtk(displacement(points), deep=True))
    grid = slicer.vtkOrientedGridTransform()
    grid.SetDisplacementGridData(image)
    node = scene.AddNewNodeByClass("vtkMRMLGridTransformNode", name)
    node.SetAndObserveTransformToParent(grid)
    return node
