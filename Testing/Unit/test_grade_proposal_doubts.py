"""Near a limit the proposal leaves both grades; without a structure or a reference it says so."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest
from canal_phantom import FRONT, CanalPhantom, Oval, of_cauda_grade, of_grade
from shapes import cylinder

from spine_radiosurgery.assessment.grading import GradeProposal, propose_grade
from spine_radiosurgery.geometry import InputError


@lru_cache(maxsize=8)
def masks_of(phantom: CanalPhantom, voxel: float, samples: int):
    return phantom.masks(voxel, 1.5, samples=samples)


def proposed(phantom: CanalPhantom, without=(), voxel=0.7, samples=1, **more) -> GradeProposal:
    masks = masks_of(phantom, voxel, samples)
    kept = {name: mask for name, mask in masks.items() if name not in without}
    return propose_grade(**kept, **{"level": "T8", **more})


def depth_to(phantom: CanalPhantom, oval: Oval) -> float:
    return phantom.canal.edge_mm(phantom.direction) - oval.edge_mm(phantom.direction)


HEALTHY = of_grade("0", FRONT, 0.7)
TO_SAC, TO_CORD = (depth_to(HEALTHY, oval) for oval in (HEALTHY.sac, HEALTHY.cord))
CAUDA = of_cauda_grade("0", FRONT, 0.7)
BORDERS = {
    "sac pushed in by 0.8 mm": (replace(HEALTHY, depth_mm=TO_SAC + 0.8), ("I", "II")),
    "half a voxel from the cord": (replace(HEALTHY, depth_mm=TO_CORD - 0.4), ("II", "III")),
    "cord pushed by a millimetre": (
        replace(HEALTHY, depth_mm=TO_CORD + 1.0, cord_shift_mm=1.0),
        ("III", "IV"),
    ),
    "cord flattened by 15 %": (
        replace(HEALTHY, depth_mm=TO_CORD, cord_width_share=0.85, cord_shift_mm=-0.6),
        ("III", "IV"),
    ),
}


@pytest.mark.parametrize("name", BORDERS)
def test_at_a_border_both_grades_are_left(name):
    phantom, codes = BORDERS[name]
    # Masks with shares of voxels: the border lies where it should, and not in the next voxel.
    found = proposed(phantom, samples=4)
    assert found.radiographic == codes, found.text
    assert found.text.startswith(f"Cannot tell radiographic grades {codes[0]} and {codes[1]} apart")
    assert "too near to" in found.reason


@pytest.mark.parametrize(("depth", "codes"), [(0.0, ("0", "I")), (0.8, ("0", "I")), (1.6, ("I",))])
def test_tumor_and_canal_of_different_images_may_overlap_by_a_voxel(depth, codes):
    phantom = replace(HEALTHY, depth_mm=depth)
    masks = phantom.masks(0.7, 1.5)
    masks["tumour"] = phantom.masks(0.7, 1.5, origin_ras=(0.3, 0.3, 0.4))["tumour"]
    found = propose_grade(**masks, level="T8")
    assert found.radiographic == codes, found.text


@pytest.mark.parametrize("beyond_half", [-1.0, 0.0, 1.0])
def test_near_half_of_the_canal_at_the_cauda_the_program_asks(beyond_half):
    wall = CAUDA.canal.edge_mm(FRONT)
    phantom = replace(CAUDA, depth_mm=wall * (1 + beyond_half / 100))
    assert phantom.filled_percent == pytest.approx(50, abs=1)
    found = proposed(phantom, level="L3")
    assert found.radiographic == ("II", "IV")
    assert "which the paper leaves open" in found.reason


def test_a_displaced_cord_with_csf_before_it_meets_two_criteria():
    phantom = replace(HEALTHY, depth_mm=TO_SAC + 2.2, cord_shift_mm=2.0)
    found = proposed(phantom)
    assert found.radiographic == ("II", "IV"), found.text
    assert "CSF lies between it and the tumor" in found.reason


# Which grades are left of the true one when a structure is missing.
MISSING = {
    ("0", "thecal_sac"): ("0",),
    ("0", "cord"): ("0",),
    ("0", "canal"): ("0", "I"),
    ("I", "thecal_sac"): ("I", "II"),
    ("I", "cord"): ("I",),
    ("I", "canal"): ("0", "I"),
    ("II", "thecal_sac"): ("I", "II"),
    ("II", "cord"): ("II", "III", "IV", "V"),
    ("II", "canal"): ("II",),
    ("III", "thecal_sac"): ("III",),
    ("III", "cord"): ("II", "III", "IV", "V"),
    ("III", "canal"): ("III",),
    ("IV", "thecal_sac"): ("IV", "V"),
    ("IV", "cord"): ("II", "III", "IV", "V"),
    ("IV", "canal"): ("IV",),
    ("V", "thecal_sac"): ("IV", "V"),
    ("V", "cord"): ("II", "III", "IV", "V"),
    ("V", "canal"): ("V",),
}
WORDS = {"thecal_sac": "sac", "cord": "the cord", "canal": "canal"}


@pytest.mark.parametrize(("code", "missing"), MISSING)
def test_a_grade_that_needs_a_missing_structure_is_not_guessed(code, missing):
    found = proposed(of_grade(code, FRONT, 0.7), [missing])
    assert found.radiographic == MISSING[code, missing], found.text
    assert code in found.radiographic
    if len(found.radiographic) > 1:
        assert found.text.startswith("Cannot tell")
        assert f"{WORDS[missing]} is missing" in found.reason


def test_a_tumour_at_the_sac_may_touch_a_cord_that_is_not_drawn():
    found = proposed(replace(HEALTHY, depth_mm=TO_SAC), ["cord"])
    assert found.radiographic == ("I", "III"), found.text


@pytest.mark.parametrize(
    ("code", "missing", "left"),
    [
        ("I", "thecal_sac", ("I", "II")),
        ("II", "thecal_sac", ("I", "II")),
        ("IV", "thecal_sac", ("IV",)),
        ("0", "canal", ("0", "I", "II", "IV")),
        ("II", "canal", ("II", "IV")),
        ("IV", "canal", ("II", "IV")),
    ],
)
def test_at_the_cauda_likewise(code, missing, left):
    found = proposed(of_cauda_grade(code, FRONT, 0.7), [missing], level="L3")
    assert code in found.radiographic
    assert set(found.radiographic) <= set(left), found.text


def test_with_the_canal_alone_only_grade_0_can_be_told():
    some = proposed(of_grade("II", FRONT, 0.7), ["thecal_sac", "cord"])
    assert some.radiographic == ("I", "II", "III", "IV", "V")
    none = proposed(of_grade("0", FRONT, 0.7), ["thecal_sac", "cord"])
    assert none.radiographic == ("0",)


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        (["tumour"], "Neither spinal canal nor thecal sac nor cord is drawn beside the tumor."),
        (["canal", "thecal_sac", "cord"], "No tumor is chosen."),
    ],
)
def test_without_anything_to_compare_it_cannot_tell(names, sentence):
    masks = of_grade("II", FRONT, 1.0).masks(1.0, 2.0)
    found = propose_grade(**{"tumour": None, **{n: masks[n] for n in names}}, level="T8")
    assert found.radiographic == found.escc == ()
    assert found.text == f"Cannot tell the radiographic grade. {sentence}"


def test_structures_far_above_are_not_beside_the_tumour():
    masks = of_grade("II", FRONT, 1.0).masks(1.0, 2.0)
    masks["tumour"] = cylinder(8.0, 20.0, centre=(0.0, 10.0, -200.0))
    assert propose_grade(**masks, level="T8").radiographic == ()


@pytest.mark.parametrize("end_mm", [-8.0, 0.0])
def test_a_cord_that_ends_beside_the_tumour_leaves_grades_open(end_mm):
    found = proposed(of_grade("II", FRONT, 0.7, cord_end_mm=end_mm))
    assert "II" in found.radiographic
    assert len(found.radiographic) > 1
    assert "missing beside a part of the tumor" in found.reason


@pytest.mark.parametrize("code", ["0", "II", "III", "V"])
def test_a_reference_on_one_side_is_weaker_and_said(code):
    masks = of_grade(code, FRONT, 0.7).masks(0.7, 1.5)
    cut = {n: m.between(-100.0, 14.0) if n != "tumour" else m for n, m in masks.items()}
    found = propose_grade(**cut, level="T8")
    assert found.radiographic == (code,), found.text
    if code != "0":
        assert found.compression.reference == "below only"
        assert "below only, which is less sure" in found.reason


def test_without_any_section_clear_of_tumour_change_is_open():
    masks = of_grade("IV", FRONT, 0.7).masks(0.7, 1.5)
    cut = {n: m.between(-14.0, 14.0) if n != "tumour" else m for n, m in masks.items()}
    found = propose_grade(**cut, level="T8")
    assert found.compression.sac_deformation_percent is None
    assert found.compression.cord_displacement_mm is None
    assert found.radiographic == ("III", "IV"), found.text
    assert "no section clear of tumor" in found.reason


# The site: from the level, else from the cord, else both rules are left.
@pytest.mark.parametrize(
    ("level", "site", "expected"),
    [
        ("T8", "auto", "cord"),
        ("L1", "auto", "cord"),
        ("L3", "auto", "cauda"),
        ("S1", "auto", "cauda"),
        ("L2", "cord", "cord"),
        ("L1", "cauda", "cauda"),
        ("", "auto", "cord"),
        ("", "cauda", "cauda"),
    ],
)
def test_the_site_follows_the_level_unless_a_person_says_so(level, site, expected):
    masks = masks_of(of_grade("III", FRONT, 1.0), 1.0, 1)
    found = propose_grade(**masks, level=level, site=site)
    assert found.site == expected
    assert found.radiographic == (("III",) if expected == "cord" else ("II",)), found.text
    asks = expected == "cauda" and site == "auto"
    assert ("choose the cord if it is one" in found.reason) == asks


def test_without_level_and_cord_the_grades_of_both_rules_are_left():
    found = proposed(of_cauda_grade("II", FRONT, 0.7), level="")
    assert found.site == ""
    assert found.radiographic == ("II", "III", "IV", "V")
    assert found.escc == ()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [({"site": "conus"}, "'conus' is no site"), ({"level": "L9"}, "'L9' is no vertebral level")],
)
def test_what_is_no_site_or_level_is_refused(wrong, sentence):
    with pytest.raises(InputError, match=sentence):
        propose_grade(cylinder(5.0, 20.0), **wrong)


def test_a_tumour_of_one_slice_is_measured():
    phantom = of_grade("II", FRONT, 1.0, length_mm=2.0, fade_mm=0.1)
    found = propose_grade(**phantom.masks(1.0, 2.0), level="T8")
    assert "II" in found.radiographic, found.text
    assert np.isfinite(found.compression.sac_deformation_percent)


def test_a_cord_at_its_lowest_level_may_be_the_conus():
    masks = of_grade("IV", FRONT, 0.7).masks(0.7, 2.0)
    found = propose_grade(**masks, level="L2")
    assert (found.site, found.escc) == ("", ())
    assert "IV" in found.radiographic
    assert "choose which of them it is" in found.reason
    assert propose_grade(**masks, level="L2", site="cord").radiographic == ("IV",)


@pytest.mark.parametrize(
    "damaged", [{"site": "thorax"}, {"radiographic": ("VI",)}, {"escc": ("1d",)}]
)
def test_a_proposal_has_grades_that_there_are(damaged):
    with pytest.raises(InputError):
        GradeProposal(**damaged)
