"""Fracture risk, cement, earlier irradiation and surgery."""

from __future__ import annotations

from itertools import product

import pytest

from spine_radiosurgery.assessment.grading.entry import Grades
from spine_radiosurgery.assessment.grading.proposal import GradeProposal
from spine_radiosurgery.assessment.prescribing import (
    CEMENTS,
    PrescriptionContext,
    fracture_risk,
    prescription_cautions,
)
from spine_radiosurgery.assessment.stability.entry import SinsChoices, VertebraMeasurement

LYTIC = SinsChoices(lesion="lytic", collapse="none_over_half_involved")


def involved(percent, lesion="lytic", collapse=""):
    measured = VertebraMeasurement(body_involved_percent=percent)
    return SinsChoices(lesion=lesion, collapse=collapse, measured=measured)


def keys_of(context, grades=None, sins=None):
    found = prescription_cautions(
        context, grades=grades or Grades(), sins=sins or SinsChoices(lesion="blastic")
    )
    return [caution.key for caution in found if caution.key != "previous_radiation_open"]


def holds(key, context, sins):
    conditions = fracture_risk(context, sins).conditions
    return {condition.key: condition.holds for condition in conditions}[key]


@pytest.mark.parametrize(
    ("dose", "fractions", "answer"),
    [
        (None, 1, "unknown"),
        (16, 1, "no"),
        (20, 1, "no"),
        (20.1, 1, "yes"),
        (24, 1, "yes"),
        (24, None, "unknown"),
        (20, None, "no"),
        (20, 5, "no"),
        (27, 3, "unknown"),
        (60, 3, "unknown"),
        (60.3, 3, "yes"),
    ],
)
def test_a_high_dose_is_more_than_20_gy(dose, fractions, answer):
    assert holds("high_dose", PrescriptionContext(dose, fractions), LYTIC) == answer


@pytest.mark.parametrize(
    ("lesion", "answer"),
    [("", "unknown"), ("lytic", "yes"), ("mixed", "unknown"), ("blastic", "no")],
)
def test_the_lesion_is_lytic(lesion, answer):
    assert holds("lytic", PrescriptionContext(), SinsChoices(lesion=lesion)) == answer


@pytest.mark.parametrize(
    ("collapse", "percent", "answer"),
    [
        ("", None, "unknown"),
        ("over_half", None, "unknown"),
        ("under_half", None, "unknown"),
        ("none_over_half_involved", None, "yes"),
        ("none", None, "no"),
        ("", 0.0, "no"),
        ("", 47.9, "no"),
        ("", 48.0, "unknown"),
        ("", 50.0, "unknown"),
        ("", 52.0, "unknown"),
        ("", 52.1, "yes"),
        ("over_half", 70.0, "yes"),
        ("under_half", 20.0, "no"),
        ("none", 70.0, "no"),
        ("none_over_half_involved", 20.0, "yes"),
    ],
)
def test_more_than_half_of_the_body_is_involved(collapse, percent, answer):
    sins = involved(percent, collapse=collapse)
    assert holds("over_half", PrescriptionContext(), sins) == answer


def test_a_measured_share_against_the_choice_is_said():
    text = fracture_risk(PrescriptionContext(24, 1), involved(70.0, collapse="none")).text
    assert "no more than half of the body is involved as a person chose" in text
    assert "although 70.0 % of the body is involved as measured" in text


FLAGS = list(
    product(
        (("lytic", "yes"), ("mixed", "unknown"), ("blastic", "no")),
        ((60.0, "yes"), (None, "unknown"), (20.0, "no")),
        ((24, "yes"), (None, "unknown"), (16, "no")),
    )
)


@pytest.mark.parametrize(("lesion", "share", "dose"), FLAGS)
def test_the_flag_needs_all_three(lesion, share, dose):
    risk = fracture_risk(PrescriptionContext(dose[0], 1), involved(share[0], lesion=lesion[0]))
    answers = (lesion[1], share[1], dose[1])
    assert tuple(condition.holds for condition in risk.conditions) == answers
    expected = "no" if "no" in answers else "unknown" if "unknown" in answers else "yes"
    assert risk.flag == expected
    assert all(condition.reason in risk.text for condition in risk.conditions)


@pytest.mark.parametrize(
    ("dose", "sins", "keys"),
    [
        (24, LYTIC, ["fracture_risk"]),
        (24, SinsChoices(), ["fracture_risk_open"]),
        (None, LYTIC, ["fracture_risk_open"]),
        (27, LYTIC, ["fracture_risk"]),
        (20, LYTIC, []),
        (None, SinsChoices(), []),
    ],
)
def test_the_flag_is_a_caution_unless_a_condition_fails(dose, sins, keys):
    assert keys_of(PrescriptionContext(dose, 1), sins=sins) == keys


