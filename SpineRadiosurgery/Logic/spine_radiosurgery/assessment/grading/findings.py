"""From measurements to the answers that a grade turns on, each with the reason for a doubt."""

from __future__ import annotations

from .compressing import Measurements
from .deciding import Finding, Findings
from .limits import (
    APART_VOXELS,
    CORD_LOSS_PERCENT,
    CSF_SIGMAS,
    CSF_VOXELS,
    DISPLACED_MM,
    EITHER,
    HALF_OF_CANAL_PERCENT,
    IN_CANAL_VOXELS,
    INDENTED_MM,
    NO,
    SAC_LOSS_PERCENT,
    TOUCHING_VOXELS,
    YES,
    Fact,
    Measured,
    any_of,
    beyond,
)
from .references import Change
from .sections import Sections

PERCENT, MM = " %", " mm"
Asked = tuple[str, Measured | None, float, str]
"""A measurement: its name, the value, our limit, their unit."""


def findings_of(found: Measurements, sections: Sections) -> Findings:
    """Say what the measurements answer.

    Parameters
    ----------
    found : Measurements
    sections : Sections
        What was measured, for the size of its voxels.
    """
    sac = _sac(found, sections)
    touches = _touching(found, sections)
    return Findings(
        in_canal=_in_canal(found, sections, sac, touches),
        sac_deformed=sac,
        touches=touches,
        cord_deformed=_cord(found, sections, sac, touches),
        csf_seen=_csf(found, sections),
        over_half=_over_half(found),
    )


def _sac(found: Measurements, sections: Sections) -> Finding:
    what = "the thecal sac"
    if "sac" not in sections.masks:
        question = f"{what} is deformed or displaced"
        return Finding(EITHER, question, f"{what} is missing beside the tumor")
    indented_mm = INDENTED_MM * max(1.0, sections.edges_apart_mm("sac"))
    return _changed(
        what,
        found.sac,
        SAC_LOSS_PERCENT,
        found.is_beside,
        found.is_sac_there,
        ("indentation", found.sac.indentation_mm, indented_mm, MM),
    )


def _cord(found: Measurements, sections: Sections, sac: Finding, touches: Finding) -> Finding:
    what = "the cord"
    if "cord" in sections.masks:
        cord = _changed(what, found.cord, CORD_LOSS_PERCENT, found.is_beside, found.is_cord_there)
        return _off_the_cord(cord, touches, found.cord)
    # What does not deform the sac does not deform the cord in it.
    fact = NO if sac.fact == NO else EITHER
    question = f"{what} is deformed or displaced"
    return Finding(fact, question, f"{what} is missing beside the tumor")


def _off_the_cord(cord: Finding, touches: Finding, change: Change) -> Finding:
    """What of the cord counts where CSF lies between it and the tumor.

    Then nothing presses on it, and what the resolution leaves open is no deformation. A cord that
    is clearly displaced or deformed meets the paper's words for grade II (CSF between tumor and
    cord) and for grade IV (cord displaced, CSF visible): a person decides.
    """
    if touches.fact != NO or cord.fact == NO or not (change.sides and change.is_whole):
        return cord
    if cord.fact == EITHER:
        return Finding(NO, cord.question)
    doubt = "it is, yet CSF lies between it and the tumor, as the paper has it of grade II"
    return Finding(EITHER, cord.question, doubt)


def _in_canal(found: Measurements, sections: Sections, sac: Finding, touches: Finding) -> Finding:
    question = "the tumor reaches into the canal"
    if found.depth_mm is None:
        # What deforms the sac, or touches the cord, is in the canal.
        fact = YES if YES in (sac.fact, touches.fact) else EITHER
        return Finding(fact, question, "the canal is missing beside the tumor")
    voxel = sections.edge_mm("canal")
    fact = beyond(found.depth_mm, IN_CANAL_VOXELS * voxel, _apart_mm(sections, "canal"))
    if fact == NO and not found.is_canal_whole:
        return Finding(EITHER, question, "the canal is missing beside a part of the tumor")
    return Finding(
        fact,
        question,
        f"its {found.depth_mm:.1f} mm are too near to the size of a voxel ({voxel:.1f} mm)",
    )


