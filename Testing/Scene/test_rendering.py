"""What a scene shows in three dimensions; needs a GL library."""

from __future__ import annotations

import numpy as np
from scene_plans import plan

import spine_radiosurgery as sr


def rendered_surfaces(segmentation_node) -> np.ndarray:
    """Draw every closed surface in its segment's colour, seen from the left; (rows, columns, 3)."""
    import vtk
    from vtk.util.numpy_support import vtk_to_numpy

    renderer = vtk.vtkRenderer()
    segmentation = segmentation_node.GetSegmentation()
    for n in range(segmentation.GetNumberOfSegments()):
        segment = segmentation.GetNthSegment(n)
        mapper = vtk.vtkPolyDataMapper()
        mapper.SetInputData(segment.GetRepresentation("Closed surface"))
        mapper.ScalarVisibilityOff()
        actor = vtk.vtkActor()
        actor.SetMapper(mapper)
        actor.GetProperty().SetColor(segment.GetColor())
        actor.GetProperty().LightingOff()
        renderer.AddActor(actor)
    camera = renderer.GetActiveCamera()
    camera.SetPosition(-1, 0, 0)
    camera.SetViewUp(0, 0, 1)
    renderer.ResetCamera()
    window = vtk.vtkRenderWindow()
    window.SetOffScreenRendering(1)
    window.SetMultiSamples(0)
    window.SetSize(200, 200)
    window.AddRenderer(renderer)
    window.Render()
    grab = vtk.vtkWindowToImageFilter()
    grab.SetInput(window)
    grab.Update()
    pixels = vtk_to_numpy(grab.GetOutput().GetPointData().GetScalars())
    return pixels.reshape(200, 200, 3)


def test_target_and_cord_volume_are_seen_in_their_colours(gl):
    from spine_radiosurgery.scene.bundle import add_report
    from spine_radiosurgery.scene.headless import fresh_scene

    report = sr.evaluate(plan(), target="CTV_T8", cord="SpinalCord")
    with fresh_scene() as scene:
        node = add_report(scene, report)["target_and_cord"]
        picture = rendered_surfaces(node)
        segmentation = node.GetSegmentation()
        colours = {
            segmentation.GetNthSegment(n).GetName(): np.rint(
                255 * np.array(segmentation.GetNthSegment(n).GetColor())
            )
            for n in range(segmentation.GetNumberOfSegments())
        }
    for name in ("CTV_T8", "SpinalCord"):
        seen = (np.abs(picture - colours[name]).max(axis=2) <= 1).sum()
        assert seen > 200, name
