"""Grades of spinal cord compression: radiographic, neurological, and Bilsky's ESCC."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...anatomy import in_order, is_below
from ...geometry import InputError
from ..sources import BILSKY_2010, RYU_2015

TABLE_1 = f"{RYU_2015}, Table 1"
CAUDA_BELOW = "L1"
"""The cord usually ends at L1 or L2: below, the canal may hold the cauda equina."""


@dataclass(frozen=True)
class Grade:
    """One grade of a scale.

    Attributes
    ----------
    scale : str
        "radiographic", "neurological" or "ESCC".
    code : str
        "0" to "V", "a" to "e", or "0" to "3".
    name : str
        The grade in a few words.
    criterion : str
        When it applies, in one sentence.
    citation : str
    cauda_criterion : str
        When it applies at the cauda equina, as a clause; "" where the scale says nothing of it.
    """

    scale: str
    code: str
    name: str
    criterion: str
    citation: str
    cauda_criterion: str = ""


def _radiographic(code: str, name: str, criterion: str, cauda: str = "") -> Grade:
    return Grade("radiographic", code, name, criterion, TABLE_1, cauda)


def _neurological(code: str, name: str, criterion: str) -> Grade:
    return Grade("neurological", code, name, criterion, TABLE_1)


def _escc(code: str, name: str, criterion: str) -> Grade:
    return Grade("ESCC", code, name, criterion, BILSKY_2010)


RADIOGRAPHIC: tuple[Grade, ...] = (
    _radiographic(
        "0", "bone only", "Only bone of the spine is involved; the canal is not compromised."
    ),
    # The paper's text wants no displacement of the sac, its table lets the tumor touch it.
    _radiographic(
        "I",
        "epidural fat",
        "Tumor involves the epidural fat; it may touch the thecal sac but does not displace it.",
    ),
    _radiographic(
        "II",
        "thecal sac compressed",
        "The thecal sac is compressed or displaced; cerebrospinal fluid (CSF) remains between "
        "tumor and cord.",
        "less than 50 % of the spinal canal is compressed",
    ),
    _radiographic(
        "III",
        "cord touched",
        "Tumor touches or impinges on the cord, which is not much distorted or displaced.",
    ),
    _radiographic(
        "IV",
        "cord compressed, CSF seen",
        "The cord is compressed or displaced; CSF is still seen between cord and thecal sac "
        "(partial block).",
        "more than 50 % of the spinal canal is compressed",
    ),
    _radiographic(
        "V",
        "cord compressed, no CSF",
        "The cord is compressed and no CSF is seen within the thecal sac (complete block).",
    ),
)
"""From the least to the most compression; T1 with contrast shows the tumor, T2 sac and cord."""

NEUROLOGICAL: tuple[Grade, ...] = (
    _neurological("a", "no abnormality", "No neurological symptom or sign."),
    _neurological(
        "b", "minor symptoms", "Minor symptoms, such as pain, radiculopathy or sensory change."
    ),
    _neurological(
        "c",
        "functional paresis",
        "Paresis of nerve root or cord with muscle power of 4/5 or more: the arm is of use, the "
        "patient walks.",
    ),
    _neurological(
        "d",
        "non-functional paresis",
        "Paresis of nerve root or cord with muscle power of 3/5 or less: the arm is of no use, or "
        "the patient does not walk.",
    ),
    _neurological(
        "e", "paralysis or incontinence", "Complete paralysis, or urinary or rectal incontinence."
    ),
)
"""From the best to the worst state at presentation."""

ESCC: tuple[Grade, ...] = (
    _escc("0", "bone only", "Only bone is involved."),
    _escc("1a", "epidural", "Epidural tumor that does not deform the thecal sac."),
    _escc("1b", "sac deformed", "The thecal sac is deformed; the cord is not touched."),
    _escc("1c", "cord touched", "The thecal sac is deformed and the cord touched, not compressed."),
    _escc("2", "cord compressed, CSF seen", "The cord is compressed; CSF is seen around it."),
    _escc("3", "cord compressed, no CSF", "The cord is compressed; no CSF is seen around it."),
)
"""Epidural spinal cord compression scale, on axial T2-weighted MR at the tightest place."""

_SCALES = {"radiographic": RADIOGRAPHIC, "neurological": NEUROLOGICAL, "ESCC": ESCC}


def grade(scale: str, code: str) -> Grade:
    """Return a grade by its code.

    Parameters
    ----------
    scale : str
        "radiographic", "neurological" or "ESCC".
    code : str

    Raises
    ------
    InputError
        There is no such grade.

    Examples
    --------
    >>> grade("radiographic", "III").name
    'cord touched'
    """
    if scale not in _SCALES:
        raise InputError(f"{scale!r} is no scale of grades; scales are {', '.join(_SCALES)}.")
    grades = {g.code: g for g in _SCALES[scale]}
    if code not in grades:
        raise InputError(f"{code!r} is no {scale} grade; choose one of {', '.join(grades)}.")
    return grades[code]


def cauda_remark(radiographic: Grade, levels: Sequence[str]) -> str:
    """Say how a radiographic grade reads where the canal may hold the cauda equina.

    The paper tells two grades by the share of the canal there, II below 50 % and IV above, and
    leaves exactly 50 % open.

    Parameters
    ----------
    radiographic : Grade
    levels : sequence of str

    Returns
    -------
    str
        "" where all levels have the cord, or the grade needs neither cord nor sac.
    """
    low = [level for level in in_order(levels) if is_below(level, CAUDA_BELOW)]
    if not low or radiographic.code in ("0", "I"):
        return ""
    where = f"At {', '.join(low)} the canal may hold the cauda equina instead of the cord"
    if radiographic.cauda_criterion:
        return (
            f"{where}: there grade {radiographic.code} means that {radiographic.cauda_criterion}."
        )
    return (
        f"{where}, where the paper knows grade II (less than 50 % of the canal compressed) and "
        f"grade IV (more), but not grade {radiographic.code}."
    )
