"""The library's steps in the scene, loaded when they are first taken."""

import importlib


def step(name):
    """Return a step of the workflow in the library."""
    return importlib.import_module(f"spine_radiosurgery.scene.steps.{name}")


def segmentOf(segmentationNode, segmentID):
    """Return a segment for the library; None where none is named."""
    if segmentationNode is None or not segmentID:
        return None
    return step("structures").Segment(segmentationNode, segmentID)


def segmentsOf(pairs):
    """Return the segments of (node, segment ID) for the library; None where no list is given."""
    return None if pairs is None else [segmentOf(node, segmentID) for node, segmentID in pairs]


def imageOf(structuresNode):
    """Return the planning image that was loaded with structures."""
    return step("loading").nodes_of_case(structuresNode).image


def isAnotherInput(resultNode, part, node, segmentID=None):
    """Whether another node or segment is chosen now than a result was made from.

    :param part: which input: "dose", "cord", "target 1", ...
    :return: False where the former one is gone from the scene; ``changesSince`` tells that.
    """
    used = step("provenance").inputs_of(resultNode).get(part)
    if used is None:
        return node is not None and part not in step("provenance").parts_of(resultNode)
    if segmentID is None:
        return used is not node
    return used.node is not node or used.segment_id != segmentID
