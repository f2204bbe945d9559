"""The proposed radiographic grade is that of the phantom wherever the deformation is clear."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from canal_phantom import BEHIND, FRONT, LEFT, RIGHT, all_round, of_cauda_grade, of_grade
from scipy.spatial.transform import Rotation

from spine_radiosurgery.assessment.grading import propose_grade

CORD_GRADES = {"0": "0", "I": "1a", "II": "1b", "III": "1c", "IV": "2", "V": "3"}
CAUDA_GRADES = ("0", "I", "II", "IV")
DIRECTIONS = {"front": FRONT, "behind": BEHIND, "right": RIGHT}
OFF_GRID = {"shift_ras": (0.37, -0.23, 0.61)}
KYPHOTIC = {"radius_mm": 150.0, "taper_per_mm": 0.003, **OFF_GRID}
LORDOTIC = {"radius_mm": -150.0, "taper_per_mm": -0.003, **OFF_GRID}
TILTED = {"tilt_deg": 25.0, **OFF_GRID}
# Voxels in the plane, slices, and the axis of the canal.
IMAGES = {
    "0.5 by 3 mm, straight": (0.5, 3.0, OFF_GRID),
    "0.8 by 2 mm, tilted": (0.8, 2.0, TILTED),
    "1 by 3 mm, lordotic": (1.0, 3.0, LORDOTIC),
}


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("code", CORD_GRADES)
def test_beside_the_cord_from_every_side(code, direction):
    phantom = of_grade(code, DIRECTIONS[direction], 0.7, **OFF_GRID)
    found = propose_grade(**phantom.masks(0.7, 1.5), level="T8")
    assert found.radiographic == (code,), found.text
    assert found.escc == (CORD_GRADES[code],)
    assert found.site == "cord"


@pytest.mark.parametrize("code", ["II", "III", "V"])
def test_beside_the_cord_from_all_round(code):
    phantom = all_round(code, 0.7, **OFF_GRID)
    found = propose_grade(**phantom.masks(0.7, 1.5), level="T8")
    assert found.radiographic == (code,), found.text


@pytest.mark.parametrize("image", IMAGES)
@pytest.mark.parametrize("code", CORD_GRADES)
def test_in_images_of_every_kind(code, image):
    voxel, slices, axis = IMAGES[image]
    phantom = of_grade(code, FRONT, voxel, **axis)
    found = propose_grade(**phantom.masks(voxel, slices), level="C5")
    assert found.radiographic == (code,), found.text


@pytest.mark.parametrize("code", ["I", "III", "V"])
def test_from_contours(code):
    phantom = of_grade(code, LEFT, 1.0, **KYPHOTIC)
    found = propose_grade(**phantom.contours(3.0), level="T8")
    assert found.radiographic == (code,), found.text


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("code", CAUDA_GRADES)
def test_at_the_cauda_from_every_side(code, direction):
    phantom = of_cauda_grade(code, DIRECTIONS[direction], 0.7, **OFF_GRID)
    found = propose_grade(**phantom.masks(0.7, 1.5), level="L3")
    assert found.radiographic == (code,), found.text
    assert found.escc == ()
    assert found.site == "cauda"


@pytest.mark.parametrize("image", IMAGES)
@pytest.mark.parametrize("code", CAUDA_GRADES)
def test_at_the_cauda_in_images_of_every_kind(code, image):
    voxel, slices, axis = IMAGES[image]
    phantom = of_cauda_grade(code, BEHIND, voxel, **axis)
    found = propose_grade(**phantom.masks(voxel, slices), level="L4")
    assert found.radiographic == (code,), found.text


@pytest.mark.parametrize("code", ["I", "IV"])
def test_at_the_cauda_from_contours(code):
    phantom = of_cauda_grade(code, RIGHT, 1.0, **LORDOTIC)
    found = propose_grade(**phantom.contours(3.0), level="L3")
    assert found.radiographic == (code,), found.text


@pytest.mark.parametrize("code", ["I", "IV"])
def test_masks_and_contours_may_be_mixed(code):
    phantom = of_grade(code, FRONT, 1.0, **OFF_GRID)
    fine, coarse = phantom.masks(0.6, 1.0), phantom.masks(1.0, 3.0, origin_ras=(0.4, -0.3, 0.8))
    drawn = phantom.contours(2.0)
    mixed = {
        "tumour": coarse["tumour"],
        "canal": drawn["canal"],
        "thecal_sac": fine["thecal_sac"],
        "cord": coarse["cord"],
    }
    found = propose_grade(**mixed, level="T8")
    assert found.radiographic == (code,), found.text


@pytest.mark.parametrize(
    "turn",
    [
        np.diag([-1.0, 1.0, 1.0]),
        np.diag([1.0, -1.0, -1.0]),
        Rotation.from_euler("xyz", (18, 7, -11), degrees=True).as_matrix(),
        Rotation.from_euler("y", 90, degrees=True).as_matrix(),
    ],
    ids=["left-handed", "feet first", "oblique", "turned about"],
)
@pytest.mark.parametrize("code", ["I", "V"])
def test_in_grids_of_every_orientation(code, turn):
    phantom = of_grade(code, FRONT, 1.0, **OFF_GRID)
    found = propose_grade(**phantom.masks(1.0, 1.0, turn=turn), level="T8")
    assert found.radiographic == (code,), found.text


def test_the_worst_of_several_tumours_counts():
    light, heavy = of_grade("I", FRONT, at_mm=-14.0), of_grade("IV", FRONT, at_mm=14.0)
    # One patient: both deformations, and both tumors.
    light, heavy = (replace(p, length_mm=6.0, height_mm=110.0) for p in (light, heavy))
    patient = heavy.masks(0.8, 2.0)
    tumours = [light.masks(0.8, 2.0)["tumour"].renamed("low"), patient["tumour"]]
    found = propose_grade(**{**patient, "tumour": tumours}, level="T8")
    assert found.radiographic == ("IV",), found.text
    assert found.structures == ("low", "tumour", "canal", "thecal_sac", "cord")
    assert found.compression.tightest_ras[2] == pytest.approx(14.0, abs=5.0)


@pytest.mark.parametrize("code", ["II", "III", "IV"])
def test_masks_may_overlap(code):
    # The sac is drawn as it would be without tumor: its deformed part lies under the tumor.
    phantom = of_grade(code, FRONT)
    deformed = phantom.masks(0.7, 1.5)
    healthy = of_grade("0", FRONT).masks(0.7, 1.5)
    found = propose_grade(**{**deformed, "thecal_sac": healthy["thecal_sac"]}, level="T8")
    assert found.radiographic == (code,), found.text


def test_tumour_outside_the_canal_does_not_count():
    phantom = of_grade("I", LEFT)
    small, large = (replace(phantom, outside_mm=mm).masks(0.8, 2.0) for mm in (1.5, 6.0))
    one, other = (propose_grade(**masks, level="T8") for masks in (small, large))
    assert one.radiographic == other.radiographic == ("I",)
    assert one.compression.epidural_cc == pytest.approx(other.compression.epidural_cc, rel=0.1)


GRADES = list(CORD_GRADES)
DEPTHS = np.arange(0.0, 16.0, 1.5)


def of_depth(depth, direction):
    """The cord gives way to the tumor; it is pressed flat once it meets the wall behind."""
    base = of_grade("0", direction, 0.6, length_mm=8.0, height_mm=60.0)
    wall = base.canal.edge_mm(direction)
    pushed = max(0.0, depth - (wall - base.cord.edge_mm(direction)))
    shift = min(pushed, 3.0)
    width = 2 * max(np.array(base.cord.half) * np.abs(direction))
    share = max(0.4, 1.0 - (pushed - shift) / width)
    return replace(base, depth_mm=depth, cord_shift_mm=shift, cord_width_share=share)


@pytest.mark.parametrize(("direction", "site"), [("front", "cord"), ("right", "cauda")])
def test_more_compression_never_lowers_the_proposal(direction, site):
    lowest, highest = [], []
    for depth in DEPTHS:
        masks = of_depth(depth, DIRECTIONS[direction]).masks(0.6, 2.0)
        codes = propose_grade(**masks, site=site).radiographic
        lowest.append(GRADES.index(codes[0]))
        highest.append(GRADES.index(codes[-1]))
    assert lowest == sorted(lowest)
    assert highest == sorted(highest)
    assert (lowest[0], highest[0]) == (0, 0)
    assert lowest[-1] >= GRADES.index("IV")
