"""The verdict rules of the design, to the letter, on the shipped protocols."""

from __future__ import annotations

from pathlib import Path

import pytest

from spine_radiosurgery.case import InputError
from spine_radiosurgery.dose import DoseSamples
from spine_radiosurgery.tolerance import (
    EvaluatedStructure,
    Verdict,
    decide,
    evaluate_protocol,
    read_protocol,
)

PROTOCOLS = Path(__file__).parents[2] / "SpineRadiosurgery" / "Resources" / "Protocols"
PARTIAL = "SpinalCord_Partial"


def hot(dose_gy: float, hot_cc: float, total_cc: float, **fields: float) -> DoseSamples:
    """`hot_cc` of a structure at `dose_gy`, the rest at 1 Gy."""
    return DoseSamples.from_arrays([1.0, dose_gy], [total_cc - hot_cc, hot_cc], **fields)


def verdict(
    protocol: str,
    samples: dict[str, DoseSamples],
    *,
    fractions: int = 1,
    cautions: tuple[str, ...] = (),
    previous_radiation: str = "no",
) -> Verdict:
    rules = read_protocol(PROTOCOLS / f"{protocol}.json")
    results = evaluate_protocol(
        rules,
        {name: EvaluatedStructure(name, dose) for name, dose in samples.items()},
        fractions=fractions,
        plan_maximum_gy=40.0,
        previous_radiation=previous_radiation,
    )
    return decide(rules, results, gate_cautions=cautions, previous_radiation=previous_radiation)


def cord(dose_gy: float, hot_cc: float, total_cc: float) -> dict[str, DoseSamples]:
    """A cord volume and the whole cord around it, with the same hot part."""
    return {
        PARTIAL: hot(dose_gy, hot_cc, total_cc),
        "SpinalCord": hot(dose_gy, hot_cc, total_cc + 5),
    }


def test_ryu_passes_in_the_words_a_clinician_reads() -> None:
    found = verdict("ryu-2015", cord(10.5, 0.0112, 2.76))
    assert found.status == "pass"
    assert found.reason == (
        "V10Gy = 0.4 % of the cord volume (limit 10 %), 0.011 cc (limit 0.35 cc)"
    )
    assert found.decided_by == "SpinalCord_Partial V10Gy[%]"


def test_ryu_fails_by_ten_percent_even_where_0_35_cc_passes() -> None:
    found = verdict("ryu-2015", cord(11, 0.3, 2.0))
    assert found.status == "fail"
    assert found.reason.startswith("V10Gy = 15.0 % of the cord volume (limit 10 %), 0.300 cc")


def test_ryu_gives_a_caution_when_only_0_35_cc_fails() -> None:
    found = verdict("ryu-2015", cord(11, 0.5, 6.0))
    assert found.status == "caution"
    assert "the advisory limit of 0.35 cc is exceeded" in found.reason


def test_ryu_gives_a_caution_when_0_35_cc_fails_on_the_whole_cord_only() -> None:
    samples = {PARTIAL: hot(11, 0.1, 3.0), "SpinalCord": hot(11, 0.4, 9.0)}
    found = verdict("ryu-2015", samples)
    assert found.status == "caution"
    assert "0.400 cc of the whole cord" not in found.reason.split(";")[0]
    assert "V10Gy = 0.400 cc of the whole cord (limit 0.35 cc)" in found.reason


def test_whole_cord_beyond_the_dose_is_said_and_does_not_decide() -> None:
    samples = {**cord(10.5, 0.0112, 2.76), "SpinalCord": hot(10.5, 0.0112, 6, outside_dose_cc=0.63)}
    found = verdict("ryu-2015", samples)
    assert found.status == "pass"
    assert "0.63 cc of SpinalCord outside the dose grid" in found.reason


def test_a_cord_volume_beyond_the_dose_is_not_evaluable() -> None:
    samples = {**cord(10.5, 0.01, 2.0), PARTIAL: hot(10.5, 0.01, 2.0, outside_dose_cc=0.5)}
    found = verdict("ryu-2015", samples)
    assert found.status == "not_evaluable"
    assert "outside the dose grid" in found.reason


def test_a_failing_row_outranks_one_that_is_not_evaluable() -> None:
    samples = {PARTIAL: hot(16, 0.5, 1.1, outside_dose_cc=0.4), "SpinalCord": hot(16, 0.5, 9)}
    assert verdict("tg-101", samples).status == "fail"


@pytest.mark.parametrize(
    ("hot_cc", "total_cc", "status"),
    [(0.1, 3.0, "pass"), (0.284, 2.0, "caution"), (0.4, 5.0, "caution"), (0.5, 2.0, "fail")],
)
def test_rtog_passes_by_both_limits_only(hot_cc: float, total_cc: float, status: str) -> None:
    assert verdict("rtog-0631", cord(11, hot_cc, total_cc)).status == status


def test_rtog_says_which_limit_it_passes_by() -> None:
    assert verdict("rtog-0631", cord(11, 0.284, 2.0)).reason.startswith(
        "passes by 0.35 cc only; V10Gy = 14.2 %"
    )
    assert verdict("rtog-0631", cord(11, 0.4, 5.0)).reason.startswith(
        "passes by 10 % only; V10Gy = 0.400 cc"
    )


def test_rtog_without_a_cord_is_not_evaluable() -> None:
    found = verdict("rtog-0631", {})
    assert found.status == "not_evaluable"
    assert "SpinalCord_Partial is not contoured" in found.reason