def _changed(
    what: str,
    change: Change,
    loss_limit: float,
    is_beside: bool,
    is_there: bool,
    *more: Asked,
) -> Finding:
    question = f"{what} is deformed or displaced"
    if not is_beside and is_there:
        return Finding(NO, question)
    if not is_beside:
        return Finding(EITHER, question, f"{what} is missing beside a part of the tumor")
    if not change.sides:
        reason = f"{what} has no section clear of tumor above or below to be compared with"
        return Finding(EITHER, question, reason)
    asked = (
        ("loss of cross-section", change.loss_percent, loss_limit, PERCENT),
        ("loss of width", change.narrowing_percent, loss_limit, PERCENT),
        ("displacement", change.displacement_mm, DISPLACED_MM, MM),
        *more,
    )
    facts = [EITHER if value is None else value.exceeds(limit) for _, value, limit, _ in asked]
    fact = any_of(*facts)
    if fact == NO and not (is_there and change.is_whole):
        return Finding(EITHER, question, f"{what} is missing beside a part of the tumor")
    doubts = [
        f"its {name} ({_shown(value, unit)}) is too near to our limit of {limit:.3g}{unit}"
        if value is not None
        else f"its {name} cannot be measured"
        for (name, value, limit, unit), one in zip(asked, facts, strict=True)
        if one == EITHER
    ]
    return Finding(fact, question, " and ".join(doubts))


def _touching(found: Measurements, sections: Sections) -> Finding:
    question = "the tumor touches the cord"
    if "cord" not in sections.masks:
        return Finding(
            _off_the_sac(found, sections), question, "the cord is missing beside the tumor"
        )
    voxel = sections.edge_mm("cord")
    limits = TOUCHING_VOXELS * voxel, _apart_mm(sections, "cord")
    away = NO if found.gap_mm is None else beyond(found.gap_mm, *limits)
    fact: Fact = tuple(sorted(not is_away for is_away in away)) if found.gap_mm is not None else NO
    if fact == NO and not found.is_cord_there:
        return Finding(EITHER, question, "the cord is missing beside a part of the tumor")
    gap = 0.0 if found.gap_mm is None else found.gap_mm
    return Finding(
        fact, question, f"the gap of {gap:.1f} mm is too near to a voxel ({voxel:.1f} mm)"
    )


def _off_the_sac(found: Measurements, sections: Sections) -> Fact:
    """Without a cord: tumor that keeps off the sac keeps off the cord in it."""
    if found.sac_gap_mm is None or not found.is_sac_there:
        return EITHER
    return NO if found.sac_gap_mm >= _apart_mm(sections, "sac") else EITHER


def _apart_mm(sections: Sections, name: str) -> float:
    """From where on tumor and the edge of a structure are surely not at one place."""
    return APART_VOXELS * sections.edges_apart_mm(name)


def _csf(found: Measurements, sections: Sections) -> Finding:
    question = "CSF is left in the tightest section"
    if found.csf_mm2 is None or found.csf_thickness_mm is None:
        missing = [
            name for name, key in (("sac", "sac"), ("cord", "cord")) if key not in sections.masks
        ]
        if missing:
            return Finding(EITHER, question, f"the {' and the '.join(missing)} is missing")
        return Finding(EITHER, question, "sac and cord are not both there beside the tumor")
    voxel = sections.coarsest_mm("sac", "cord")
    least, most = (n * found.csf_mm2.uncertainty for n in CSF_SIGMAS)
    thinnest, thickest = (n * voxel for n in CSF_VOXELS)
    facts = (
        beyond(found.csf_mm2.value, least, most),
        beyond(found.csf_thickness_mm, thinnest, thickest),
    )
    fact = YES if facts == (YES, YES) else NO if NO in facts else EITHER
    return Finding(
        fact,
        question,
        f"{found.csf_mm2.value:.0f} mm2 of {found.csf_thickness_mm:.1f} mm thickness are too near "
        f"to what a voxel of {voxel:.1f} mm shows",
    )


def _over_half(found: Measurements) -> Finding:
    question = "more than half of the canal is compressed"
    if found.filled_percent is None:
        return Finding(EITHER, question, "the canal is missing beside the tumor")
    fact = found.filled_percent.exceeds(HALF_OF_CANAL_PERCENT)
    if fact == NO and not found.is_canal_whole:
        return Finding(EITHER, question, "the canal is missing beside a part of the tumor")
    return Finding(
        fact,
        question,
        f"{_shown(found.filled_percent, PERCENT)} are too near to half, which the paper leaves "
        "open",
    )


def _shown(measured: Measured, unit: str) -> str:
    digits = 1 if unit == MM else 0
    return f"{max(measured.value, 0.0):.{digits}f} ± {measured.uncertainty:.{digits}f}{unit}"
