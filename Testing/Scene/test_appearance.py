"""Scene and report show the same colours."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from scene_plans import tube

from spine_radiosurgery.report.figures import colours
from spine_radiosurgery.scene.appearance import WASH_FROM, curve_rgb, dose_rgb, structure_rgb


@pytest.mark.parametrize("role", [colours.TARGET, colours.CORD, colours.CORD_VOLUME])
def test_structures_have_the_colours_of_the_pictures(role) -> None:
    structure = tube("Any", 0, 5, 0, 10)
    assert structure_rgb(structure, role) == pytest.approx(to_rgb(colours.ON_IMAGE[role]))
    assert curve_rgb(structure, role) == pytest.approx(to_rgb(colours.ON_PAPER[role]))


def test_dose_has_the_colours_of_the_pictures_where_it_shows() -> None:
    shown = np.linspace(0, 1, 256) > WASH_FROM / 1.2
    expected = colours.dose_colours()(np.linspace(0, 1, 256))[:, :3]
    assert np.abs(dose_rgb() - expected)[shown].max() < 8 / 255
    assert colours.WASH_FROM == WASH_FROM


def test_dose_colours_grow_lighter_with_dose() -> None:
    luminance = dose_rgb() @ [0.2126, 0.7152, 0.0722]
    assert (np.diff(luminance) > 0).all()
