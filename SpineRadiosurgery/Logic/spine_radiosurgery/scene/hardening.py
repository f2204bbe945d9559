"""A structure where a curved transform takes it, as Slicer hardens one."""

from __future__ import annotations

from typing import Any

from ..case import InputError, Structure
from ..geometry import layers_of
from .arrays import voxels
from .labelmaps import lattice_around
from .segmentations import oriented_image
from .segments import index_to_local, labelmap_of


def hardened(structure: Structure, transform_node: Any) -> Structure:
    """Return a structure as a mask where a transform takes it; nothing in the scene is changed.

    A fine label map of it is hardened by Slicer itself, so that it lies where Slicer shows it, to
    half a voxel of that label map.

    Parameters
    ----------
    structure : Structure
        Where it is before the transform.
    transform_node : vtkMRMLTransformNode
        Of any kind.

    Raises
    ------
    InputError
        Nothing is left of it.
    """
    import slicer
    import vtk

    grid = lattice_around([structure], None)
    (layer,) = layers_of([structure], grid)
    segment = slicer.vtkSegment()
    segment.SetName(structure.name)
    segment.SetLabelValue(layer.members[0])
    name = slicer.vtkSegmentationConverter.GetBinaryLabelmapRepresentationName()
    segment.AddRepresentation(name, oriented_image(layer, grid))
    segmentation = slicer.vtkSegmentation()
    segmentation.SetSourceRepresentationName(name)
    segmentation.AddSegment(segment, structure.name)
    to_world = vtk.vtkGeneralTransform()
    transform_node.GetTransformToWorld(to_world)
    segmentation.ApplyNonLinearTransform(to_world)
    image, label = labelmap_of(segmentation, structure.name)
    mask = voxels(image) == label if image is not None else None
    if mask is None or not mask.any():
        raise InputError(
            f"Nothing is left of {structure.name} where the transform "
            f"{transform_node.GetName()} takes it; check the registration."
        )
    return Structure.from_mask(structure.name, mask, index_to_local(image))
