"""What the numbers of label maps mean, relabelling, and what is expected beside a level."""

from __future__ import annotations

import numpy as np
import pytest
from shapes import at, planes, rectangle

from spine_radiosurgery.anatomy import (
    LEVELS,
    SCHEMES,
    check_order,
    expected_organs,
    level_of,
    read_labels,
    relabelled,
)
from spine_radiosurgery.case import guess_role, rois_of
from spine_radiosurgery.geometry import InputError, Structure


def column(levels: tuple[str, ...], scheme: str, step_mm: float = 33.0) -> dict[int, float]:
    """Heights of the labels of some levels in a scheme."""
    label = {level: number for number, level in SCHEMES[scheme].items()}
    return {label[level]: -step_mm * LEVELS.index(level) for level in levels}


def vertebra(name: str, height_mm: float) -> Structure:
    contours = [at(rectangle(40.0, 30.0), z) for z in planes(24.0, 3.0, height_mm)]
    return Structure.from_contours(name, contours)


@pytest.mark.parametrize(
    ("scheme", "label", "level"),
    [
        ("verse", 1, "C1"), ("verse", 8, "T1"), ("verse", 19, "T12"), ("verse", 22, "L3"),
        ("verse", 25, "L6"), ("verse", 28, "T13"), ("verse", 27, None), ("spineps", 24, "L5"),
        ("spineps", 122, None), ("spineps", 222, None), ("totalsegmentator-v2", 26, "S1"),
        ("totalsegmentator-v2", 27, "L5"), ("totalsegmentator-v2", 31, "L1"),
        ("totalsegmentator-v2", 32, "T12"), ("totalsegmentator-v2", 50, "C1"),
        ("totalsegmentator-v2", 25, None), ("totalsegmentator-v1", 18, "L5"),
        ("totalsegmentator-v1", 41, "C1"), ("totalsegmentator-mr", 25, "C1"),
    ],
)  # fmt: skip
def test_numbers_as_the_programs_document_them(scheme: str, label: int, level: str | None) -> None:
    assert level_of(label, scheme) == level


def test_a_bare_number_is_refused_with_its_meanings() -> None:
    with pytest.raises(InputError, match=r"Label 22 is L3 in verse, L1 in totalsegmentator-v1"):
        level_of(22)
    assert level_of("vertebrae_L3") == "L3" and level_of("CTV L2-L4") is None
    assert level_of(0) is None
    with pytest.raises(InputError, match="scheme 'mine' is not known; choose one of verse"):
        level_of(22, "mine")


@pytest.mark.parametrize(
    ("scheme", "levels"),
    [
        ("verse", ("T12", "L1", "L2", "L3", "L4", "L5")),
        ("verse", ("C6", "C7", "T1")),
        ("totalsegmentator-v2", ("L5", "S1", "L1", "L2", "L3", "L4", "C1", "C2")),
        ("totalsegmentator-v1", ("T10", "T11", "T12", "L1", "L2", "L3", "L4", "L5")),
    ],
)
def test_the_scheme_is_found_by_the_order_of_the_labels(
    scheme: str, levels: tuple[str, ...]
) -> None:
    heights = column(levels, scheme, 20.0 if "C7" in levels else 33.0)
    if scheme.startswith("totalsegmentator"):
        # 117 is beyond version 1; 42, the oesophagus of version 1, is out of place as T2 of 2.
        heights |= {117: 0.0} if scheme.endswith("v2") else {42: -500.0}
    reading = read_labels(heights)
    assert reading.scheme == scheme and "order" in reading.reason
    assert set(reading.levels.values()) == set(levels)


def test_numbers_of_both_versions_of_totalsegmentator_must_be_chosen() -> None:
    heights = column(("L1", "L2", "L3", "L4"), "totalsegmentator-v2")
    with pytest.raises(InputError, match=r"totalsegmentator-v2: 31 to 28 are L1 to L4; total"):
        read_labels(heights)
    assert list(read_labels(heights, "totalsegmentator").levels.values()) == [
        "L1", "L2", "L3", "L4",
    ]  # fmt: skip


def test_one_label_tells_no_scheme() -> None:
    with pytest.raises(InputError, match="22 do not tell which scheme"):
        read_labels({22: 0.0})
    assert read_labels({22: 0.0}, "verse").levels == {22: "L3"}


def test_subregions_and_other_numbers_are_refused_with_the_reason() -> None:
    with pytest.raises(InputError, match=r"sub-regions of vertebrae \(SPINEPS"):
        read_labels({label: 0.1 * label for label in range(41, 51)})
    with pytest.raises(InputError, match="in the order of no known scheme"):
        read_labels({20: 0.0, 21: 300.0, 22: -500.0})
    with pytest.raises(InputError, match="None of the labels 90, 91 is a vertebra in the scheme"):
        read_labels({90: 0.0, 91: 30.0}, "verse")


def test_a_whole_column_is_relabelled_in_one_call() -> None:
    vertebrae = {f"L{n}": vertebra(f"vertebrae_L{n}", -33.0 * n) for n in (1, 2, 3)}
    after = relabelled(vertebrae, by=-1)
    assert list(after) == ["T12", "L1", "L2"]
    assert [s.name for s in after.values()] == ["vertebrae_T12", "vertebrae_L1", "vertebrae_L2"]
    assert after["T12"].shape is vertebrae["L1"].shape and "T12" not in vertebrae


