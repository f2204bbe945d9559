"""What the measured values of a draft were measured on, noted with the node of its case.

Else a structure that is edited between measuring and recording would go unnoticed.
"""

from slicer.i18n import tr as _

from ..library import step

MEASURED = "Assessed"
"""Kind of the note."""


def noteMeasured(case, inputs):
    """Note what was measured for the draft of a case; a former note is replaced.

    :param inputs: node and segment ID by part, as ``logic.assessmentInputs`` tells.
    """
    from ..library import segmentOf

    forgetMeasured(case)
    records = step("records")
    records.write_record(case.parameterNode, MEASURED, records.Record({}))
    used = {part: segmentOf(node, segmentID) or node for part, (node, segmentID) in inputs.items()}
    step("provenance").note_provenance(noteOf(case), "measured", used, {})


def noteOf(case):
    """Return the note of a case; None where nothing was measured."""
    return case.parameterNode.GetNodeReference(step("records").PREFIX + MEASURED)


def forgetMeasured(case):
    """Take back ``noteMeasured``."""
    note = noteOf(case)
    if note is not None:
        note.GetScene().RemoveNode(note)


def inputsOf(case):
    """Return what was measured and is still there: node and segment ID by part."""
    note = noteOf(case)
    found = {} if note is None else step("provenance").inputs_of(note)
    return {part: pair for part, pair in ((part, _pair(used)) for part, used in found.items()) if _isThere(*pair)}


def changesSinceMeasured(logic, case):
    """Say what was changed since the draft was measured."""
    note = noteOf(case)
    return [] if note is None else list(logic.changesSince(note))


def otherChoices(case):
    """Say where another structure is chosen now than was measured."""
    note = noteOf(case)
    if note is None:
        return []
    measured, parts = inputsOf(case), step("provenance").parts_of(note)
    chosen = {
        "tumor": (_("tumor"), (case.gtvNode, case.gtvSegmentID)),
        "cord": (_("cord"), (case.cordNode, case.cordSegmentID)),
        "target": (_("target"), (case.targetNode, case.targetSegmentID)),
    }
    # What is not chosen was found by its role; what was removed is told by the logic.
    template = _("another {what} is chosen")
    return [
        template.format(what=what)
        for part, (what, pair) in chosen.items()
        if None not in pair and pair[1] and part in parts and pair != measured.get(part, pair)
    ]


def _pair(used):
    segmentID = getattr(used, "segment_id", None)
    return (used, None) if segmentID is None else (used.node, segmentID)


def _isThere(node, segmentID):
    return segmentID is None or node.GetSegmentation().GetSegment(segmentID) is not None
