"""The prescription's context as recorded."""

from __future__ import annotations

from dataclasses import dataclass

from ..answers import UNKNOWN, check_answer, check_choice, check_range

SETTINGS = ("", "intact", "decompression", "postoperative", "separation_surgery")
CEMENTS = (
    "",
    "none",
    "vertebroplasty_before",
    "vertebroplasty_after",
    "kyphoplasty_before",
    "kyphoplasty_after",
)
SETTING_WORDS = {
    "intact": "without surgery",
    "decompression": "to decompress",
    "postoperative": "after surgery",
    "separation_surgery": "after separation surgery",
}


@dataclass(frozen=True)
class PrescriptionContext:
    """Dose and what bears on it.

    Attributes
    ----------
    dose_gy : float or None
        Total dose.
    fractions : int or None
    setting : str
        "intact" (no surgery), "decompression" (radiosurgery to decompress), "postoperative",
        "separation_surgery" or "".
    cement : str
        Vertebroplasty or kyphoplasty, before or after radiosurgery, "none" or "".
    previous_radiation : str
        Of this region: "yes", "no" or "unknown".

    Raises
    ------
    InputError
        A code that is none, or a number outside its range.
    """

    dose_gy: float | None = None
    fractions: int | None = None
    setting: str = ""
    cement: str = ""
    previous_radiation: str = UNKNOWN

    def __post_init__(self) -> None:
        """Check every code and range."""
        check_range("Dose", self.dose_gy, 0.1, 200, "Gy")
        check_range("Number of fractions", self.fractions, 1, 60)
        check_choice("Setting", self.setting, SETTINGS)
        check_choice("Cement", self.cement, CEMENTS)
        check_answer("Previous radiation", self.previous_radiation)
