"""Levels: their order, and the names in which people and programs write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spine_radiosurgery.anatomy import (
    LEVELS,
    TRANSITIONAL,
    are_contiguous,
    in_order,
    is_below,
    levels_in_name,
    renamed_level,
    shifted,
    steps_between,
    vertebrae_in_names,
)
from spine_radiosurgery.geometry import InputError

WAYS = (
    "vertebrae_{}", "vertebra_{}", "VB_{}", "VB{}", "{} vert.", "{} corpus", "{}-vertebra", "{}",
    "CTV_{}_16Gy", "PTV{}", "{}VB", "NerveRoot_{}_L", "vertebrae_{} left pedicle", "label {}",
)  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_every_level_is_recognised_in_every_way_of_writing(way: str) -> None:
    for level in (*LEVELS, *TRANSITIONAL):
        assert levels_in_name(way.format(level)) == (level,)


@pytest.mark.parametrize(
    ("name", "level"),
    [
        ("VB_T08", "T8"), ("vb_t12", "T12"), ("Th 8", "T8"), ("Th.8", "T8"), ("TH12", "T12"),
        ("D12", "T12"), ("BWK 12", "T12"), ("LWK3", "L3"), ("HWK5", "C5"), ("BWK_07", "T7"),
        ("vertebra L 3", "L3"), ("12th thoracic vertebra", "T12"), ("third lumbar vertebra", "L3"),
        ("lumbar vertebra 3", "L3"), ("THORACIC VERTEBRA 7", "T7"), ("3. Lendenwirbel", "L3"),
        ("5. Halswirbelkörper", "C5"), ("cervical vertebrae 1 (C1)", "C1"), ("Atlas", "C1"),
        ("axis vertebra", "C2"), ("VB_T2 MRI", "T2"), ("L3 lesion 5mm", "L3"),
    ],
)  # fmt: skip
def test_one_level_in_the_words_of_the_clinic(name: str, level: str) -> None:
    assert levels_in_name(name) == (level,)


@pytest.mark.parametrize(
    ("name", "levels"),
    [
        ("CTV L2-L4", "L2 L3 L4"), ("CTV_L4-L2", "L2 L3 L4"), ("L2 to L4", "L2 L3 L4"),
        ("Th11 – L2", "T11 T12 L1 L2"), ("BWK12-LWK1", "T12 L1"), ("C7-T2", "C7 T1 T2"),
        ("T10-12", "T10 T11 T12"), ("L2/3", "L2 L3"), ("T12/L1", "T12 L1"), ("L1+L3", "L1 L3"),
        ("CTV_L2_L4", "L2 L4"), ("S1-S3", "S1 S2 S3"), ("CTV_sacrum", "S1 S2 S3 S4 S5"),
        ("CTV_L3-1", "L3"), ("L3-4mm margin", "L3"),
    ],
)  # fmt: skip
def test_ranges_name_every_level_between_and_lists_do_not(name: str, levels: str) -> None:
    assert levels_in_name(name) == tuple(levels.split())


@pytest.mark.parametrize(
    "name",
    [
        "SpinalCord", "C", "CT1_2mm", "PTV_16Gy_1", "L Lung 5", "Kidney_L_1", "C6H12", "CTV_1",
        "T2 MRI", "GTV_T2w", "GTV_T2_FLAIR", "T1 Gd", "T2N0", "T2 N1 M0", "D2cc", "D2%", "D95%",
        "T5 Gy", "Liver_S3", "Lung_S10", "Lung_L1", "Rib_L5", "C8", "T14", "S9", "HW 1",
        "Beam axis", "atlas_lung", "CTV 2 lumbar", "SpinalCord_PRV02", "",
    ],
)  # fmt: skip
def test_what_only_looks_like_a_level_is_none(name: str) -> None:
    assert levels_in_name(name) == ()


@given(st.text(max_size=30))
def test_any_text_gives_levels_in_order_or_none(name: str) -> None:
    found = levels_in_name(name)
    assert found == in_order(found)


@pytest.mark.parametrize(
    ("name", "old", "new", "after"),
    [
        ("vertebrae_L3", "L3", "L4", "vertebrae_L4"), ("VB_T08", "T8", "T9", "VB_T09"),
        ("vb_t09", "T9", "T10", "vb_t10"), ("VB_T12", "T12", "L1", "VB_L1"),
        ("BWK 12", "T12", "L1", "LWK 1"), ("Th12", "T12", "L1", "L1"),
        ("Th 12 vert.", "T12", "T11", "Th 11 vert."), ("D8", "T8", "T7", "D7"),
        ("12th thoracic vertebra", "T12", "T11", "vertebrae_T11"), ("bone", "L1", "L2",
         "vertebrae_L2"),
    ],
)  # fmt: skip
def test_a_name_follows_its_new_level_in_its_own_way(
    name: str, old: str, new: str, after: str
) -> None:
    assert renamed_level(name, old, new) == after


@given(st.sampled_from(WAYS), st.sampled_from(LEVELS), st.sampled_from(LEVELS))
def test_a_renamed_name_means_the_new_level(way: str, old: str, new: str) -> None:
    assert levels_in_name(renamed_level(way.format(old), old, new)) == (new,)


def test_levels_are_counted_from_head_to_foot() -> None:
    assert is_below("L1", "T12") and not is_below("C7", "T1") and not is_below("L3", "L3")
    assert in_order(["S1", "L6", "T13", "T12", "S1"]) == ("T12", "T13", "L6", "S1")
    assert shifted("T12", 1) == "L1" and shifted("L1", -2) == "T11"
    assert steps_between("T11", "L1") == 2 and steps_between("L1", "T11") == -2
    assert steps_between("L5", "L6") == 1 and steps_between("L5", "S1") == 1


@pytest.mark.parametrize(
    ("levels", "contiguous"),
    [
        ("L2 L3 L4", True), ("L4 L2 L3", True), ("T12 L1", True), ("T12 T13 L1", True),
        ("L5 S1", True), ("L2 L4", False), ("L3", True), ("", True),
    ],
)  # fmt: skip
def test_contiguous_levels_leave_no_usual_vertebra_out(levels: str, contiguous: bool) -> None:
    assert are_contiguous(levels.split()) is contiguous


def test_levels_cannot_be_counted_from_a_transitional_one_nor_beyond_the_column() -> None:
    with pytest.raises(InputError, match="L6 is a transitional vertebra"):
        shifted("L6", 1)
    with pytest.raises(InputError, match="no level 2 above C2"):
        shifted("C2", -2)
    with pytest.raises(InputError, match="'X1' is no vertebral level"):
        is_below("X1", "L1")


def test_names_of_a_file_that_mean_a_vertebra_are_told_from_those_beside_one() -> None:
    names = ["vertebrae_L3 body", "vertebrae_L3", "disc_L3", "rib T12", "T12 vert.", "GTV_L3",
             "NerveRoot_L3_L", "vertebrae_L3 left pedicle", "sacrum", "liver", "VB_L4"]  # fmt: skip
    assert vertebrae_in_names(dict(enumerate(names))) == {4: "T12", 1: "L3", 10: "L4"}
    with pytest.raises(InputError, match="Both vertebrae_L3 and L3 vert are L3"):
        vertebrae_in_names({0: "vertebrae_L3", 1: "L3 vert"})
