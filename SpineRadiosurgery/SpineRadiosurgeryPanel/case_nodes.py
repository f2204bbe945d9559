"""The nodes of a case: its fields, and the split vertebrae, which are references of its node."""

from .library import step

SECTORS = "Sectors"
NODE_FIELDS = (
    "imageNode",
    "doseNode",
    "structuresNode",
    "vertebraNode",
    "gtvNode",
    "drawnNode",
    "targetNode",
    "cordNode",
    "cordVolumeNode",
    "riskVolumeNode",
    "constraintsTable",
    "assessmentNode",
    "followUpNode",
    "followUpTransform",
)
"""Fields of a case that are nodes."""
SEGMENT_FIELDS = {
    "vertebraNode": ("vertebraSegmentID", "canalSegmentID"),
    "gtvNode": ("gtvSegmentID",),
    "drawnNode": ("drawnSegmentID",),
    "targetNode": ("targetSegmentID",),
    "cordNode": ("cordSegmentID",),
    "followUpNode": ("followUpSegmentID",),
}
"""The segments that go with a node."""


def sectorsNodes(case):
    """Return the segmentations with the sectors of the case's vertebrae, in the order of splitting."""
    node = case.parameterNode
    count = node.GetNumberOfNodeReferences(SECTORS)
    nodes = [node.GetNthNodeReference(SECTORS, number) for number in range(count)]
    return [found for found in nodes if found is not None]


def addSectorsNode(case, sectorsNode):
    """Add the sectors of a vertebra to a case; those of the same vertebra are removed from the scene."""
    for former in sectorsNodes(case):
        if former is not sectorsNode and former.GetName() == sectorsNode.GetName():
            removeSectorsNode(case, former)
    case.parameterNode.AddNodeReferenceID(SECTORS, sectorsNode.GetID())


def removeSectorsNode(case, sectorsNode):
    """Remove the sectors of a vertebra from a case and from the scene."""
    kept = [node.GetID() for node in sectorsNodes(case) if node is not sectorsNode]
    case.parameterNode.RemoveNodeReferenceIDs(SECTORS)
    for nodeID in kept:
        case.parameterNode.AddNodeReferenceID(SECTORS, nodeID)
    step("records").remove_recorded(sectorsNode)


def replaceResult(case, field, made):
    """Let a field of a case refer to a new result; the former one leaves the scene."""
    former = getattr(case, field)
    setattr(case, field, made)
    if former is not None and former is not made:
        step("records").remove_recorded(former)


def nodesOf(case):
    """Return every node that a case refers to."""
    named = (getattr(case, field) for field in NODE_FIELDS)
    found = {node.GetID(): node for node in (*named, *sectorsNodes(case)) if node is not None}
    return list(found.values())


def letGo(case, node):
    """Clear the fields of a case that refer to a node which is about to leave the scene.

    Otherwise a selector would take another node in its place, by itself.

    :return: whether the case referred to it.
    """
    fields = [field for field in NODE_FIELDS if getattr(case, field) is node]
    for field in fields:
        setattr(case, field, None)
        for segmentField in SEGMENT_FIELDS.get(field, ()):
            setattr(case, segmentField, "")
    return bool(fields)
