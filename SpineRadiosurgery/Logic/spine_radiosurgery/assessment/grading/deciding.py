"""From what is so to the grades that fit: Table 1 and the rule for the cauda equina."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product

from .limits import EITHER, Fact
from .proposal import CAUDA, CORD

RADIOGRAPHIC_CODES = ("0", "I", "II", "III", "IV", "V")
ESCC_OF = {"0": "0", "I": "1a", "II": "1b", "III": "1c", "IV": "2", "V": "3"}
"""Inferred: no source sets the two scales side by side grade by grade. An abstract (CNS 2012, 1189)
pairs IV and V with 2 and 3. Not valid at the cauda equina."""


@dataclass(frozen=True)
class Finding:
    """One question that a grade turns on.

    Attributes
    ----------
    fact : Fact
        One answer, or both where it cannot be told.
    question : str
        In words, to follow "whether"; `doubt` says why it cannot be told.
    doubt : str
    """

    fact: Fact
    question: str
    doubt: str = ""


@dataclass(frozen=True)
class Findings:
    """All questions of the scale.

    Attributes
    ----------
    in_canal : Finding
        Tumor is in the canal.
    sac_deformed : Finding
        The thecal sac is deformed or displaced; contact is none of it.
    touches : Finding
        Tumor touches the cord.
    cord_deformed : Finding
        The cord is deformed or displaced.
    csf_seen : Finding
        CSF is left in the tightest section.
    over_half : Finding
        Tumor fills more than half of the canal.
    """

    in_canal: Finding
    sac_deformed: Finding
    touches: Finding
    cord_deformed: Finding
    csf_seen: Finding
    over_half: Finding


QUESTIONS = {
    CORD: ("in_canal", "sac_deformed", "touches", "cord_deformed", "csf_seen"),
    CAUDA: ("in_canal", "sac_deformed", "over_half"),
}


def fitting_codes(findings: Findings, site: str) -> tuple[str, ...]:
    """Return the radiographic grades that fit, from the least.

    Parameters
    ----------
    findings : Findings
    site : str
        "cord" or "cauda"; "" where it is not known: the grades of both.
    """
    fitting: set[str] = set()
    for one in (site,) if site else (CORD, CAUDA):
        facts = [getattr(findings, name).fact for name in QUESTIONS[one]]
        grade_of = cord_grade if one == CORD else cauda_grade
        fitting |= {grade_of(*answers) for answers in product(*facts)}
    return tuple(code for code in RADIOGRAPHIC_CODES if code in fitting)


def open_questions(findings: Findings, site: str) -> tuple[Finding, ...]:
    """Return the questions that are open and make a difference to the grade."""
    asked = QUESTIONS[site] if site else (*QUESTIONS[CORD], "over_half")
    deciding = []
    for name in asked:
        finding = getattr(findings, name)
        if finding.fact != EITHER:
            continue
        answers = {
            fitting_codes(replace(findings, **{name: replace(finding, fact=(answer,))}), site)
            for answer in finding.fact
        }
        if len(answers) > 1:
            deciding.append(finding)
    return tuple(deciding)


def cord_grade(
    in_canal: bool, sac_deformed: bool, touches: bool, cord_deformed: bool, csf_seen: bool
) -> str:
    """Grade where the canal holds the cord (Table 1).

    A cord that tumor does not reach through an undeformed sac is not deformed by it, and where
    tumor keeps off the cord, CSF lies between them.
    """
    if not in_canal:
        return "0"
    if cord_deformed and (sac_deformed or touches):
        return "IV" if csf_seen or not touches else "V"
    if touches:
        return "III"
    return "II" if sac_deformed else "I"


def cauda_grade(in_canal: bool, sac_deformed: bool, over_half: bool) -> str:
    """Grade where the canal holds the cauda equina (the paper's text: II below 50 %, IV above)."""
    if not in_canal:
        return "0"
    if over_half:
        return "IV"
    return "II" if sac_deformed else "I"
