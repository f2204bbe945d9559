"""Eligibility for RTOG 0631 as a checklist, with measured values where the images give them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...anatomy import in_order, is_below
from ..answers import check_range
from ..sources import RTOG_0631, RYU_2014
from .choosing import SMALL_PERCENT
from .entry import Selection
from .gap import gap_remarks
from .paraspinal import READING_ERROR_MM
from .scenarios import MOST_CONTIGUOUS, MOST_SITES, sites_of

MET, NOT_MET, NOT_EVALUABLE = "met", "not_met", "not_evaluable"
MEASURED, PERSON, LEVELS, OPEN = "measured", "person", "levels", "open"
LOWEST_LEVEL = "L5"
PARASPINAL_CM = 5.0
MRI_DAYS = 28.0
LEAST_AGE_YEARS = 18.0
LEAST_PAIN = 5.0


@dataclass(frozen=True)
class EligibilityItem:
    """One line of the checklist.

    Attributes
    ----------
    key : str
        "levels", "sites", "other_lesions", "cord_gap", "paraspinal", "mri_age", "histology",
        "age" or "pain".
    criterion : str
        What the trial asks for.
    status : str
        "met", "not_met" or "not_evaluable".
    value : str
        What was found, with its unit; "" where nothing is recorded.
    text : str
        Value and status in one or two sentences, with the reason where it is not evaluable.
    source : str
        Where the value comes from: "measured", "person", "levels" or "open".
    citation : str
    verified : bool
        Whether a public copy of the criterion was read; the trial's protocol was not.
    """

    key: str
    criterion: str
    status: str
    value: str
    text: str
    source: str
    citation: str = RTOG_0631
    verified: bool = True


def eligibility(
    levels: Sequence[str], selection: Selection, *, pain_score: float | None = None
) -> tuple[EligibilityItem, ...]:
    """Fill in the checklist of RTOG 0631; nine items, always in the same order.

    Parameters
    ----------
    levels : sequence of str
        To be treated; empty where they are not recorded.
    selection : Selection
    pain_score : float or None
        At the index site before treatment, 0 to 10 (NRPS).

    Raises
    ------
    InputError
        Something is no level, or a pain score is outside its range.
    """
    check_range("Pain score", pain_score, 0, 10)
    return (
        _levels(in_order(levels)),
        _sites(in_order(levels)),
        _other_lesions(selection.other_lesions_percent),
        _cord_gap(selection),
        _paraspinal(selection),
        _mri_age(selection.mri_days_before),
        _histology(selection.histology),
        _age(selection.age_years),
        _pain(pain_score),
    )


def _levels(levels: Sequence[str]) -> EligibilityItem:
    key, criterion = "levels", f"Levels from C1 to {LOWEST_LEVEL}"
    if not levels:
        return _open(key, criterion, "No level is recorded.")
    value = ", ".join(levels)
    below = [level for level in levels if is_below(level, LOWEST_LEVEL)]
    if not below:
        text = f"{value} {'is' if len(levels) == 1 else 'are'} within C1 to {LOWEST_LEVEL}."
        return _item(key, criterion, True, value, text, source=LEVELS)
    if below == ["L6"]:
        text = "Not evaluable: whether a transitional L6 counts, the source does not say."
        return EligibilityItem(key, criterion, NOT_EVALUABLE, value, text, LEVELS)
    text = f"{', '.join(below)} {'is' if len(below) == 1 else 'are'} below {LOWEST_LEVEL}."
    return _item(key, criterion, False, value, text, source=LEVELS)


def _sites(levels: Sequence[str]) -> EligibilityItem:
    key = "sites"
    criterion = (
        "A solitary level, two separate levels, or up to three sites of up to two contiguous "
        "vertebral bodies each"
    )
    if not levels:
        return _open(key, criterion, "No level is recorded.")
    sites = sites_of(levels)
    value = ", ".join("/".join(site) for site in sites)
    counted = f"{len(sites)} site{'s' if len(sites) > 1 else ''}"
    longest = max(sites, key=len)
    if len(sites) > MOST_SITES:
        text = f"{counted} are more than {MOST_SITES}."
    elif len(longest) > MOST_CONTIGUOUS:
        text = f"{longest[0]} to {longest[-1]} are {len(longest)} contiguous levels."
    else:
        most = f"{len(longest)} level{'s' if len(longest) > 1 else ''}"
        text = f"{counted} of {most}{' at most' if len(sites) > 1 else ''}."
    is_met = len(sites) <= MOST_SITES and len(longest) <= MOST_CONTIGUOUS
    return _item(key, criterion, is_met, value, text, source=LEVELS)


def _other_lesions(percent: float | None) -> EligibilityItem:
    key = "other_lesions"
    criterion = f"Other small lesions take less than {SMALL_PERCENT:g} % of a vertebral body"
    if percent is None:
        return _open(key, criterion, "Whether there are other lesions is not recorded.")
    value = f"{percent:g} %"
    text = f"The largest other lesion takes {value}." if percent else "No other lesion is recorded."
    return _item(key, criterion, percent < SMALL_PERCENT, value, text)


def _cord_gap(selection: Selection) -> EligibilityItem:
    key = "cord_gap"
    criterion = "At least 3 mm between spinal cord and edge of the epidural lesion"
    gap = selection.measured.cord_gap
    if gap is None:
        return _open(key, criterion, "The gap between tumor and cord was not measured.")
    if gap.gap_mm is None:
        return _open(key, criterion, f"{gap.reason}.")
    remark = gap_remarks(gap)[0]
    value = f"{gap.gap_mm:.2f} mm"
    text = f"{gap.text} {remark.text}"
    return EligibilityItem(key, criterion, remark.status, value, text, MEASURED, remark.citation)


def _paraspinal(selection: Selection) -> EligibilityItem:
    key, criterion = "paraspinal", f"Paraspinal mass of at most {PARASPINAL_CM:g} cm"
    given_cm, measured_mm = selection.paraspinal_cm, selection.measured.paraspinal_mm
    reason = selection.measured.paraspinal_reason
    if given_cm is not None:
        value = f"{given_cm:g} cm"
        is_met = given_cm <= PARASPINAL_CM
        text = f"{value} as a person gave it{_contradiction(is_met, measured_mm)}."
        return _item(key, criterion, is_met, value, text)
    if measured_mm is None:
        why = f"The paraspinal mass was not measured: {reason}." if reason else ""
        return _open(key, criterion, why or "The paraspinal mass is not recorded.")
    value = f"{measured_mm / 10:.1f} cm"
    text = f"{value} measured in the segmentations." if measured_mm else "No paraspinal mass."
    status = _measured_status(measured_mm)
    if status == NOT_EVALUABLE:
        text = (
            f"Not evaluable: {measured_mm:.1f} mm, measured to about {READING_ERROR_MM:g} mm, are "
            "too near to the limit to tell."
        )
        return EligibilityItem(key, criterion, status, value, text, MEASURED)
    return _item(key, criterion, status == MET, value, text, source=MEASURED)


def _measured_status(paraspinal_mm: float) -> str:
    limit_mm = 10 * PARASPINAL_CM
    if abs(paraspinal_mm - limit_mm) <= READING_ERROR_MM:
        return NOT_EVALUABLE
    return MET if paraspinal_mm < limit_mm else NOT_MET


def _contradiction(is_met: bool, measured_mm: float | None) -> str:
    """Say that the measured mass lies clearly on the other side of the limit."""
    opposite = NOT_MET if is_met else MET
    if measured_mm is None or _measured_status(measured_mm) != opposite:
        return ""
    return f"; the segmentations contradict it with {measured_mm / 10:.1f} cm"


def _mri_age(days: float | None) -> EligibilityItem:
    key, criterion = "mri_age", "MRI within 4 weeks"
    if days is None:
        return _open(key, criterion, "The age of the MRI is not recorded.")
    value, is_met = f"{days:g} day{'' if days == 1 else 's'}", days <= MRI_DAYS
    text = f"The MRI is {value} old at treatment."
    if not is_met:
        text += " To which day the trial counts, the entries that were read do not say."
    return _item(key, criterion, is_met, value, text)


def _histology(histology: str) -> EligibilityItem:
    key, criterion = "histology", "Neither myeloma nor lymphoma"
    if not histology:
        return _open(key, criterion, "The histology is not recorded.")
    is_met = histology == "other"
    text = "The histology is another one." if is_met else f"The histology is {histology}."
    return _item(key, criterion, is_met, histology, text)


def _age(years: float | None) -> EligibilityItem:
    key, criterion = "age", f"Age of {LEAST_AGE_YEARS:g} years or more"
    if years is None:
        return _open(key, criterion, "The age is not recorded.")
    value = f"{years:g} years"
    return _item(key, criterion, years >= LEAST_AGE_YEARS, value, f"Age {value}.")


def _pain(score: float | None) -> EligibilityItem:
    key = "pain"
    criterion = f"Pain score (NRPS) of {LEAST_PAIN:g} or more at the index site"
    if score is None:
        return _open(key, criterion, "The pain score before treatment is not recorded.", RYU_2014)
    value = f"{score:g} of 10"
    text = f"The pain score is {value}."
    return _item(key, criterion, score >= LEAST_PAIN, value, text, citation=RYU_2014)


def _item(
    key: str,
    criterion: str,
    is_met: bool,
    value: str,
    text: str,
    *,
    source: str = PERSON,
    citation: str = RTOG_0631,
) -> EligibilityItem:
    words = "Met" if is_met else "Not met"
    status = MET if is_met else NOT_MET
    return EligibilityItem(key, criterion, status, value, f"{words}: {text}", source, citation)


def _open(key: str, criterion: str, reason: str, citation: str = RTOG_0631) -> EligibilityItem:
    text = f"Not evaluable: {reason}"
    return EligibilityItem(key, criterion, NOT_EVALUABLE, "", text, OPEN, citation)