def test_rtog_sites_decide_apart_and_the_worst_wins() -> None:
    samples = {
        f"{PARTIAL}_1": hot(11, 0.284, 2.0),
        f"{PARTIAL}_2": hot(11, 0.5, 2.0),
        "SpinalCord": hot(11, 0.784, 9.0),
    }
    found = verdict("rtog-0631", samples)
    assert found.status == "fail"
    assert "SpinalCord_Partial_1 passes by 0.35 cc only" in found.reason
    assert "V10Gy = 25.0 % of cord volume 2" in found.reason


def test_two_sites_do_not_stand_in_for_each_other() -> None:
    # Site 1 passes both limits, site 2 neither.
    samples = {
        f"{PARTIAL}_1": hot(11, 0.01, 2.0),
        f"{PARTIAL}_2": hot(11, 0.5, 2.0),
        "SpinalCord": hot(11, 0.51, 9.0),
    }
    assert verdict("rtog-0631", samples).status == "fail"


def test_ryu_takes_the_worst_of_separate_sites() -> None:
    samples = {
        f"{PARTIAL}_1": hot(11, 0.01, 2.0),
        f"{PARTIAL}_2": hot(11, 0.3, 2.0),
        "SpinalCord": hot(11, 0.31, 9.0),
    }
    found = verdict("ryu-2015", samples)
    assert found.status == "fail"
    assert found.reason.startswith("V10Gy = 15.0 % of cord volume 2")
    assert found.decided_by == "SpinalCord_Partial_2 V10Gy[%]"


def test_tg101_fails_by_0_35_cc_where_ten_percent_passes() -> None:
    found = verdict("tg-101", cord(19, 0.456, 5.78), fractions=3)
    assert found.status == "fail"
    assert "V18Gy = 0.456 cc of the cord volume (limit 0.35 cc)" in found.reason
    assert "7.9 %" in found.reason


def test_tg101_fails_by_the_whole_cord_alone() -> None:
    samples = {PARTIAL: hot(19, 0.1, 5.0), "SpinalCord": hot(19, 0.5, 12.0)}
    found = verdict("tg-101", samples, fractions=3)
    assert found.status == "fail"
    assert found.reason.startswith("V18Gy = 0.500 cc of the whole cord (limit 0.35 cc)")


def test_a_failing_organ_fails_and_one_not_contoured_is_counted() -> None:
    samples = {**cord(5, 0.1, 3.0), "Esophagus": hot(20, 6.0, 30.0)}
    found = verdict("tg-101", samples)
    assert found.status == "fail"
    assert found.reason.startswith("V11.9Gy = 6.000 cc of Esophagus (limit 5 cc)")
    assert "organ limits not evaluable" in found.reason


@pytest.mark.parametrize(("dose_gy", "status"), [(12.0, "pass"), (13.0, "caution"), (14.5, "fail")])
def test_hytec_is_a_caution_from_12_4_and_a_fail_from_14_gy(dose_gy: float, status: str) -> None:
    found = verdict("hytec-cord", cord(dose_gy, 0.1, 3.0))
    assert found.status == status
    assert f"D0.035cc = {dose_gy:.2f} Gy in the cord volume" in found.reason


def test_the_wrong_fractionation_is_not_evaluable_and_says_why() -> None:
    found = verdict("ryu-2015", cord(5, 0.1, 3.0), fractions=3)
    assert (found.status, found.reason) == (
        "not_evaluable",
        "ryu-2015 holds for 1 fraction; this plan has 3 fractions",
    )


def test_cautions_of_the_gate_turn_a_pass_into_a_caution() -> None:
    found = verdict("ryu-2015", cord(5, 0.1, 3.0), cautions=("Is this the canal?",))
    assert (found.status, found.decided_by) == ("caution", "safety gate")
    assert found.reason.endswith("Is this the canal?")


def test_cautions_of_the_gate_do_not_soften_a_fail() -> None:
    found = verdict("ryu-2015", cord(11, 1.0, 3.0), cautions=("Is this the canal?",))
    assert found.status == "fail"


@pytest.mark.parametrize(
    ("answer", "status", "said"),
    [
        ("yes", "not_evaluable", "irradiated earlier"),
        ("unknown", "pass", "earlier irradiation unknown"),
        ("no", "pass", "limit 0.35 cc"),
    ],
)
def test_earlier_irradiation_is_in_the_verdict(answer: str, status: str, said: str) -> None:
    found = verdict("ryu-2015", cord(5, 0.1, 3.0), previous_radiation=answer)
    assert found.status == status
    assert said in found.reason
    assert ("earlier irradiation unknown" in found.reason) == (answer == "unknown")


def test_an_unknown_answer_about_earlier_irradiation_is_refused() -> None:
    with pytest.raises(InputError, match="perhaps"):
        decide(read_protocol(PROTOCOLS / "ryu-2015.json"), [], previous_radiation="perhaps")


def test_without_any_deciding_row_there_is_no_verdict() -> None:
    found = decide(read_protocol(PROTOCOLS / "ryu-2015.json"), [])
    assert found.status == "not_evaluable"
    assert "no switched-on row that decides" in found.reason


def test_digits_are_added_until_the_figure_lies_on_its_side_of_the_limit() -> None:
    found = verdict("ryu-2015", cord(11, 0.30006, 3.0))
    assert found.status == "fail"
    assert found.reason.startswith("V10Gy = 10.002 % of the cord volume (limit 10 %)")
