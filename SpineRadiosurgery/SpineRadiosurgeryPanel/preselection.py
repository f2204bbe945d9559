"""What an empty case takes from a scene into which something was loaded in another way."""

import slicer

from .case_nodes import nodesOf
from .library import step
from .parameters import SpineRadiosurgeryParameterNode


def preselect(case, logic):
    """Choose structures, image and dose for an empty case, of those that no case uses.

    Nothing is chosen where there are no structures that were loaded or drawn.
    """
    if nodesOf(case):
        return
    used = {
        node.GetID()
        for parameterNode in logic.getAllParameterNodes()
        for node in nodesOf(SpineRadiosurgeryParameterNode(parameterNode))
    }
    structures = [
        node
        for node in _unused("vtkMRMLSegmentationNode", used)
        if not step("provenance").step_of(node) and node.GetSegmentation().GetNumberOfSegments()
    ]
    if not structures:
        return
    loaded = step("loading").nodes_of_case(structures[0])
    volumes = _unused("vtkMRMLScalarVolumeNode", used)
    doses = [node for node in volumes if step("loading").is_dose(node)]
    images = [node for node in volumes if node not in doses]
    case.structuresNode = structures[0]
    case.imageNode = loaded.image or next(iter(images), None)
    case.doseNode = loaded.dose or next(iter(doses), None)


def _unused(className, used):
    """Return the scene's nodes of just this class that no case uses, in their order."""
    scene = slicer.mrmlScene
    count = scene.GetNumberOfNodesByClass(className)
    nodes = [scene.GetNthNodeByClass(number, className) for number in range(count)]
    return [
        node
        for node in nodes
        if node.GetClassName() == className and not node.GetHideFromEditors() and node.GetID() not in used
    ]
