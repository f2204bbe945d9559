"""The scales, and the paper's criterion for every pair of grades."""

from __future__ import annotations

from itertools import product

import pytest

from spine_radiosurgery.assessment import (
    ESCC,
    NEUROLOGICAL,
    RADIOGRAPHIC,
    cauda_remark,
    decision_for,
    grade,
)
from spine_radiosurgery.geometry import InputError

PAIRS = list(product(RADIOGRAPHIC, NEUROLOGICAL))


def pair_name(pair):
    return "-".join(g.code for g in pair)


def test_the_scales_have_the_sources_grades_in_their_order():
    assert [g.code for g in RADIOGRAPHIC] == ["0", "I", "II", "III", "IV", "V"]
    assert [g.code for g in NEUROLOGICAL] == ["a", "b", "c", "d", "e"]
    assert [g.code for g in ESCC] == ["0", "1a", "1b", "1c", "2", "3"]


@pytest.mark.parametrize("chosen", [*RADIOGRAPHIC, *NEUROLOGICAL, *ESCC], ids=str)
def test_every_grade_says_when_it_applies_and_who_says_so(chosen):
    assert chosen.criterion.endswith(".")
    assert ("Bilsky" if chosen.scale == "ESCC" else "Ryu") in chosen.citation
    assert grade(chosen.scale, chosen.code) is chosen


# What Table 1 turns on, grade by grade.
KEYWORDS = {
    ("radiographic", "0"): ["Only bone", "canal is not compromised"],
    ("radiographic", "I"): ["epidural fat", "may touch the thecal sac", "not displace"],
    ("radiographic", "II"): ["sac is compressed", "CSF", "between tumor and cord"],
    ("radiographic", "III"): ["touches or impinges on the cord"],
    ("radiographic", "IV"): ["displaced", "CSF is still seen", "partial block"],
    ("radiographic", "V"): ["no CSF", "complete block"],
    ("neurological", "a"): ["No"],
    ("neurological", "b"): ["pain", "radiculopathy", "sensory"],
    ("neurological", "c"): ["4/5 or more", "walks"],
    ("neurological", "d"): ["3/5 or less", "does not walk"],
    ("neurological", "e"): ["paralysis", "incontinence"],
    ("ESCC", "1a"): ["does not deform"],
    ("ESCC", "1b"): ["deformed", "not touched"],
    ("ESCC", "1c"): ["touched, not compressed"],
    ("ESCC", "2"): ["CSF is seen"],
    ("ESCC", "3"): ["no CSF is seen"],
}


@pytest.mark.parametrize(("scale", "code"), KEYWORDS)
def test_a_criterion_names_what_its_table_turns_on(scale, code):
    for word in KEYWORDS[scale, code]:
        assert word in grade(scale, code).criterion


@pytest.mark.parametrize(
    ("scale", "code", "sentence"),
    [
        (
            "radiographic",
            "VI",
            "'VI' is no radiographic grade; choose one of 0, I, II, III, IV, V.",
        ),
        ("neurological", "A", "'A' is no neurological grade"),
        ("ESCC", "1", "'1' is no ESCC grade"),
        ("pain", "0", "'pain' is no scale"),
    ],
)
def test_what_is_no_grade_is_refused(scale, code, sentence):
    with pytest.raises(InputError, match=sentence):
        grade(scale, code)


@pytest.mark.parametrize("level", ["C5", "T8", "T12", "T13", "L1"])
@pytest.mark.parametrize("chosen", RADIOGRAPHIC, ids=lambda g: g.code)
def test_beside_the_cord_there_is_no_word_of_the_cauda(chosen, level):
    assert cauda_remark(chosen, [level]) == ""


@pytest.mark.parametrize("level", ["L2", "L5", "L6", "S2"])
@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("0", ""),
        ("I", ""),
        ("II", "grade II means that less than 50 % of the spinal canal is compressed."),
        ("III", "but not grade III."),
        ("IV", "grade IV means that more than 50 % of the spinal canal is compressed."),
        ("V", "but not grade V."),
    ],
)
def test_at_the_cauda_the_share_of_the_canal_counts(code, says, level):
    remark = cauda_remark(grade("radiographic", code), [level])
    assert remark.endswith(says)
    assert bool(remark) == bool(says)
    assert not says or remark.startswith(f"At {level} ")


def test_only_the_low_ones_of_several_levels_are_named():
    remark = cauda_remark(grade("radiographic", "II"), ["L3", "T8", "L2"])
    assert remark.startswith("At L2, L3 ")


@pytest.mark.parametrize("pair", PAIRS, ids=pair_name)
def test_the_neurological_grade_decides(pair):
    expected = "radiosurgery" if pair[1].code in "abc" else "surgical opinion"
    decision = decision_for(*pair)
    assert decision.option == expected
    assert f"Neurological grade {pair[1].code} " in decision.text
    assert decision.citation.startswith("Ryu et al. 2015")


@pytest.mark.parametrize("pair", PAIRS, ids=pair_name)
def test_what_the_paper_leaves_open_is_said(pair):
    radiographic, neurological = pair
    text = decision_for(*pair).text
    is_intact = neurological.code in "abc"
    assert ("emerging question" in text) == (is_intact and radiographic.code in ("IV", "V"))
    assert ("does not describe" in text) == (not is_intact and radiographic.code in ("0", "I"))
    assert ("Rapid progression" in text) == is_intact


@pytest.mark.parametrize("pair", PAIRS, ids=pair_name)
def test_the_text_is_no_advice_to_a_patient(pair):
    words = decision_for(*pair).text.lower().replace(",", " ").split()
    assert not {"you", "your", "should", "must", "recommend"} & set(words)


@pytest.mark.parametrize(
    ("pair", "missing"),
    [
        ((None, None), "the radiographic and the neurological grade are not given"),
        ((None, NEUROLOGICAL[2]), "the radiographic grade is not given"),
        ((RADIOGRAPHIC[2], None), "the neurological grade is not given"),
    ],
)
def test_without_both_grades_the_criterion_is_undefined(pair, missing):
    decision = decision_for(*pair)
    assert decision.option == "undefined"
    assert missing in decision.text