def test_single_vertebrae_are_relabelled_by_a_list() -> None:
    vertebrae = {f"L{n}": vertebra(f"L{n} vert.", -33.0 * n) for n in (1, 2, 3)}
    after = relabelled(vertebrae, {"L1": "L2", "L2": "L1"})
    assert after["L1"].shape is vertebrae["L2"].shape and after["L1"].name == "L1 vert."
    assert after["L3"] is vertebrae["L3"]
    with pytest.raises(InputError, match="L1 and L2 would both become L2"):
        relabelled(vertebrae, {"L1": "L2"})
    with pytest.raises(InputError, match="no vertebra L4 to relabel; there is: L1, L2, L3"):
        relabelled(vertebrae, {"L4": "L5"})
    with pytest.raises(InputError, match="not both"):
        relabelled(vertebrae, {"L1": "T12"}, by=1)


def test_places_that_go_with_their_levels_raise_no_warning() -> None:
    assert check_order({f"L{n}": vertebra(f"L{n}", -33.0 * n) for n in (3, 1, 2)}) == ()


@pytest.mark.parametrize(
    ("second_mm", "level", "message"),
    [
        (20.0, "L2", "L2 lies 20 mm above L1"),
        (-5.0, "L2", "L1 and L2 are only 5 mm apart, 1 level"),
        (-66.0, "L2", "L1 and L2 are 66 mm apart, 1 level"),
        (-12.0, "L3", "L1 and L3 are only 12 mm apart, 2 levels"),
    ],
)
def test_places_that_contradict_their_levels_are_said(
    second_mm: float, level: str, message: str
) -> None:
    (warning,) = check_order({"L1": vertebra("L1", 0.0), level: vertebra(level, second_mm)})
    assert message in warning


@pytest.mark.parametrize(
    ("level", "neural"),
    [
        ("C5", "SpinalCord"), ("T12", "SpinalCord"), ("L1", "SpinalCord CaudaEquina"),
        ("L2", "SpinalCord CaudaEquina"), ("L3", "CaudaEquina"), ("S2", "CaudaEquina"), ("S4", ""),
    ],
)  # fmt: skip
def test_cord_above_cauda_equina_below(level: str, neural: str) -> None:
    found = expected_organs(level)
    assert found.neural == tuple(neural.split()) and found.neural_reason


@pytest.mark.parametrize(
    ("level", "there", "not_there"),
    [
        ("C5", "Larynx Pharynx BrachialPlex", "Lungs Bowel Kidneys"),
        ("T6", "Esophagus Lungs Heart GreatVes", "Larynx Bowel"),
        ("L2", "Kidneys Bowel GreatVes", "Lungs Esophagus"),
        ("S1", "Bowel SacralPlex", "Kidneys Heart"),
    ],
)
def test_normal_tissues_are_those_beside_the_level(level: str, there: str, not_there: str) -> None:
    found = expected_organs(level)
    assert set(there.split()) <= set(found.organs)
    assert not set(not_there.split()) & set(found.organs)
    assert len(found.sources) == len(found.organs) and all(found.sources)


@pytest.mark.parametrize(
    ("level", "roots"),
    [("L3", ("L3",)), ("C5", ("C5", "C6")), ("C7", ("C7", "C8")), ("T1", ("T1",)), ("L6", ())],
)
def test_nerve_roots_are_named_by_their_level_and_c8_lies_below_c7(
    level: str, roots: tuple[str, ...]
) -> None:
    sided = tuple(f"NerveRoot_{root}_{side}" for root in roots for side in "LR")
    assert expected_organs(level).nerve_roots == sided


@pytest.mark.parametrize(
    ("name", "dicom_type", "role"),
    [
        ("NerveRoot_L3_L", "ORGAN", "nerve_root"), ("nerve root L3 L", "", "nerve_root"),
        ("NerveRoots", "", "nerve_root"), ("Nervenwurzel C8 re", "", "nerve_root"),
        ("LWK 3", "", "vertebra"), ("T12 vert.", "", "vertebra"), ("L3", "ORGAN", "vertebra"),
        ("L3 corpus", "", "vertebra"), ("L3", "CTV", "target"), ("vertebrae_L3", "", "vertebra"),
        ("intervertebral_discs", "", "organ"), ("A_Vertebral_L", "", "organ"),
        ("Spinalkanal", "", "canal"), ("SpinalCord", "", "cord"), ("Lung_L", "ORGAN", "organ"),
    ],
)  # fmt: skip
def test_roles_by_name(name: str, dicom_type: str, role: str) -> None:
    typed = Structure(name, vertebra(name, 0.0).shape, interpreted_type=dicom_type)
    assert guess_role(typed) == role


def test_an_expected_organ_is_found_whole_or_by_its_parts() -> None:
    names = ("Kidney_L", "Kidney_R", "Bowel_Bag", "Oesophagus", "Hypopharynx", "Liver")
    assert rois_of("Kidneys", names) == ("Kidney_L", "Kidney_R")
    assert rois_of("Bowel", names) == ("Bowel_Bag",)
    assert rois_of("Esophagus", names) == ("Oesophagus",)
    assert rois_of("Pharynx", names) == ("Hypopharynx",)
    assert rois_of("Trachea", names) == ()
    assert np.all([rois_of(o, [o]) == (o,) for lv in LEVELS for o in expected_organs(lv).organs])
