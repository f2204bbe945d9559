"""Complications with their onset, beside what the paper reports of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..answers import NO, UNKNOWN, YES
from ..sources import RYU_2015
from .days import DAYS_A_MONTH, months, span, when
from .entry import Complication, RiskFactors
from .follow_up import FollowUp
from .pain import FLARE_DAYS

NEUROLOGICAL_COMPLICATIONS = f"{RYU_2015}, neurological complications"
OTHER_COMPLICATIONS = f"{RYU_2015}, non-neurological complications"
MYELOPATHY_MONTHS = 13
"""Of the one case in 230 patients; the paper calls the latency long and gives no limit."""
MUCOSITIS_DAYS = 14

RISK_FACTORS: dict[str, str] = {
    "surgery": "prior surgery",
    "systemic_therapy": "concurrent systemic therapy",
    "diabetes": "diabetes",
    "collagen_disease": "collagen vascular disease",
}
"""Of those that the paper names; others are acute infection, a tumor that extends to adjacent
tissue, and a genetic predisposition."""

_LONG_LATENCY = (
    "The paper reports one spinal cord injury in 230 patients, 13 months after 16 Gy at C1 and C2, "
    "which improved with steroids, and says that it can occur after a long latency."
)


@dataclass(frozen=True)
class ComplicationFinding:
    """A complication, or one that is not excluded yet, with what the paper says of it.

    Attributes
    ----------
    kind, title : str
    recorded : bool
        False for a remark on what follow-up is too short for.
    day : int or None
        Onset.
    months : float or None
    symptomatic, fracture : str
        As recorded.
    resolved_day, resolved_after_days : int or None
    text : str
        In plain sentences.
    risk_factors : tuple of str
        Those recorded as present.
    note : str
    citation : str
        Of what `text` says of the paper; "" where it says nothing.
    """

    kind: str
    title: str
    recorded: bool
    day: int | None
    months: float | None
    symptomatic: str
    fracture: str
    resolved_day: int | None
    resolved_after_days: int | None
    text: str
    risk_factors: tuple[str, ...]
    note: str
    citation: str


def complication_findings(follow_up: FollowUp) -> tuple[ComplicationFinding, ...]:
    """Return the complications in order of onset, and whether myelopathy is not excluded yet.

    Parameters
    ----------
    follow_up : FollowUp

    Returns
    -------
    tuple of ComplicationFinding
    """
    present = present_risk_factors(follow_up.risk_factors)
    found = [_finding(entry, follow_up, present) for entry in follow_up.complications]
    text = _myelopathy_not_excluded(follow_up)
    if text:
        found.append(
            ComplicationFinding(
                kind="myelopathy",
                title=_KINDS["myelopathy"].title,
                recorded=False,
                day=None,
                months=None,
                symptomatic=UNKNOWN,
                fracture="",
                resolved_day=None,
                resolved_after_days=None,
                text=text,
                risk_factors=present,
                note="",
                citation=NEUROLOGICAL_COMPLICATIONS,
            )
        )
    return tuple(found)


def present_risk_factors(factors: RiskFactors) -> tuple[str, ...]:
    """Return the risk factors that are recorded as present, in words."""
    return tuple(words for name, words in RISK_FACTORS.items() if getattr(factors, name) == YES)


def risk_factor_text(factors: RiskFactors) -> str:
    """Say which risk factors are present, absent and not recorded."""
    groups = (
        ("present", YES),
        ("absent", NO),
        ("not recorded", UNKNOWN),
    )
    said = []
    for group, answer in groups:
        words = [RISK_FACTORS[name] for name in RISK_FACTORS if getattr(factors, name) == answer]
        if words:
            said.append(f"{group}: {', '.join(words)}")
    return f"Risk factors {'; '.join(said)}."


def _finding(
    entry: Complication, follow_up: FollowUp, present: tuple[str, ...]
) -> ComplicationFinding:
    kind = _KINDS[entry.kind]
    resolved_after = None if entry.resolved_day is None else entry.resolved_day - entry.day
    return ComplicationFinding(
        kind=entry.kind,
        title=kind.title,
        recorded=True,
        day=entry.day,
        months=months(entry.day),
        symptomatic=entry.symptomatic,
        fracture=entry.fracture,
        resolved_day=entry.resolved_day,
        resolved_after_days=resolved_after,
        text=" ".join([_onset(entry), *kind.sentences(entry, follow_up)]),
        risk_factors=present,
        note=entry.note,
        citation=kind.citation,
    )


def _onset(entry: Complication) -> str:
    symptoms = {
        YES: "symptomatic",
        NO: "without symptoms",
        UNKNOWN: "whether with symptoms is not recorded",
    }[entry.symptomatic]
    # A flare or an odynophagia is a symptom.
    is_symptom = entry.kind in ("pain_flare", "mucositis") and entry.symptomatic == UNKNOWN
    said = f"{_title(entry)}: onset on {when(entry.day)}{'' if is_symptom else f', {symptoms}'}"
    if entry.resolved_day is None:
        return f"{said}; no resolution is recorded."
    lasted = span(entry.resolved_day - entry.day)
    return f"{said}; resolved on {when(entry.resolved_day)}, after {lasted}."


def _title(entry: Complication) -> str:
    title = _KINDS[entry.kind].title
    return f"{entry.fracture} {title}".capitalize() if entry.fracture else title.capitalize()


def _flare(entry: Complication, _: FollowUp) -> list[str]:
    sentences = [
        "The paper reports an acute worsening of pain in about 20 %, within 24 hours of a single "
        "dose or after a few days with fractions, usually transient."
    ]
    if entry.day > FLARE_DAYS:
        sentences.append(
            f"Day {entry.day} is later than that (here read as up to {FLARE_DAYS} days): pain that "
            "persists or grows may be from tumor, from instability or from degenerative disease."
        )
    return sentences


def _myelopathy(entry: Complication, _: FollowUp) -> list[str]:
    if entry.day >= MYELOPATHY_MONTHS * DAYS_A_MONTH:
        return [_LONG_LATENCY]
    return [
        _LONG_LATENCY,
        f"Onset after {span(entry.day)} is earlier than in that case, which does not rule "
        "myelopathy out: look for another cause, too.",
    ]


def _fracture(entry: Complication, _: FollowUp) -> list[str]:
    kind = [] if entry.fracture else ["Whether it is new or progressive is not recorded."]
    return [
        *kind,
        "The paper reports vertebral compression fractures in about 20 %, more often in lytic "
        "metastases of more than half of the body and above 20 Gy; it asks whether the cause is "
        "tumor or degeneration, and whether there are symptoms. A fracture is no contraindication "
        "to radiosurgery.",
    ]


def _mucositis(entry: Complication, follow_up: FollowUp) -> list[str]:
    sentences = ["The paper reports that acute effects of mucositis generally resolve in 2 weeks."]
    if entry.resolved_day is not None:
        if entry.resolved_day - entry.day > MUCOSITIS_DAYS:
            sentences.append("It lasted longer than that.")
        return sentences
    followed = follow_up.followed_days
    if followed is not None and followed - entry.day > MUCOSITIS_DAYS:
        sentences.append(f"Follow-up goes on {span(followed - entry.day)} beyond the onset.")
    return sentences


def _fistula(_: Complication, __: FollowUp) -> list[str]:
    return [
        "The paper mentions a late tracheoesophageal fistula in an immunocompromised patient with "
        "multiple myeloma after several chemotherapies and bone marrow transplantation."
    ]


def _skin(_: Complication, __: FollowUp) -> list[str]:
    return [
        "The paper reports that skin reactions are seldom, unless the tumor involves the posterior "
        "elements and extends close to the skin."
    ]


def _other(_: Complication, __: FollowUp) -> list[str]:
    return []


@dataclass(frozen=True)
class _Kind:
    title: str
    sentences: Callable[[Complication, FollowUp], list[str]]
    citation: str


_KINDS: dict[str, _Kind] = {
    "pain_flare": _Kind("pain flare", _flare, NEUROLOGICAL_COMPLICATIONS),
    "myelopathy": _Kind("myelopathy", _myelopathy, NEUROLOGICAL_COMPLICATIONS),
    "vertebral_fracture": _Kind("vertebral fracture", _fracture, OTHER_COMPLICATIONS),
    "mucositis": _Kind("mucositis", _mucositis, OTHER_COMPLICATIONS),
    "fistula": _Kind("fistula", _fistula, OTHER_COMPLICATIONS),
    "skin": _Kind("skin reaction", _skin, OTHER_COMPLICATIONS),
    "other": _Kind("other complication", _other, ""),
}


def _myelopathy_not_excluded(follow_up: FollowUp) -> str:
    """Say that follow-up is shorter than the latency of the paper's case; "" where it is not."""
    if any(entry.kind == "myelopathy" for entry in follow_up.complications):
        return ""
    days = follow_up.followed_days
    if days is None:
        return f"Myelopathy is not excluded: no follow-up is recorded. {_LONG_LATENCY}"
    if days >= MYELOPATHY_MONTHS * DAYS_A_MONTH:
        return ""
    until = " until death" if follow_up.died == YES else ""
    return (
        f"Myelopathy is not excluded{'' if until else ' yet'}: followed for {span(days)}{until}. "
        f"{_LONG_LATENCY}"
    )
