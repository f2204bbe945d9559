"""What an evaluation says beside its constraints, in the panel's sentences."""

import math

from slicer.i18n import tr as _

from .constraint_rows import measured


def fallOffSentence(fallOff):
    """Return the distance between the isodoses toward the cord, or why it is not known.

    :param fallOff: of ``logic.evaluation``.
    """
    if not fallOff:
        return _("not measured")
    if _isMissing(fallOff["median_mm"]):
        return _("not known. {reason}").format(reason=fallOff["reason"] or "")
    numbers = {key: fallOff[f"{key}_mm"] for key in ("median", "min", "max")}
    template = (
        _("{first:g}→{last:g} % in at least {median:.1f} mm ({min:.1f} to {max:.1f} mm); {missing} of {rays}"
          " rays do not reach both, so the median is a lower bound.")
        if fallOff["lower_bound"]
        else _("{first:g}→{last:g} % in {median:.1f} mm (median; {min:.1f} to {max:.1f} mm)")
    )  # fmt: skip
    return template.format(
        first=fallOff["from_percent"],
        last=fallOff["to_percent"],
        missing=fallOff["not_reached_90"] + fallOff["not_reached_50"],
        rays=fallOff["rays"],
        **numbers,
    )


def indicesSentence(indices):
    """Return the indices of the target that have a value."""
    labels = {
        "coverage_percent": _("coverage {value:.1f} %"),
        "paddick": _("Paddick conformity {value:.2f}"),
        "gradient": _("gradient index {value:.2f}"),
        "homogeneity": _("homogeneity {value:.2f}"),
        "d2cm_gy": _("D2cm {value:.1f} Gy"),
    }
    found = [label.format(value=indices[key]) for key, label in labels.items() if not _isMissing(indices.get(key))]
    return ", ".join(found) or _("no index is known")


def robustnessSentences(sentences):
    """Return what setup errors may do, or that they were not simulated."""
    if not sentences:
        return [_("not simulated")]
    return [text.replace("<=", "≤").replace(">=", "≥") for text in sentences]


def placeSentence(structure, pointRas, largestGy=None):
    """Return where a structure gets its largest dose: "SpinalCord: 10.8 Gy at R 3.1, A 12.0, S 40.5 mm"."""
    from spine_radiosurgery.report.page.formats import format_place

    place = format_place(pointRas)
    if largestGy is None:
        return _("{structure}: hottest at {place}").format(structure=structure, place=place)
    return _("{structure}: {dose} at {place}").format(
        structure=structure, dose=measured(largestGy, math.nan, "Gy"), place=place
    )


def largestDose(metricsNode, structure):
    """Return the largest dose of a structure in Gy from the table of metrics; None without one."""
    if metricsNode is None:
        return None
    table = metricsNode.GetTable()
    structures, metrics, values = (table.GetColumnByName(name) for name in ("Structure", "Metric", "Value"))
    for row in range(table.GetNumberOfRows()):
        if (structures.GetValue(row), metrics.GetValue(row)) == (structure, "Max[Gy]"):
            value = float(values.GetValue(row))
            return None if math.isnan(value) else value
    return None


def _isMissing(value):
    return value is None or math.isnan(value)
