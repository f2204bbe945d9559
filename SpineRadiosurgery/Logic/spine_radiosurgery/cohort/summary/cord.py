"""The cord volume's V10Gy against its D10%, and both of the paper's limits."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...report.limits import PAPER_CC, PAPER_DOSE_GY, PAPER_FRACTIONS, PAPER_PERCENT
from .numbers import Numbers, nice_edges

MOST_POINTS = 2000
"""Of more cases those of one number of fractions are counted in cells of a grid."""
_CELLS = 48
AXES = {"d10": ("cord_d10", "cord_v10"), "cc": ("cord_v10cc", "cord_v10")}


def cord_document(numbers: Numbers) -> dict[str, Any]:
    """Return points or a grid for each pair, and how cases lie to the limits of one fraction."""
    fractions = np.array(numbers.fractions, dtype=int)
    percent, cc = numbers.column("cord_v10"), numbers.column("cord_v10cc")
    single = (fractions == PAPER_FRACTIONS) & np.isfinite(percent) & np.isfinite(cc)
    beyond_percent, beyond_cc = percent[single] > PAPER_PERCENT, cc[single] > PAPER_CC
    return {
        "limits": {
            "dose_gy": PAPER_DOSE_GY,
            "percent": PAPER_PERCENT,
            "cc": PAPER_CC,
            "fractions": PAPER_FRACTIONS,
        },
        "pairs": {key: _pair(numbers, *axes, fractions) for key, axes in AXES.items()},
        "single_fraction": {
            "cases": int(single.sum()),
            "within_both": int((~beyond_percent & ~beyond_cc).sum()),
            "beyond_percent_only": int((beyond_percent & ~beyond_cc).sum()),
            "beyond_cc_only": int((~beyond_percent & beyond_cc).sum()),
            "beyond_both": int((beyond_percent & beyond_cc).sum()),
        },
        "other_fractions": int((np.isfinite(percent) & (fractions != PAPER_FRACTIONS)).sum()),
    }


def _pair(numbers: Numbers, x: str, y: str, fractions: np.ndarray) -> dict[str, Any]:
    across, up = numbers.column(x), numbers.column(y)
    known = np.isfinite(across) & np.isfinite(up)
    across, up, fractions = across[known], up[known], fractions[known]
    if len(across) <= MOST_POINTS:
        points = {
            str(count): np.column_stack([across, up])[fractions == count].tolist()
            for count in np.unique(fractions).tolist()
        }
        return {"x": x, "y": y, "cases": len(across), "points": points, "grid": None}
    # Cells have no markers: they hold one number of fractions, that of the limits if there is any.
    counted = np.unique(fractions, return_counts=True)
    commonest = int(counted[0][np.argmax(counted[1])])
    drawn = PAPER_FRACTIONS if PAPER_FRACTIONS in fractions else commonest
    across, up = across[fractions == drawn], up[fractions == drawn]
    edges = [np.linspace(e[0], e[-1], _CELLS + 1) for e in map(nice_edges, (across, up))]
    counts = np.histogram2d(across, up, bins=edges)[0].astype(int)
    grid = {"fractions": drawn, "x_edges": edges[0], "y_edges": edges[1], "counts": counts}
    return {"x": x, "y": y, "cases": len(across), "points": None, "grid": grid}
