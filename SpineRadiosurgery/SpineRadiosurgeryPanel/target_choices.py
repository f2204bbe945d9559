"""What a case says of its target: sectors, vertebrae, and what differs from the target made."""

from slicer.i18n import tr as _

from spine_radiosurgery.anatomy import SECTORS
from spine_radiosurgery.targets import TEMPLATES

from .case_nodes import sectorsNodes
from .library import segmentOf, step
from .target_words import inWords, sectorsInWords, sidesInWords

NO_SECTOR = "none"
"""In the field ``sectorChoice``: a choice of no sector; "" is no choice, the template holds."""
LEFT_OUT = "SectorsLeftOut"
"""Reference role: split vertebrae that do not go into the target."""


# Sectors


def chosenSectors(case):
    """Return the sectors of the target, by choice or by template."""
    if not case.sectorChoice:
        return TEMPLATES.get(case.template, ())
    return tuple(name for name in SECTORS if name in case.sectorChoice.split(","))


def chooseTemplate(case, template):
    """Take the sectors of a template."""
    modified = case.StartModify()
    case.template, case.sectorChoice = template, ""
    case.EndModify(modified)


def chooseSectors(case, sectors, *, asTemplate=True):
    """Take some sectors.

    :param asTemplate: take them as a template where one has just these.
    """
    ordered = tuple(name for name in SECTORS if name in sectors)
    template = next((key for key, those in TEMPLATES.items() if those == ordered), None)
    if asTemplate and template is not None:
        chooseTemplate(case, template)
    else:
        case.sectorChoice = ",".join(ordered) or NO_SECTOR


# Vertebrae


def includedNodes(case):
    """Return the split vertebrae that go into the target."""
    out = leftOutNodes(case)
    return [node for node in sectorsNodes(case) if node not in out]


def leftOutNodes(case):
    """Return the split vertebrae that do not go into the target."""
    node = case.parameterNode
    found = [node.GetNthNodeReference(LEFT_OUT, number) for number in range(node.GetNumberOfNodeReferences(LEFT_OUT))]
    return [one for one in found if one is not None]


def includeNode(case, sectorsNode, included):
    """Let a split vertebra go into the target, or leave it out."""
    out = [node.GetID() for node in leftOutNodes(case) if node is not sectorsNode]
    if not included:
        out.append(sectorsNode.GetID())
    modified = case.parameterNode.StartModify()
    case.parameterNode.RemoveNodeReferenceIDs(LEFT_OUT)
    for nodeID in out:
        case.parameterNode.AddNodeReferenceID(LEFT_OUT, nodeID)
    case.parameterNode.EndModify(modified)


def vertebraName(sectorsNode):
    """Return what a split vertebra is called: "T8"."""
    return sectorsNode.GetName().removesuffix(" sectors")


# The target there is


def targetOf(case):
    """Return the target's segment for the library; None where there is none."""
    node = case.targetNode
    if node is None or node.GetSegmentation().GetSegment(case.targetSegmentID) is None:
        return None
    return segmentOf(node, case.targetSegmentID)


def isDrawn(case):
    """Whether the target of a case was drawn, and taken as it is."""
    drawn = step("targets").drawn_target_of(case.parameterNode)
    return drawn is not None and _isSame(drawn, targetOf(case))


def isMade(case):
    """Whether the target of a case was made from sectors."""
    node = case.targetNode
    return targetOf(case) is not None and step("provenance").step_of(node) == "target" and not isDrawn(case)


def cordOf(case):
    """Return the cord to keep out of the target: the case's, else the one beside the vertebra."""
    chosen = segmentOf(case.cordNode, case.cordSegmentID)
    if chosen is not None:
        return chosen
    nodes = includedNodes(case)
    return step("splitting").source_of(nodes[0])[1] if nodes else None


def differencesOfMade(case):
    """Say which choices differ from those that the target was made from sectors with."""
    node, provenance = case.targetNode, step("provenance")
    options, inputs = provenance.parameters_of(node), provenance.inputs_of(node)
    # What has left the scene is told by the logic's ``changesSince``.
    gone = {part.split()[0] for part in provenance.parts_of(node) if part not in inputs}
    template = options["template"]
    before = {
        "sectors": options["choice"] or TEMPLATES.get(template, ()),
        "vertebrae": [used for part, used in inputs.items() if part.startswith("sectors ")],
        "margin": options["margin_mm"],
        "tumor": inputs.get("gtv 1"),
        "cord": inputs.get("cord"),
    }
    now = {
        "sectors": chosenSectors(case),
        "vertebrae": includedNodes(case),
        "margin": case.targetMarginMm,
        "tumor": segmentOf(case.gtvNode, case.gtvSegmentID) if case.uniteWithGtv else None,
        "cord": cordOf(case) if case.keepOutOfCord else None,
    }
    found = []
    if tuple(before["sectors"]) != now["sectors"]:
        found.append((_("sectors"), sectorsInWords(before["sectors"]), sectorsInWords(now["sectors"])))
    if "sectors" not in gone and _ids(before["vertebrae"]) != _ids(now["vertebrae"]):
        found.append((_("vertebrae"), _names(before["vertebrae"]), _names(now["vertebrae"])))
    if before["margin"] != now["margin"]:
        found.append((_("margin"), sidesInWords(before["margin"]), sidesInWords(now["margin"])))
    for key, part, words in (("tumor", "gtv", _("united with")), ("cord", "cord", _("kept out of"))):
        if part not in gone and not _isSame(before[key], now[key]):
            found.append((words, _segmentName(before[key]), _segmentName(now[key])))
    return [inWords(*difference) for difference in found]


def _ids(nodes):
    return {node.GetID() for node in nodes}


def _names(nodes):
    return " + ".join(vertebraName(node) for node in nodes) or _("none")


def _segmentName(segment):
    return _("nothing") if segment is None else segment.segment_id


def _isSame(one, other):
    if one is None or other is None:
        return one is other
    return one.node is other.node and one.segment_id == other.segment_id
