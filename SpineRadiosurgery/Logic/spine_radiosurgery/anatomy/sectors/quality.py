"""How far a split vertebra can be trusted, in figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..frame.finding import FoundFrame

# Percent of the vertebra's volume, low and high. Taken from automatic CT segmentations (T12 to L5)
# surface models (C1 to L5) and phantoms split by this program, and widened; no published table was
# found.
_USUAL: dict[str, Mapping[str, tuple[float, float]]] = {
    "C": {
        "body": (28, 66),
        "pedicle": (1.5, 10),
        "lamina": (9, 27),
        "spinous_process": (2.5, 18),
    },
    "T": {
        "body": (45, 78),
        "pedicle": (1.2, 7),
        "lamina": (7, 20),
        "spinous_process": (2, 12),
    },
    "L": {
        "body": (50, 79),
        "pedicle": (1, 7),
        "lamina": (6, 18),
        "spinous_process": (1.5, 12),
    },
}


def quality_of(
    volumes_cc: Mapping[str, float], found: FoundFrame, source: str, level: str | None
) -> dict[str, Any]:
    """Quality measures of a split, as plain values.

    Parameters
    ----------
    volumes_cc : mapping of str to float
        By sector.
    found : FoundFrame
    source : str
        Where the canal came from.
    level : str or None
        Without it the ranges of all regions together are the usual ones.
    """
    total = sum(volumes_cc.values())
    shares = {}
    for name, volume in volumes_cc.items():
        low, high = usual_range(name, level)
        percent = 100 * volume / total
        shares[name] = {
            "percent": round(percent, 2),
            "low": low,
            "high": high,
            "usual": low <= percent <= high,
        }
    residual = None if found.wall is None else round(found.wall.residual_mm, 3)
    return {
        "volume_cc": round(total, 4),
        "frame_residual_mm": residual,
        "symmetry": round(found.mid_plane.symmetry, 4),
        "canal": source,
        "canal_width_mm": round(2 * found.canal.half_width_mm, 2),
        "canal_depth_mm": round(found.canal.front_mm - found.canal.back_mm, 2),
        "shares": shares,
    }


def usual_range(sector: str, level: str | None) -> tuple[float, float]:
    """Usual percent of the volume of a sector at a level."""
    part = next((key for key in ("pedicle", "lamina") if sector.endswith(key)), sector)
    regions = [_USUAL[level[0]]] if level and level[0] in _USUAL else list(_USUAL.values())
    ranges = [region[part] for region in regions]
    return min(low for low, _ in ranges), max(high for _, high in ranges)
