"""The planning risk volume of a cord."""

from __future__ import annotations

import numpy as np
import pytest
from shapes import cylinder, prism, rectangle

import spine_radiosurgery as sr
from spine_radiosurgery.geometry import InputError

RADIUS, LENGTH = 5.0, 40.0
CORD = cylinder(RADIUS, LENGTH, 2.5, vertices=180, name="Cord")


def prv_volume_cc(margin: float) -> float:
    """Steiner's formula for a cylinder."""
    r, length, m = RADIUS, LENGTH, margin
    body = np.pi * (r + m) ** 2 * length
    ends = 2 * m * np.pi * r**2 + np.pi**2 * r * m**2 + 4 / 3 * np.pi * m**3
    return (body + ends) / 1000


@pytest.mark.parametrize("margin_mm", [1.0, 2.0, 3.0])
def test_the_margin_is_really_there(margin_mm: float) -> None:
    volume = sr.prv(CORD, margin_mm)
    assert volume.volume_cc == pytest.approx(prv_volume_cc(margin_mm), rel=3e-3)
    assert volume.achieved_mean_mm == pytest.approx(margin_mm, abs=0.02)
    assert margin_mm - 0.1 <= volume.achieved_min_mm <= margin_mm + 0.01
    assert volume.margin_mm == (margin_mm,) * 6


def test_two_millimetres_are_the_default_and_the_name_says_so() -> None:
    volume = sr.prv(CORD)
    assert volume.structure.name == "SpinalCord_PRV02"
    assert volume.structure.volume_cc == volume.volume_cc


@pytest.mark.parametrize(
    ("margin", "name"),
    [
        (0, "SpinalCord_PRV00"),
        (3, "SpinalCord_PRV03"),
        (1.5, "SpinalCord_PRV"),
        ((2, 2, 2, 1, 2, 2), "SpinalCord_PRV"),
    ],
)
def test_names_follow_tg_263(margin, name: str) -> None:
    assert sr.prv(prism(rectangle(8, 8), 12.0), margin).structure.name == name


def test_different_margins_are_measured_too() -> None:
    volume = sr.prv(CORD, (3, 3, 2, 1, 3, 3))
    assert volume.achieved_min_mm == pytest.approx(1.0, abs=0.1)
    assert 1.0 < volume.achieved_mean_mm < 3.0


def test_no_margin_is_the_cord_itself() -> None:
    volume = sr.prv(CORD, 0)
    assert volume.structure.shape is CORD.shape
    assert (volume.achieved_min_mm, volume.achieved_mean_mm) == (0.0, 0.0)


def test_a_negative_margin_is_refused() -> None:
    with pytest.raises(InputError, match="-1 mm"):
        sr.prv(CORD, -1)
