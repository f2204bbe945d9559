"""The paper's criterion for radiosurgery or surgery, as information for a clinician."""

from __future__ import annotations

from dataclasses import dataclass

from ..answers import NO, UNKNOWN, YES, check_answer
from ..grading.grades import Grade
from ..sources import FISHER_2010, RYU_2015
from ..stability.scale import OPINION_FROM
from ..stability.sins import SinsScore

CITATION = f"{RYU_2015}, treatment decision-making and control of epidural compression"
RADIOSURGERY, SURGICAL_OPINION, UNDEFINED = "radiosurgery", "surgical opinion", "undefined"
_WELL_PRESERVED = ("a", "b", "c")
_HIGH = ("IV", "V")
_NO_COMPRESSION = ("0", "I")
_OTHER_FACTORS = (
    "Other factors are the general oncological condition and tolerance of surgery or radiosurgery."
)


@dataclass(frozen=True)
class Decision:
    """What the paper says for the grades, the pace of symptoms and the stability.

    Attributes
    ----------
    option : str
        "radiosurgery", "surgical opinion" or "undefined".
    text : str
        For the clinician who decides, with what is open; never advice to a patient.
    reasons : tuple of str
        What the option rests on, in short sentences.
    citation : str
    """

    option: str
    text: str
    reasons: tuple[str, ...] = ()
    citation: str = CITATION


def decision_for(
    radiographic: Grade | None,
    neurological: Grade | None,
    *,
    rapid_decline: str = UNKNOWN,
    sins: SinsScore | None = None,
) -> Decision:
    """Return what the paper says for the grades, the pace of symptoms and the stability.

    The neurological grade decides; the radiographic one adds what the paper says of it, and
    without it there is no word for radiosurgery. Neurological grade d or e, rapid decline, or SINS
    of 7 or more is a reason for a surgical opinion, whatever else is open.

    Parameters
    ----------
    radiographic, neurological : Grade or None
        None where it is not given.
    rapid_decline : str
        Whether symptoms progress rapidly: "yes", "no" or "unknown".
    sins : SinsScore or None
        Of the index level; None where it was not scored.

    Raises
    ------
    InputError
        `rapid_decline` is no answer.
    """
    check_answer("Rapid decline", rapid_decline)
    missing = [
        f"the {name} grade is not given"
        for name, given in (("radiographic", radiographic), ("neurological", neurological))
        if given is None
    ]
    by_grade = _by_grade(neurological)
    others = _rapid_reason(rapid_decline) + _sins_reason(sins)
    citation = CITATION if sins is None else f"{CITATION}; {sins.citation}"
    is_overt = neurological is not None and neurological.code not in _WELL_PRESERVED
    if others or is_overt:
        option, reasons = SURGICAL_OPINION, (*(by_grade if is_overt else ()), *others)
    elif missing:
        option, reasons = UNDEFINED, tuple(f"{clause.capitalize()}." for clause in missing)
    else:
        option, reasons = RADIOSURGERY, by_grade
    sentences = [
        *_on_missing(radiographic, neurological),
        *_on_grades(radiographic, neurological),
        *others,
        *_not_reasons(rapid_decline, sins, is_overt),
        _OTHER_FACTORS,
    ]
    return Decision(option, " ".join(sentences), reasons, citation)


def _by_grade(neurological: Grade | None) -> tuple[str, ...]:
    if neurological is None:
        return ()
    if neurological.code in _WELL_PRESERVED:
        return (f"Neurological grade {neurological.code} is c or better.",)
    return (f"Neurological grade {neurological.code} is an overt deficit.",)


def _rapid_reason(rapid_decline: str) -> tuple[str, ...]:
    if rapid_decline != YES:
        return ()
    return ("Symptoms progress rapidly, for which the paper finds surgery logical.",)


def _sins_reason(sins: SinsScore | None) -> tuple[str, ...]:
    if sins is None or sins.asks_for_opinion != YES:
        return ()
    return (f"SINS is {_points(sins)}: from {OPINION_FROM} a surgical opinion is advised.",)


def _on_missing(radiographic: Grade | None, neurological: Grade | None) -> tuple[str, ...]:
    given = (("radiographic", radiographic), ("neurological", neurological))
    names = [name for name, grade in given if grade is None]
    if not names:
        return ()
    return (
        f"The paper's criterion needs both grades; the {' and the '.join(names)} grade "
        f"{'are' if len(names) > 1 else 'is'} not given.",
    )


def _on_grades(radiographic: Grade | None, neurological: Grade | None) -> tuple[str, ...]:
    """What the paper says of the grades that are given."""
    if neurological is None:
        return ()
    code = radiographic.code if radiographic else ""
    if neurological.code in _WELL_PRESERVED:
        text = (
            f"Neurological grade {neurological.code} is c or better: the paper holds that "
            "radiosurgery can be the choice for patients who are intact, ambulatory or have a "
            "minor deficit."
        )
        emerging = (
            f"For radiographic grades IV and V (here {code}) the paper calls this an emerging "
            "question, with the neurological state as the only prognostic factor found; "
            "radiosurgery decompresses gradually, surgery at once."
        )
        return (text, emerging) if code in _HIGH else (text,)
    text = (
        f"Neurological grade {neurological.code} is an overt deficit: the paper finds it logical "
        "to treat grades d and e by surgery, which is a reason for a surgical opinion."
    )
    unexplained = (
        f"The paper does not describe such a deficit with radiographic grade {code}, which "
        "compresses neither sac nor cord; its cause is open."
    )
    return (text, unexplained) if code in _NO_COMPRESSION else (text,)


def _not_reasons(rapid_decline: str, sins: SinsScore | None, is_overt: bool) -> tuple[str, ...]:
    """What is open, and what was looked at and is no reason for surgery."""
    found = []
    if rapid_decline == NO:
        found.append("Symptoms do not progress rapidly.")
    elif rapid_decline == UNKNOWN and is_overt:
        found.append("Whether symptoms progress rapidly is not recorded.")
    elif rapid_decline == UNKNOWN:
        found.append(
            "Rapid progression of symptoms is a reason for surgery in the paper; whether there is "
            "any is not recorded."
        )
    limit = f"from {OPINION_FROM} a surgical opinion is advised"
    if sins is None:
        found.append(f"SINS is not recorded: {limit} ({FISHER_2010}).")
    elif sins.asks_for_opinion == NO:
        found.append(f"SINS is {_points(sins)}, below {OPINION_FROM}.")
    elif sins.asks_for_opinion != YES:
        found.append(f"SINS is open ({_points(sins)}): {limit}.")
    return tuple(found)


def _points(sins: SinsScore) -> str:
    if sins.minimum == sins.maximum:
        return f"{sins.minimum}"
    return f"{sins.minimum} to {sins.maximum}"
