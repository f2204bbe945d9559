"""Patient selection as recorded: answers of a person, and what was measured."""

from __future__ import annotations

from dataclasses import dataclass

from ..answers import UNKNOWN, check_answer, check_choice, check_range
from .gap import CordGap
from .scenarios import SCENARIOS

HISTOLOGIES = ("", "myeloma", "lymphoma", "other")
RADIOSENSITIVITIES = ("", "sensitive", "resistant")
SYSTEMIC_STATES = ("", "controlled", "progressive")


@dataclass(frozen=True)
class SelectionMeasurement:
    """What images tell of eligibility; None where it is open.

    Attributes
    ----------
    cord_gap : CordGap or None
    paraspinal_mm : float or None
        Largest diameter of the tumor's part outside vertebrae and canal; 0 where there is none.
    paraspinal_reason : str
        Why it is open, or how it was measured.
    target_length_mm : float or None
    """

    cord_gap: CordGap | None = None
    paraspinal_mm: float | None = None
    paraspinal_reason: str = ""
    target_length_mm: float | None = None


@dataclass(frozen=True)
class Selection:
    """Answers that decide eligibility and stand under the NOMS headings.

    Attributes
    ----------
    scenario : str
        "a" to "d" of the paper's Fig. 3 as a person chose it; "" takes what is proposed.
    histology : str
        "myeloma", "lymphoma", "other" or "".
    primary : str
        The primary tumor in words; never a patient's name.
    radiosensitivity : str
        "sensitive", "resistant" or "".
    systemic_disease : str
        "controlled", "progressive" or "".
    performance_ecog : int or None
        0 to 4.
    fit_for_surgery : str
        "yes", "no" or "unknown".
    age_years : float or None
    mri_days_before : float or None
        Age of the MRI at treatment.
    other_lesions_percent : float or None
        Largest share of a vertebral body that another, small lesion takes; 0 where there is none.
    paraspinal_cm : float or None
        As a person measured it; it counts before the measured one.
    measured : SelectionMeasurement

    Raises
    ------
    InputError
        A code that is none, or a number outside its range.
    """

    scenario: str = ""
    histology: str = ""
    primary: str = ""
    radiosensitivity: str = ""
    systemic_disease: str = ""
    performance_ecog: int | None = None
    fit_for_surgery: str = UNKNOWN
    age_years: float | None = None
    mri_days_before: float | None = None
    other_lesions_percent: float | None = None
    paraspinal_cm: float | None = None
    measured: SelectionMeasurement = SelectionMeasurement()

    def __post_init__(self) -> None:
        """Check every code and range."""
        check_choice("Scenario", self.scenario, ("", *SCENARIOS))
        check_choice("Histology", self.histology, HISTOLOGIES)
        check_choice("Radiosensitivity", self.radiosensitivity, RADIOSENSITIVITIES)
        check_choice("Systemic disease", self.systemic_disease, SYSTEMIC_STATES)
        check_answer("Fit for surgery", self.fit_for_surgery)
        check_range("ECOG performance status", self.performance_ecog, 0, 4)
        check_range("Age", self.age_years, 0, 120, "years")
        check_range("Age of the MRI", self.mri_days_before, 0, 3650, "days")
        check_range("Share of the body in other lesions", self.other_lesions_percent, 0, 100, "%")
        check_range("Paraspinal mass", self.paraspinal_cm, 0, 50, "cm")
