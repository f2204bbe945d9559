"""The patient as nodes of a scene that this program did not make."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import same_case
from slicerrt_nodes import as_slicerrt_loads

from spine_radiosurgery.case import Case
from spine_radiosurgery.scene.arrays import set_voxels, vtk_matrix
from spine_radiosurgery.scene.steps.fingerprints import segment_shape_digest
from spine_radiosurgery.scene.steps.structures import segment_ids
from spine_radiosurgery.scene.volumes import dose_grid_from_node


@dataclass(frozen=True, eq=False)
class Nodes:
    dose: Any
    structures: Any

    def under(self, matrix: np.ndarray) -> None:
        """Put all of them under one transform."""
        transform = self.dose.GetScene().AddNewNodeByClass("vtkMRMLTransformNode", "Turned")
        transform.SetMatrixTransformToParent(vtk_matrix(matrix))
        for node in (self.dose, self.structures):
            node.SetAndObserveTransformNodeID(transform.GetID())

    def segment_id(self, name: str) -> str:
        return str(self.structures.GetSegmentation().GetSegmentIdBySegmentName(name))

    def state(self) -> tuple[Any, ...]:
        """What an evaluation must leave as it is."""
        segmentation = self.structures.GetSegmentation()
        kinds = [segmentation.GetSourceRepresentationName()]
        kinds += [
            kind
            for kind in ("Planar contour", "Binary labelmap", "Closed surface")
            if segmentation.ContainsRepresentation(kind)
        ]
        held = [(i, segment_shape_digest(self.structures, i)) for i in segment_ids(self.structures)]
        transforms = [n.GetTransformNodeID() for n in (self.dose, self.structures)]
        grid = dose_grid_from_node(self.dose)
        return kinds, held, transforms, grid.ijk_to_ras.tolist(), float(grid.values_gy.sum())


def planar_contours(scene: Any, case: Case) -> Nodes:
    """As SlicerRT's import leaves them, the dose in the double precision of the others."""
    loaded = as_slicerrt_loads(scene, case)
    return Nodes(with_dose(loaded.dose, case), loaded.structures)


def label_maps(scene: Any, case: Case, order: same_case.Order = same_case.ORDERS[0]) -> Nodes:
    """As the Segment Editor leaves them: binary label maps, counted in any order."""
    import slicer

    structures = scene.AddNewNodeByClass("vtkMRMLSegmentationNode", "Segmentation")
    structures.SetSourceRepresentationToBinaryLabelmap()
    for name, mask in same_case.masks().items():
        values, matrix = same_case.reordered(mask, same_case.VOXELS, order)
        image = slicer.vtkOrientedImageData()
        image.SetExtent(0, values.shape[2] - 1, 0, values.shape[1] - 1, 0, values.shape[0] - 1)
        image.SetGeometryFromImageToWorldMatrix(vtk_matrix(matrix))
        set_voxels(image, values.astype(np.uint8))
        segment = slicer.vtkSegment()
        segment.SetName(name)
        segment.AddRepresentation(
            slicer.vtkSegmentationConverter.GetBinaryLabelmapRepresentationName(), image
        )
        structures.GetSegmentation().AddSegment(segment, name)
    grid = same_case.with_dose_order(case, order).dose
    dose = scene.AddNewNodeByClass("vtkMRMLScalarVolumeNode", "Dose")
    dose.SetIJKToRASMatrix(vtk_matrix(grid.ijk_to_ras))
    return Nodes(with_dose(dose, case, grid.values_gy), structures)


def with_dose(node: Any, case: Case, values: np.ndarray | None = None) -> Any:
    import slicer
    import vtk

    doses = case.dose.values_gy if values is None else values
    image = vtk.vtkImageData()
    image.SetDimensions(*doses.shape[::-1])
    set_voxels(image, doses)
    node.SetAndObserveImageData(image)
    unit = slicer.vtkCodedEntry()
    unit.SetValueSchemeMeaning("Gy", "UCUM", "Gray")
    node.SetVoxelValueUnits(unit)
    return node
