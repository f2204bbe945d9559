"""What SlicerRT does with a segment and a dose, done with the classes of Slicer that it uses.

The steps are those of SlicerRT's logic at df6ef69c, for a fixed oversampling of two: the dose is
interpolated on twice as many points an axis, the segment is brought onto the same points, and the
points inside are counted. It shows what that sampling does to the numbers, not that SlicerRT runs.
"""

from __future__ import annotations

import numpy as np

from spine_radiosurgery.scene.arrays import voxels


def counted_doses(dose_node, segmentation_node, segment_id: str) -> tuple[np.ndarray, float]:
    """Doses at the points inside, Gy, and the volume of a point, cc."""
    import slicer

    logic = slicer.vtkSlicerSegmentationsModuleLogic
    resample = slicer.vtkOrientedImageDataResample.ResampleOrientedImageToReferenceOrientedImage
    dose = logic.CreateOrientedImageDataFromVolumeNode(dose_node)
    fine = slicer.vtkOrientedImageData()
    fine.DeepCopy(dose)
    slicer.vtkCalculateOversamplingFactor.ApplyOversamplingOnImageGeometry(fine, 2.0)
    label = _labelmap(segmentation_node.GetSegmentation(), segment_id, dose)
    on_points = slicer.vtkOrientedImageData()
    resample(label, fine, on_points, False)
    resample(dose, fine, fine, True)
    start = np.array(fine.GetExtent()[::2])
    first = np.array(on_points.GetExtent()[::2]) - start
    inside = voxels(on_points) > 0
    k, j, i = inside.shape
    a, b, c = first
    doses = voxels(fine)[c : c + k, b : b + j, a : a + i][inside]
    return doses.astype(float), float(np.prod(fine.GetSpacing())) / 1000.0


def _labelmap(segmentation, segment_id: str, dose):
    """The segment's label map, made on the fine points where the source is a surface."""
    import slicer

    converter = slicer.vtkSegmentationConverter
    name = converter.GetBinaryLabelmapRepresentationName()
    copy = slicer.vtkSegmentation()
    copy.SetSourceRepresentationName(segmentation.GetSourceRepresentationName())
    copy.CopyConversionParameters(segmentation)
    copy.CopySegmentFromSegmentation(segmentation, segment_id)
    if segmentation.GetSourceRepresentationName() != name:
        copy.SetConversionParameter(
            converter.GetReferenceImageGeometryParameterName(),
            converter.SerializeImageGeometry(dose),
        )
        rule = slicer.vtkClosedSurfaceToBinaryLabelmapConversionRule
        copy.SetConversionParameter(rule.GetOversamplingFactorParameterName(), "2")
        copy.CreateRepresentation(name, True)
    return copy.GetSegment(segment_id).GetRepresentation(name)