@pytest.mark.parametrize("cement", CEMENTS)
def test_radiosurgery_comes_before_cement(cement):
    grades = Grades(radiographic="0")
    assert ("cement_before" in keys_of(PrescriptionContext(cement=cement), grades)) == (
        cement in ("vertebroplasty_before", "kyphoplasty_before")
    )


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(
    ("radiographic", "escc", "site", "key"),
    [
        ("", "", "", "kyphoplasty_open"),
        ("0", "", "", ""),
        ("I", "", "", ""),
        ("II", "", "", "kyphoplasty_epidural"),
        ("III", "", "", "kyphoplasty_compression"),
        ("IV", "", "", "kyphoplasty_compression"),
        ("IV", "", "cord", "kyphoplasty_compression"),
        ("IV", "", "cauda", "kyphoplasty_epidural"),
        ("II", "", "cauda", "kyphoplasty_epidural"),
        ("V", "", "", "kyphoplasty_compression"),
        ("", "0", "", ""),
        ("", "1a", "", ""),
        ("", "1b", "", "kyphoplasty_epidural"),
        ("", "1c", "", "kyphoplasty_compression"),
        ("", "2", "", "kyphoplasty_compression"),
        ("", "3", "", "kyphoplasty_compression"),
        ("I", "2", "", "kyphoplasty_compression"),
    ],
)
def test_no_kyphoplasty_with_cord_compression(radiographic, escc, site, key, when):
    proposal = GradeProposal(site=site) if site else None
    grades = Grades(radiographic=radiographic, escc=escc, proposal=proposal)
    context = PrescriptionContext(cement=f"kyphoplasty_{when}")
    found = [k for k in keys_of(context, grades) if k.startswith("kyphoplasty")]
    assert found == ([key] if key else [])


@pytest.mark.parametrize(
    ("level", "site", "is_said"),
    [("L4", "", True), ("L4", "cord", False), ("L1", "", False), ("", "", False)],
)
def test_where_the_canal_may_hold_the_cauda_the_caution_says_so(level, site, is_said):
    grades = Grades("IV", proposal=GradeProposal(site=site) if site else None)
    context = PrescriptionContext(cement="kyphoplasty_after", previous_radiation="no")
    (found,) = prescription_cautions(context, grades=grades, sins=SinsChoices(), level=level)
    assert (f"or at {level} the cauda equina" in found.text) == is_said


@pytest.mark.parametrize(("level", "flag"), [("", "yes"), ("T9", "yes"), ("T8", "unknown")])
def test_the_measured_body_counts_for_its_own_level_only(level, flag):
    measured = VertebraMeasurement(body_involved_percent=80.0, level="T9")
    sins = SinsChoices(lesion="lytic", measured=measured)
    assert fracture_risk(PrescriptionContext(24, 1), sins, level).flag == flag


@pytest.mark.parametrize("cement", ["", "none", "vertebroplasty_before", "vertebroplasty_after"])
def test_without_kyphoplasty_there_is_no_word_of_it(cement):
    found = keys_of(PrescriptionContext(cement=cement), Grades(radiographic="V"))
    assert not [key for key in found if key.startswith("kyphoplasty")]


@pytest.mark.parametrize(
    ("previous", "keys"),
    [
        ("yes", ["previous_radiation"]),
        ("unknown", ["previous_radiation_open"]),
        ("no", []),
    ],
)
def test_earlier_irradiation_is_said(previous, keys):
    context = PrescriptionContext(previous_radiation=previous)
    found = prescription_cautions(context, grades=Grades(), sins=SinsChoices())
    assert [caution.key for caution in found] == keys


def test_the_figures_on_reirradiation_are_those_of_hytec():
    context = PrescriptionContext(previous_radiation="yes")
    (caution,) = prescription_cautions(context, grades=Grades(), sins=SinsChoices())
    assert "HyTEC" in caution.citation
    for figure in ("70 Gy EQD2", "25 Gy", "half", "5 months", "do not apply"):
        assert figure in caution.text


@pytest.mark.parametrize(
    ("setting", "keys"),
    [
        ("", []),
        ("intact", []),
        ("decompression", []),
        ("postoperative", ["after_surgery"]),
        ("separation_surgery", ["after_surgery", "separation_surgery"]),
    ],
)
def test_surgery_before_is_said(setting, keys):
    assert keys_of(PrescriptionContext(setting=setting)) == keys


@pytest.mark.parametrize(
    ("neurological", "expected"), [("", 0), ("a", 0), ("c", 0), ("d", 1), ("e", 1)]
)
@pytest.mark.parametrize("setting", ["decompression", "intact"])
def test_decompression_was_tried_with_strength_of_4(neurological, expected, setting):
    found = keys_of(PrescriptionContext(setting=setting), Grades(neurological=neurological))
    assert found.count("decompression_deficit") == (expected if setting == "decompression" else 0)


def test_every_caution_cites_and_is_no_advice_to_a_patient():
    context = PrescriptionContext(24, 1, "separation_surgery", "kyphoplasty_before", "yes")
    found = prescription_cautions(context, grades=Grades(radiographic="V"), sins=LYTIC)
    assert len(found) == 6
    assert all("et al." in caution.citation for caution in found)
    words = " ".join(caution.text for caution in found).lower().replace(",", " ").split()
    assert not {"you", "your", "should", "must"} & set(words)
