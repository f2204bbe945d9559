"""Cautions that bear on a prescription: fracture, cement, earlier irradiation, surgery."""

from __future__ import annotations

from dataclasses import dataclass

from ...anatomy import is_below
from ..answers import NO, UNKNOWN, YES
from ..grading.entry import Grades
from ..grading.grades import CAUDA_BELOW
from ..grading.proposal import CAUDA
from ..sources import HYTEC_2021, RYU_2015
from ..stability.entry import SinsChoices
from .entry import PrescriptionContext
from .fracture import fracture_risk

CEMENT_CITATION = f"{RYU_2015}, combined modality approach"
SURGERY_CITATION = f"{RYU_2015}, postoperative radiosurgery or separation surgery"
DECOMPRESSION_CITATION = f"{RYU_2015}, definitive radiosurgery for spinal cord compression"
TOUCHED_OR_COMPRESSED = ("III", "IV", "V")
_ESCC_TOUCHED = ("1c", "2", "3")
_ESCC_DEFORMED = "1b"
_RETROPULSION = "it can push epidural tumor further into the canal (retropulsion)"


@dataclass(frozen=True)
class Caution:
    """A caution for the clinician who prescribes.

    Attributes
    ----------
    key : str
        "fracture_risk", "fracture_risk_open", "cement_before", "kyphoplasty_compression",
        "kyphoplasty_epidural", "kyphoplasty_open", "previous_radiation",
        "previous_radiation_open", "after_surgery", "separation_surgery" or
        "decompression_deficit".
    text : str
    citation : str
    """

    key: str
    text: str
    citation: str


def prescription_cautions(
    context: PrescriptionContext, *, grades: Grades, sins: SinsChoices, level: str = ""
) -> tuple[Caution, ...]:
    """Collect what the paper cautions against; nothing where it says nothing.

    Parameters
    ----------
    context : PrescriptionContext
    grades : Grades
        The compression that decides on kyphoplasty, and the deficit.
    sins : SinsChoices
        Lesion and involvement of the body.
    level : str
        That is graded and scored; "" where it is open.
    """
    return (
        *_fracture(context, sins, level),
        *_cement_first(context.cement),
        *(_kyphoplasty(grades, level) if context.cement.startswith("kyphoplasty") else ()),
        *_radiation(context.previous_radiation),
        *_surgery(context.setting),
        *_deficit(context.setting, grades.neurological),
    )


def _fracture(context: PrescriptionContext, sins: SinsChoices, level: str) -> tuple[Caution, ...]:
    """The flag; where none of the conditions is excluded and one holds, what is open."""
    risk = fracture_risk(context, sins, level)
    if risk.flag == YES:
        return (Caution("fracture_risk", risk.text, risk.citation),)
    holds = any(condition.holds == YES for condition in risk.conditions)
    if risk.flag == UNKNOWN and holds:
        return (Caution("fracture_risk_open", risk.text, risk.citation),)
    return ()


def _cement_first(cement: str) -> tuple[Caution, ...]:
    if not cement.endswith("_before"):
        return ()
    procedure = cement.removesuffix("_before").capitalize()
    text = (
        f"{procedure} before radiosurgery: the paper recommends radiosurgery first, as cement is "
        "no oncological procedure. In one series, radiosurgery one to two weeks after "
        "vertebroplasty was well tolerated."
    )
    return (Caution("cement_before", text, CEMENT_CITATION),)


def _kyphoplasty(grades: Grades, level: str) -> tuple[Caution, ...]:
    """The paper: no kyphoplasty for any type of spinal cord compression.

    This is applied from grade III on (ESCC 1c), where the tumor touches the cord. Grade II (1b),
    and IV where the canal holds the cauda equina, compress sac or roots and not the cord: to be
    looked at, as the paper's reason, retropulsion of epidural tumor, holds there as well.
    """
    radiographic, escc = grades.radiographic, grades.escc
    if not radiographic and not escc:
        text = (
            "Kyphoplasty: the paper excludes it with any type of spinal cord compression, and "
            "neither the radiographic grade nor ESCC is recorded."
        )
        return (Caution("kyphoplasty_open", text, CEMENT_CITATION),)
    site = grades.proposal.site if grades.proposal else ""
    may_be_cauda = not site and bool(level) and is_below(level, CAUDA_BELOW)
    named = f"radiographic grade {radiographic}" if radiographic else f"ESCC {escc}"
    if radiographic and escc:
        named += f", ESCC {escc}"
    on_cauda = site == CAUDA and radiographic == "IV"
    is_touched = radiographic in TOUCHED_OR_COMPRESSED and not on_cauda
    if is_touched or escc in _ESCC_TOUCHED:
        other = f", or at {level} the cauda equina" if may_be_cauda else ""
        text = (
            f"Kyphoplasty with tumor at or against the cord{other} ({named}): the paper warns not "
            f"to use it for any type of spinal cord compression, as {_RETROPULSION}. This is "
            "applied from radiographic grade III (ESCC 1c) on."
        )
        return (Caution("kyphoplasty_compression", text, CEMENT_CITATION),)
    if on_cauda or radiographic == "II" or escc == _ESCC_DEFORMED:
        what = "roots of the cauda equina" if on_cauda else "thecal sac"
        text = (
            f"Kyphoplasty with epidural compression of the {what} ({named}): the paper's sentence "
            f"names the cord, but its reason holds here as well, as {_RETROPULSION}. Look at the "
            "images."
        )
        return (Caution("kyphoplasty_epidural", text, CEMENT_CITATION),)
    return ()


def _radiation(previous: str) -> tuple[Caution, ...]:
    if previous == NO:
        return ()
    if previous == YES:
        text = (
            "The region was irradiated before: limits for a first irradiation do not apply. For "
            "information, HyTEC on re-irradiation: cumulative maximum of the thecal sac at most "
            "70 Gy EQD2 (alpha/beta 2 Gy), of which radiosurgery at most 25 Gy and at most half, "
            "at least 5 months apart."
        )
        return (Caution("previous_radiation", text, HYTEC_2021),)
    text = (
        "Whether the region was irradiated before is not recorded: limits for a first irradiation "
        "apply only if it was not."
    )
    return (Caution("previous_radiation_open", text, HYTEC_2021),)


def _surgery(setting: str) -> tuple[Caution, ...]:
    if setting not in ("postoperative", "separation_surgery"):
        return ()
    text = (
        "After surgery, tumor and cord are hard to delineate where hardware disturbs the images, "
        "and earlier surgery is among the factors that may influence complications."
    )
    found = (Caution("after_surgery", text, SURGERY_CITATION),)
    if setting == "postoperative":
        return found
    text = (
        "Separation surgery aims at a small (2 mm) gap between tumor and cord; the paper quotes "
        "local progression of 4 to 9 % after it, in radioresistant tumors. Measure the gap that "
        "was reached."
    )
    return (*found, Caution("separation_surgery", text, SURGERY_CITATION))


def _deficit(setting: str, neurological: str) -> tuple[Caution, ...]:
    if setting != "decompression" or neurological not in ("d", "e"):
        return ()
    text = (
        f"Radiosurgery to decompress with neurological grade {neurological}: the paper's trial "
        "took patients with motor strength of 4/5 or more."
    )
    return (Caution("decompression_deficit", text, DECOMPRESSION_CITATION),)
