"""Pain response of one visit against the baseline, by RTOG 0631 and by the consensus."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

from ..answers import NO, UNKNOWN, YES
from ..sources import CHOW_2012, RTOG_0631_RESULT
from .entry import Visit
from .medication import LESS, LITTLE_MORE, MORE, RISES, MedicationChange, medication_change

RTOG, CONSENSUS = "rtog_0631", "consensus"
COMPLETE, PARTIAL, STABLE = "complete", "partial", "stable"
INDETERMINATE, PROGRESSIVE = "indeterminate", "progressive"
PAIN_CLASSES = (COMPLETE, PARTIAL, STABLE, INDETERMINATE, PROGRESSIVE)
"""From the best to the worst; stable and indeterminate are neither response nor progression."""
RESPONSES = (COMPLETE, PARTIAL)

RTOG_POINTS = 3
STABLE_POINTS = 2
CONSENSUS_POINTS = 2
_NO_PAIN = "There was no pain before treatment: a response is undefined."
_DIGITS = 6  # of differences of scores: 4.1 - 1.1 is 3 points


@dataclass(frozen=True)
class PainCriterion:
    """When a class applies, in words; `verified` is False for what was not read in a source."""

    code: str
    words: str
    verified: bool


@dataclass(frozen=True)
class PainDefinition:
    """A definition of pain response, as it is shown at the point of choice."""

    code: str
    title: str
    criteria: tuple[PainCriterion, ...]
    citation: str


PAIN_DEFINITIONS: dict[str, PainDefinition] = {
    RTOG: PainDefinition(
        RTOG,
        "RTOG 0631",
        (
            PainCriterion(
                COMPLETE,
                "Score 0, no worse pain at other sites and no increase in pain medication.",
                verified=False,
            ),
            PainCriterion(
                PARTIAL,
                "Score lower by 3 points or more, no worse pain at other sites and no increase in "
                "pain medication.",
                verified=False,
            ),
            PainCriterion(STABLE, "Score within 2 points.", verified=False),
            PainCriterion(
                INDETERMINATE,
                "Score lower by 3 points or more, but worse pain at other sites or an increase in "
                "pain medication: no response, and the trial names no class for it.",
                verified=False,
            ),
            PainCriterion(PROGRESSIVE, "Score higher by 3 points or more.", verified=False),
        ),
        RTOG_0631_RESULT,
    ),
    CONSENSUS: PainDefinition(
        CONSENSUS,
        "International consensus",
        (
            PainCriterion(COMPLETE, "Score 0 without an increase of analgesics.", verified=True),
            PainCriterion(
                PARTIAL,
                "Score lower by 2 points or more without an increase of analgesics, or opioids "
                "reduced by 25 % or more without an increase of pain.",
                verified=True,
            ),
            PainCriterion(
                STABLE,
                "Score changed by less than 2 points and opioids by less than 25 %.",
                verified=False,
            ),
            PainCriterion(
                INDETERMINATE,
                "None of the others: score and opioids tell different things.",
                verified=False,
            ),
            PainCriterion(
                PROGRESSIVE,
                "Score higher by 2 points or more with stable opioids (read as: changed by less "
                "than 25 %), or opioids higher by 25 % or more with pain stable or higher.",
                verified=False,
            ),
        ),
        CHOW_2012,
    ),
}
"""RTOG 0631: that a response is a fall of 3 points or more, without worse pain at other sites and
without more pain medication, was read in its result; the four classes are from memory."""


@dataclass(frozen=True)
class PainClass:
    """The class of one visit by one definition.

    Attributes
    ----------
    definition : str
        Key of `PAIN_DEFINITIONS`.
    classes : tuple of str
        One class; several where it is open; none where the definition does not apply.
    text : str
        Why.
    verified : bool
        Whether the criteria of all `classes` were read in a source.
    citation : str
    """

    definition: str
    classes: tuple[str, ...]
    text: str
    verified: bool
    citation: str


def pain_class(definition: str, baseline: Visit, visit: Visit) -> PainClass:
    """Return the class of a visit by a definition.

    What is not recorded, and what the definition leaves undefined, leaves several classes.

    Parameters
    ----------
    definition : str
        "rtog_0631" or "consensus".
    baseline, visit : Visit
        The state before treatment and on the day that is classed.

    Returns
    -------
    PainClass
    """
    before, after = baseline.pain_score, visit.pain_score
    if before is None or after is None:
        missing = "before treatment" if before is None else f"on day {visit.day}"
        return _classed(definition, (), [f"No pain score is recorded {missing}."])
    medication = medication_change(baseline, visit)
    if definition == RTOG:
        found, reasons = _by_rtog(before, after, medication, visit.other_sites_worse)
    else:
        found, reasons = _by_consensus(before, after, medication)
    if before == 0:
        # A rise from no pain is defined; a response to treatment is not.
        is_worse = PROGRESSIVE in found
        reasons = [_NO_PAIN, *(reasons if is_worse else [])]
        found = found - set(RESPONSES) if is_worse else frozenset()
    classes = tuple(code for code in PAIN_CLASSES if code in found)
    return _classed(definition, classes, [_points(before, after), *reasons])


def _classed(definition: str, classes: tuple[str, ...], reasons: list[str]) -> PainClass:
    defined = PAIN_DEFINITIONS[definition]
    verified = {criterion.code: criterion.verified for criterion in defined.criteria}
    return PainClass(
        definition=definition,
        classes=classes,
        text=" ".join(reasons),
        verified=bool(classes) and all(verified[code] for code in classes),
        citation=defined.citation,
    )


def _points(before: float, after: float) -> str:
    fall = round(before - after, _DIGITS)
    said = "unchanged" if fall == 0 else f"{abs(fall):g} {'lower' if fall > 0 else 'higher'}"
    return f"Pain score {before:g} before treatment, {after:g} now: {said}."


def _by_rtog(
    before: float, after: float, medication: MedicationChange, other_sites_worse: str
) -> tuple[frozenset[str], list[str]]:
    worse = {YES: (True,), NO: (False,), UNKNOWN: (False, True)}[other_sites_worse]
    found = frozenset(
        code
        for increased in medication.increased
        for is_worse in worse
        for code in _rtog_classes(before, after, is_clean=not (increased or is_worse))
    )
    fall = round(before - after, _DIGITS)
    reasons = [medication.remark]
    if fall > STABLE_POINTS:
        reasons += [_OTHER_SITES[other_sites_worse], _rtog_medication(medication)]
    if STABLE_POINTS < abs(fall) < RTOG_POINTS:
        reasons.append("The trial names no class between 2 and 3 points: decide.")
    if {COMPLETE, STABLE} <= found:
        reasons.append(
            "A score of 0 is complete by the classes, but a fall of less than 3 points is no "
            "response in the trial, whose patients had 5 points or more: decide."
        )
    return found, [reason for reason in reasons if reason]


_OTHER_SITES = {
    YES: "Pain at other sites is worse.",
    NO: "",
    UNKNOWN: "Whether pain at other sites is worse is not recorded.",
}


def _rtog_medication(medication: MedicationChange) -> str:
    if len(medication.increased) > 1:
        return medication.open_text
    return "Pain medication was increased." if medication.increased[0] else ""


def _rtog_classes(before: float, after: float, *, is_clean: bool) -> Set[str]:
    fall = round(before - after, _DIGITS)
    if fall <= -RTOG_POINTS:
        return {PROGRESSIVE}
    if fall < -STABLE_POINTS:
        return {STABLE, PROGRESSIVE}
    responded = (COMPLETE if after == 0 else PARTIAL) if is_clean else INDETERMINATE
    if fall >= RTOG_POINTS:
        return {responded}
    if fall > STABLE_POINTS or (after == 0 and is_clean):
        return {responded, STABLE}
    return {STABLE}


def _by_consensus(
    before: float, after: float, medication: MedicationChange
) -> tuple[frozenset[str], list[str]]:
    found = frozenset(
        code for state in medication.opioids for code in _consensus_classes(before, after, state)
    )
    fall = round(before - after, _DIGITS)
    reasons = [medication.remark, medication.open_text if len(found) > 1 else ""]
    if 0 < fall < CONSENSUS_POINTS and MORE in medication.opioids:
        reasons.append(
            f"Whether a fall of {fall:g} is stable pain, which with opioids higher by 25 % or "
            "more is progression, is not defined: decide."
        )
    return found, [reason for reason in reasons if reason]


def _consensus_classes(before: float, after: float, opioids: str) -> Set[str]:
    fall = round(before - after, _DIGITS)
    if opioids in RISES:
        return _with_more_opioids(fall, opioids)
    if after == 0:
        return {COMPLETE}
    if fall >= CONSENSUS_POINTS or (opioids == LESS and fall >= 0):
        return {PARTIAL}
    if opioids == LESS:
        return {INDETERMINATE}
    return {PROGRESSIVE} if fall <= -CONSENSUS_POINTS else {STABLE}


def _with_more_opioids(fall: float, opioids: str) -> Set[str]:
    if fall >= CONSENSUS_POINTS:
        return {INDETERMINATE}
    if fall <= -CONSENSUS_POINTS:
        return {PROGRESSIVE}
    if opioids == LITTLE_MORE:
        return {STABLE}
    return {PROGRESSIVE} if fall <= 0 else {INDETERMINATE, PROGRESSIVE}
