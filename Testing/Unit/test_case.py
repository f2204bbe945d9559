"""The case and what it refuses."""

from __future__ import annotations

import numpy as np
import pytest
from shapes import cylinder

from spine_radiosurgery.case import Case, ImageVolume, InputError, Prescription

CORD = cylinder(5.0, 20.0, name="SpinalCord")
CASE = Case(
    "S01",
    (CORD, CORD.renamed("Cord_PRV"), CORD.renamed("CTV_L1")),
    None,
    unusable={"GTV": "GTV: contour 3 at S 12.0 mm has 2 points; redraw it."},
)


def test_a_structure_is_found_by_its_name() -> None:
    assert CASE.structure("SpinalCord") is CORD
    assert CASE.has("CTV_L1") and not CASE.has("ctv_l1")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("Spinalcord", "did you mean SpinalCord"),
        ("CTV_L2", "did you mean CTV_L1"),
        ("Liver", "there are: SpinalCord, Cord_PRV, CTV_L1"),
    ],
)
def test_a_structure_that_is_not_there_offers_those_that_are(name: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        CASE.structure(name)


def test_an_unusable_structure_says_why() -> None:
    assert not CASE.has("GTV")
    with pytest.raises(InputError, match="has 2 points"):
        CASE.structure("GTV")


def test_an_empty_case_says_that_it_has_none() -> None:
    with pytest.raises(InputError, match="there are: none"):
        Case("S02", (), None).structure("Cord")


def test_one_name_cannot_stand_for_two_structures() -> None:
    with pytest.raises(InputError, match="Case S03: structure SpinalCord is there twice"):
        Case("S03", (CORD, CORD), None)


@pytest.mark.parametrize(
    ("dose_gy", "fractions", "message"),
    [
        (0.0, 1, "0 Gy must be a positive dose"),
        (-16.0, 1, "-16 Gy must be a positive dose"),
        (float("nan"), 1, "positive dose"),
        (float("inf"), 1, "positive dose"),
        (16.0, 0, "number of fractions, 0,"),
        (16.0, 2.5, "number of fractions, 2.5,"),
        (1600.0, 1, "1600 Gy a fraction, more than 100 Gy.*cGy"),
    ],
)
def test_an_absurd_prescription_is_refused(dose_gy: float, fractions: float, message: str) -> None:
    with pytest.raises(InputError, match=message):
        Prescription(dose_gy, fractions)


def test_a_hundred_gray_a_fraction_is_the_most() -> None:
    assert Prescription(300.0, 3).dose_gy == 300.0


def test_an_image_needs_three_axes_and_a_usable_matrix() -> None:
    image = ImageVolume(np.zeros((2, 3, 4), np.int16), np.diag([1.0, 2, 3, 1]))
    assert image.grid.shape_kji == (2, 3, 4)
    with pytest.raises(InputError, match="three axes"):
        ImageVolume(np.zeros((3, 4)), np.eye(4))
    with pytest.raises(InputError, match="singular"):
        ImageVolume(np.zeros((2, 3, 4)), np.diag([1.0, 0, 3, 1]))
