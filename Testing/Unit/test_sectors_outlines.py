"""The axial picture of the sectors: vertebrae of boxes must be seen as rectangles."""

from __future__ import annotations

import numpy as np
import pytest
from sector_boxes import BOXES, box_vertebra

from spine_radiosurgery.anatomy import SECTORS, axial_outlines

BORDER_MM = 0.5


def area_mm2(line: np.ndarray) -> float:
    x, y = line.T
    return 0.5 * abs(float(x @ np.roll(y, -1) - y @ np.roll(x, -1)))


@pytest.mark.parametrize("name", ["body", "left_pedicle", "right_pedicle"])
def test_a_box_is_seen_as_its_rectangle(name: str) -> None:
    (low, high), *_ = BOXES[name]
    (line,) = axial_outlines(box_vertebra())[name]
    np.testing.assert_allclose(line.min(axis=0), low[:2], atol=BORDER_MM)
    np.testing.assert_allclose(line.max(axis=0), high[:2], atol=BORDER_MM)


def test_areas_are_those_of_the_boxes() -> None:
    outlines = axial_outlines(box_vertebra())
    seen = sum(area_mm2(line) for lines in outlines.values() for line in lines)
    # The spinous process lies below the laminae's back: what both cover is seen once.
    covered = np.zeros((80, 40), dtype=bool)
    for boxes in BOXES.values():
        for (right, anterior, _), (left, back, _) in boxes:
            covered[int(anterior) + 40 : int(back) + 40, int(right) + 20 : int(left) + 20] = True
    assert seen == pytest.approx(covered.sum(), rel=0.03)


def test_the_canal_stays_open() -> None:
    outlines = axial_outlines(box_vertebra())
    for lines in outlines.values():
        for line in lines:
            # No line crosses the middle of the canal, 8 mm to all sides.
            assert (np.abs(line).max(axis=1) > 7.0).all()


def test_an_absent_sector_has_no_outline() -> None:
    outlines = axial_outlines(box_vertebra(without=("left_lamina",)))
    assert tuple(outlines) == tuple(name for name in SECTORS if name != "left_lamina")


def test_the_picture_goes_with_the_vertebra_wherever_it_lies() -> None:
    here, there = axial_outlines(box_vertebra()), axial_outlines(box_vertebra(centre=(40, -7, 99)))
    for name, lines in here.items():
        for one, other in zip(lines, there[name], strict=True):
            np.testing.assert_allclose(one, other, atol=1e-6)


def test_thick_slices_give_the_same_picture() -> None:
    fine, coarse = axial_outlines(box_vertebra()), axial_outlines(box_vertebra(spacing=(1, 1, 3)))
    for name, lines in fine.items():
        areas = [sum(area_mm2(line) for line in found) for found in (lines, coarse[name])]
        assert areas[0] == pytest.approx(areas[1], rel=0.02)
