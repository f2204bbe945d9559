"""An assessment as a whole, and its JSON."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spine_radiosurgery.assessment import (
    ESCC,
    NEUROLOGICAL,
    RADIOGRAPHIC,
    SCENARIOS,
    Assessment,
    CordGap,
)
from spine_radiosurgery.geometry import InputError

GAP = CordGap("GTV_T8", "SpinalCord", 1.5, "", (1.0, 2.0, 3.0), (1.0, 3.5, 3.0))


def codes(grades):
    return st.sampled_from([g.code for g in grades])


ASSESSMENTS = st.builds(
    Assessment,
    levels=st.sampled_from([("T8",), ("L1", "T12"), ("T8", "T10"), ("L3",)]),
    radiographic=codes(RADIOGRAPHIC),
    neurological=codes(NEUROLOGICAL),
    gap=st.sampled_from([GAP, CordGap("", "SpinalCord", None, "no tumor (GTV) is chosen")]),
    escc=st.one_of(st.just(""), codes(ESCC)),
    scenario=st.sampled_from(["", *SCENARIOS]),
)


@given(ASSESSMENTS)
def test_it_survives_json(assessment):
    document = json.loads(json.dumps(assessment.to_dict(), allow_nan=False))
    assert document == assessment.to_dict()
    assert Assessment.from_dict(document) == assessment


@given(ASSESSMENTS)
def test_proposal_and_decision_are_both_kept(assessment):
    kept = assessment.to_dict()["scenario"]
    assert kept["proposed"] == assessment.proposed_scenario.code
    assert kept["decided"] == (assessment.scenario or kept["proposed"])
    assert kept["chosen_by_person"] == bool(assessment.scenario)
    assert kept["words"] == SCENARIOS[kept["decided"]]


def test_the_document_tells_codes_words_and_sources():
    document = Assessment(("T8",), "II", "b", GAP, escc="1b").to_dict()
    assert document["radiographic"]["code"] == "II"
    assert (
        document["radiographic"]["citation"] == "Ryu et al. 2015, Radiat Oncol J 33:1-11, Table 1"
    )
    assert document["escc"]["citation"].startswith("Bilsky")
    assert document["cord_gap"]["text"] == "GTV_T8 comes within 1.5 mm of SpinalCord."
    assert [r["status"] for r in document["cord_gap"]["remarks"]] == ["not_met", "information"]
    assert document["decision"]["option"] == "radiosurgery"
    assert document["remarks"] == []


def test_levels_are_kept_from_head_to_foot():
    assert Assessment(("L1", "T12", "L1"), "II", "b", GAP).levels == ("T12", "L1")


def test_doubts_and_the_cauda_are_remarked():
    remarks = Assessment(("L3",), "III", "b", GAP, scenario="b").remarks
    assert [text.split()[0] for text in remarks] == ["Scenario", "At"]


@pytest.mark.parametrize(
    ("choices", "sentence"),
    [
        ({"radiographic": "VI"}, "'VI' is no radiographic grade"),
        ({"neurological": ""}, "'' is no neurological grade"),
        ({"escc": "4"}, "'4' is no ESCC grade"),
        ({"scenario": "e"}, "'e' is no scenario"),
        ({"levels": ()}, "No level is given"),
        ({"levels": ("T8", "T9", "T10")}, "Choose the scenario"),
    ],
)
def test_wrong_choices_are_refused(choices, sentence):
    given_ = {"levels": ("T8",), "radiographic": "II", "neurological": "b", "gap": GAP, **choices}
    with pytest.raises(InputError, match=sentence):
        Assessment(**given_)


def test_a_person_may_decide_where_the_levels_do_not():
    decided = Assessment(("T8", "T9", "T10"), "II", "b", GAP, scenario="d").decided_scenario
    assert (decided.code, decided.reason) == ("d", "Chosen by a person.")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"schema_version": "9.0"}, "is of version 9.0"),
        ({"schema_version": None}, "is of version None"),
        ({"radiographic": None}, "is damaged"),
        ({"cord_gap": {}}, "is damaged"),
    ],
)
def test_what_cannot_be_read_is_refused(change, sentence):
    document = {**Assessment(("T8",), "II", "b", GAP).to_dict(), **change}
    with pytest.raises(InputError, match=sentence):
        Assessment.from_dict(document)
