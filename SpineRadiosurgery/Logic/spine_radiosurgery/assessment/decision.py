"""The paper's criterion for radiosurgery or surgery, as information for a clinician."""

from __future__ import annotations

from dataclasses import dataclass

from .grades import Grade
from .sources import RYU_2015

CITATION = f"{RYU_2015}, treatment decision-making and control of epidural compression"
RADIOSURGERY, SURGICAL_OPINION, UNDEFINED = "radiosurgery", "surgical opinion", "undefined"
_WELL_PRESERVED = ("a", "b", "c")
_HIGH = ("IV", "V")
_NO_COMPRESSION = ("0", "I")
_RAPID = (
    "Rapid progression of symptoms, which no grade tells, is a reason for surgery in the paper."
)
_OTHER_FACTORS = (
    "Other factors are the general oncological condition and tolerance of surgery or radiosurgery."
)


@dataclass(frozen=True)
class Decision:
    """What the paper says for a pair of grades.

    Attributes
    ----------
    option : str
        "radiosurgery", "surgical opinion" or "undefined".
    text : str
        For the clinician who decides; never advice to a patient.
    citation : str
    """

    option: str
    text: str
    citation: str = CITATION


def decision_for(radiographic: Grade | None, neurological: Grade | None) -> Decision:
    """Return what the paper says for a radiographic and a neurological grade.

    The neurological grade decides; the radiographic one adds what the paper says of it.

    Parameters
    ----------
    radiographic, neurological : Grade or None
        None where it is not given: the paper's criterion is then undefined.
    """
    missing = [
        name
        for name, given in (("radiographic", radiographic), ("neurological", neurological))
        if given is None
    ]
    if radiographic is None or neurological is None:
        return Decision(
            UNDEFINED,
            f"The paper's criterion needs both grades; the {' and the '.join(missing)} grade is "
            "not given.",
        )
    if neurological.code in _WELL_PRESERVED:
        return Decision(RADIOSURGERY, _radiosurgery(radiographic, neurological))
    return Decision(SURGICAL_OPINION, _surgical_opinion(radiographic, neurological))


def _radiosurgery(radiographic: Grade, neurological: Grade) -> str:
    sentences = [
        f"Neurological grade {neurological.code} is c or better: the paper holds that radiosurgery "
        "can be the choice for patients who are intact, ambulatory or have a minor deficit.",
    ]
    if radiographic.code in _HIGH:
        sentences.append(
            f"For radiographic grades IV and V (here {radiographic.code}) the paper calls this an "
            "emerging question, with the neurological state as the only prognostic factor found; "
            "radiosurgery decompresses gradually, surgery at once."
        )
    return " ".join([*sentences, _RAPID, _OTHER_FACTORS])


def _surgical_opinion(radiographic: Grade, neurological: Grade) -> str:
    sentences = [
        f"Neurological grade {neurological.code} is an overt deficit: the paper finds it "
        "logical to treat grades d and e by surgery, which is a reason for a surgical opinion."
    ]
    if radiographic.code in _NO_COMPRESSION:
        sentences.append(
            f"The paper does not describe such a deficit with radiographic grade "
            f"{radiographic.code}, which compresses neither sac nor cord; its cause is open."
        )
    return " ".join([*sentences, _OTHER_FACTORS])
