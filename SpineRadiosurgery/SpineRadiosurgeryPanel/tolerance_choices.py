"""What the tolerance of a case is evaluated with, and how that differs from an evaluation."""

import json

from slicer.i18n import tr as _

from .library import step
from .protocol_choices import chosenProtocol, resolvedProtocol


def prescriptionOf(case):
    """Return dose in Gy and number of fractions, those of the plan where none were entered; 0 for none."""
    doseGy, fractions = case.prescriptionGy, case.fractions
    if case.structuresNode is not None and not (doseGy and fractions):
        planned = step("loading").planned_prescription(case.structuresNode)
        if planned is not None:
            doseGy, fractions = doseGy or planned.dose_gy, fractions or planned.fractions
    return doseGy, fractions


def evaluationOptions(case):
    """Return the fields of the library's ``EvaluationOptions`` as the case says them."""
    return {
        "protocol": chosenProtocol(case),
        "prescription_gy": case.prescriptionGy or None,
        "fractions": case.fractions or None,
        "margin_mm": case.cordMarginMm,
        "mode": case.cordMode,
        "previous_radiation": case.previousRadiation,
        "robustness": case.robustness,
        "roles": json.loads(case.rolesJson or "{}"),
        "prv_margin_mm": riskMarginMm(case),
    }


def riskMarginMm(case):
    """Return the margin that the planning risk volume was made with; None without one."""
    if case.riskVolumeNode is None:
        return None
    margin = step("provenance").parameters_of(case.riskVolumeNode).get("margin_mm")
    return tuple(margin) if isinstance(margin, list) else margin


def contradiction(case):
    """Say how the prescription that was entered contradicts the plan's; "" when it does not."""
    if case.structuresNode is None:
        return ""
    loading = step("loading")
    planned = loading.planned_prescription(case.structuresNode)
    if planned is None or loading.nodes_of_case(case.structuresNode).dose is not case.doseNode:
        return ""
    from spine_radiosurgery.case import InputError, Prescription
    from spine_radiosurgery.tolerance import check_prescription

    try:
        check_prescription(Prescription(*prescriptionOf(case)), planned)
    except InputError as error:
        return str(error)
    return ""


def differencesFrom(case, tableNode, facts):
    """Say which choices of a case differ from those that an evaluation was made with.

    :param facts: of the evaluation, by ``logic.evaluation``.
    """
    doseGy, fractions = prescriptionOf(case)
    chosen = evaluationOptions(case)
    used = step("provenance").parameters_of(tableNode)
    pairs = [
        (_("protocol"), *_protocols(used["protocol"], facts["protocol"], chosen["protocol"], fractions)),
        (_("prescription"), _dose(facts["prescription_gy"]), _dose(doseGy)),
        (_("fractions"), facts["fractions"], fractions),
        (_("margin of the cord volume"), _mm(used["margin_mm"]), _mm(chosen["margin_mm"])),
        (_("mode of the cord volume"), used["mode"], chosen["mode"]),
        (_("margin of the risk volume"), _mm(used["prv_margin_mm"]), _mm(chosen["prv_margin_mm"])),
        (_("earlier irradiation"), used["previous_radiation"], chosen["previous_radiation"]),
        (_("setup robustness"), _onOff(used["robustness"]), _onOff(chosen["robustness"])),
        *_nodePairs(case, tableNode),
    ]
    found = [
        _("{what} was {before}, now {now}").format(what=what, before=before, now=now)
        for what, before, now in pairs
        if before != now
    ]
    if used["roles"] != chosen["roles"]:
        found.append(_("the roles of the structures are others now"))
    return found


def _protocols(used, identifier, chosen, fractions):
    """Return what the protocols are called that were used and that are chosen; ones with equal names by version."""
    before = used if isinstance(used, dict) else identifier
    now = chosen if isinstance(chosen, dict) else resolvedProtocol(chosen, fractions)
    if before == now:
        return now, now
    names = [one["identifier"] if isinstance(one, dict) else one for one in (before, now)]
    if names[0] != names[1]:
        return names
    versions = [one["version"] if isinstance(one, dict) else _("as it comes with the program") for one in (before, now)]
    if versions[0] == versions[1]:
        versions[1] = _("{version} with another text").format(version=versions[1])
    return [_("{name} {version}").format(name=n, version=v) for n, v in zip(names, versions, strict=True)]


def _nodePairs(case, tableNode):
    """Return part, former and present name of the nodes; ones with equal names are told by their IDs."""
    used = step("provenance").inputs_of(tableNode)
    image = case.imageNode or used.get("image")
    pairs = (
        (_("dose"), used.get("dose"), case.doseNode),
        (_("image"), used.get("image"), image),
        (_("structures"), used.get("structures"), case.structuresNode or case.cordNode),
        (_("target"), used.get("target 1"), (case.targetNode, case.targetSegmentID)),
        (_("cord"), used.get("cord"), (case.cordNode, case.cordSegmentID)),
    )
    return [
        (part, *_names(_nodeAndSegment(before), _nodeAndSegment(now)))
        for part, before, now in pairs
        # What was removed is told by the logic already.
        if before is not None and _nodeAndSegment(before) != _nodeAndSegment(now)
    ]


def _nodeAndSegment(used):
    """Return node and segment ID; no segment ID for a whole node."""
    if isinstance(used, tuple):
        return used
    return (used.node, used.segment_id) if hasattr(used, "segment_id") else (used, "")


def _names(before, now):
    names = [_name(*before), _name(*now)]
    if names[0] == names[1]:
        names = [
            _("{name} of {node}").format(name=name, node=node.GetID() if node else _("none"))
            for name, (node, _segment) in zip(names, (before, now), strict=True)
        ]
    return names


def _name(node, segmentID):
    if node is None:
        return _("none")
    segment = node.GetSegmentation().GetSegment(segmentID) if segmentID else None
    return segment.GetName() if segment is not None else segmentID or node.GetName()


def _dose(doseGy):
    return _("{dose:g} Gy").format(dose=doseGy) if doseGy else _("none")


def _mm(margin):
    if margin is None:
        return _("none")
    values = {float(value) for value in (margin if isinstance(margin, (list, tuple)) else [margin])}
    if len(values) == 1:
        return _("{margin:g} mm").format(margin=values.pop())
    return _("{margins} mm").format(margins=", ".join(f"{value:g}" for value in margin))


def _onOff(isOn):
    return _("on") if isOn else _("off")
