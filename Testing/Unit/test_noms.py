"""The four NOMS headings with what is recorded."""

from __future__ import annotations

import pytest

from spine_radiosurgery.assessment.followup.entry import RiskFactors, Visit
from spine_radiosurgery.assessment.followup.follow_up import FollowUp
from spine_radiosurgery.assessment.grading.entry import Grades
from spine_radiosurgery.assessment.prescribing import CEMENTS, SETTINGS, PrescriptionContext
from spine_radiosurgery.assessment.selection import (
    CordGap,
    Selection,
    SelectionMeasurement,
    noms,
)
from spine_radiosurgery.assessment.stability.entry import SinsChoices
from spine_radiosurgery.assessment.stability.sins import sins_score

OPEN_SINS = sins_score(SinsChoices())
SINS = sins_score(
    SinsChoices(
        lesion="lytic", alignment="normal", collapse="under_half", posterolateral="unilateral"
    ),
    "T12",
)


def headings(grades=None, selection=None, prescription=None, sins=OPEN_SINS, follow_up=None):
    found = noms(
        grades or Grades(),
        selection or Selection(),
        prescription or PrescriptionContext(),
        sins,
        follow_up,
    )
    return {heading.heading: heading.lines for heading in found}


def test_there_are_four_headings_in_their_order():
    assert list(headings()) == ["neurologic", "oncologic", "mechanical", "systemic"]


def test_an_empty_record_says_of_everything_that_it_is_not_recorded():
    found = headings()
    assert found["mechanical"][0].startswith("SINS: 0 to 18 of 18")
    lines = [line for lines in found.values() for line in lines]
    others = [line for line in lines if not line.startswith("SINS")]
    assert all(": not recorded" in line or ": open. " in line for line in others)


def test_the_headings_cite_the_paper():
    found = noms(Grades(), Selection(), PrescriptionContext(), OPEN_SINS)
    assert all("Ryu et al. 2015" in heading.citation for heading in found)


def test_the_neurologic_state():
    grades = Grades("III", "b", "1c", "no")
    gap = CordGap("GTV", "SpinalCord", 0.0)
    selection = Selection(measured=SelectionMeasurement(cord_gap=gap))
    follow_up = FollowUp(visits=(Visit(-3, ambulatory="yes"), Visit(30, ambulatory="no")))
    assert headings(grades, selection, follow_up=follow_up)["neurologic"] == (
        "Radiographic grade: III (cord touched)",
        "Neurological grade: b (minor symptoms)",
        "ESCC: 1c (cord touched)",
        "Rapid decline: no",
        "Ambulatory before treatment: yes",
        "GTV touches or overlaps SpinalCord.",
    )


def test_the_oncologic_state():
    selection = Selection(histology="other", primary="renal cell", radiosensitivity="resistant")
    prescription = PrescriptionContext(27, 3, "separation_surgery", "none", "yes")
    follow_up = FollowUp(visits=(Visit(-1, pain_score=7),))
    found = headings(None, selection, prescription, follow_up=follow_up)
    assert found["oncologic"] == (
        "Primary tumor: renal cell",
        "Histology: other",
        "Radiosensitivity: resistant",
        "Earlier radiation of this region: yes",
        "Setting: after separation surgery",
        "Prescribed dose: 27 Gy",
        "Fractions: 3",
        "Pain score before treatment: 7 of 10",
    )


def test_the_mechanical_state():
    found = headings(prescription=PrescriptionContext(cement="kyphoplasty_before"), sins=SINS)
    lines = found["mechanical"]
    assert lines[0] == f"SINS: {SINS.text}"
    assert lines[1].startswith("Location: Junctional")
    assert lines[2].startswith("Pain: open. ")
    assert len(lines) == 8
    assert lines[-1] == "Cement: kyphoplasty before radiosurgery"


def test_the_systemic_state():
    selection = Selection(
        systemic_disease="controlled", performance_ecog=0, fit_for_surgery="no", age_years=64
    )
    risks = RiskFactors(surgery="no", systemic_therapy="yes", diabetes="no")
    found = headings(selection=selection, follow_up=FollowUp(risk_factors=risks))
    assert found["systemic"] == (
        "Systemic disease: controlled",
        "ECOG performance status: 0",
        "Fit for surgery: no",
        "Age: 64 years",
        "Systemic therapy: yes",
        "Earlier surgery: no",
        "Diabetes: no",
        "Collagen disease: not recorded",
    )


@pytest.mark.parametrize(
    ("days", "expected"),
    [((-20, -5), "2 of 10"), ((0, 14), "1 of 10"), ((-5, 0), "2 of 10"), ((1, 30), "not recorded")],
)
def test_the_state_before_treatment_is_that_of_the_last_visit_before(days, expected):
    visits = tuple(Visit(day, pain_score=n + 1) for n, day in enumerate(days))
    line = headings(follow_up=FollowUp(visits=visits))["oncologic"][-1]
    assert line == f"Pain score before treatment: {expected}"


def test_a_later_visit_that_is_silent_on_pain_hides_no_score():
    visits = (Visit(-7, pain_score=8, ambulatory="yes"), Visit(0, neurological="a"))
    found = headings(follow_up=FollowUp(visits=visits))
    assert found["oncologic"][-1] == "Pain score before treatment: 8 of 10"
    assert "Ambulatory before treatment: yes" in found["neurologic"]


@pytest.mark.parametrize("setting", SETTINGS[1:])
def test_every_setting_has_words(setting):
    line = headings(prescription=PrescriptionContext(setting=setting))["oncologic"][4]
    assert not line.endswith("not recorded")


@pytest.mark.parametrize("cement", CEMENTS[1:])
def test_every_kind_of_cement_has_words(cement):
    line = headings(prescription=PrescriptionContext(cement=cement))["mechanical"][-1]
    assert not line.endswith("not recorded")
