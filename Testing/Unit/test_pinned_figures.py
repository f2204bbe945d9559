"""No figure changes unnoticed: results of small bodies and plans against those of before.

They are no truth of their own (closed forms are in the tests beside); they are what was computed
when they were last written. A change of them is a change of every report: make it knowingly, say it
in the change log, and write them anew (see `pinned_figures.py`).
"""

from __future__ import annotations

import json

import numpy as np
import pytest
from pinned_figures import FIGURES, STORED, figures_of

SINGLE_PRECISION = ("setups", "tolerances")
"""Setup scenarios are read in single precision, whose last digits differ among processors."""
WRITTEN = json.loads(STORED.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", FIGURES)
def test_figures_stay_as_they_are(name: str) -> None:
    found = figures_of(name)
    assert len(found) == len(WRITTEN[name])
    rtol = 1e-4 if name in SINGLE_PRECISION else 1e-6
    np.testing.assert_allclose(found, WRITTEN[name], rtol=rtol, atol=1e-6)
