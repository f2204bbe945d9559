"""What tumor does to canal, sac and cord, section by section and at its tightest place."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from .indenting import indentation_of
from .limits import SIGMAS, Measured, area_error_mm2
from .parts import Parts, distances_mm
from .profiles import Profile, profile_of
from .references import FEWEST, Beside, Change, change_of
from .sections import Sections

FloatArray = NDArray[np.float64]
Mask = NDArray[np.bool_]
Profiles = dict[str, Profile | None]


@dataclass(frozen=True)
class Measurements:
    """The compression; None where a structure or a reference is missing.

    Attributes
    ----------
    depth_mm : float or None
        How deep tumor reaches into the canal from its wall.
    filled_percent : Measured or None
        Greatest share of the canal that tumor fills.
    epidural_cc, contact_mm2, gap_mm, sac_gap_mm : float or None
        Tumor in the canal, the sac's area that faces it, its least distance to the cord and to the
        sac.
    sac, cord, csf : Change
    csf_mm2 : Measured or None
        Least area of the CSF; its uncertainty is one standard error.
    csf_thickness_mm : float or None
        Greatest thickness of the CSF there.
    is_canal_whole : bool
        Whether the canal is there beside all of the tumor.
    is_beside : bool
        Whether any tumor is in the canal; without a canal, near sac or cord.
    is_cord_there, is_sac_there : bool
        Whether it is there beside all tumor that is, or may be, in the canal.
    tightest_ras : tuple of three floats or None
        Center of the canal (or sac, or cord) in the tightest section.
    """

    depth_mm: float | None = None
    filled_percent: Measured | None = None
    epidural_cc: float | None = None
    contact_mm2: float | None = None
    gap_mm: float | None = None
    sac_gap_mm: float | None = None
    sac: Change = field(default_factory=Change)
    cord: Change = field(default_factory=Change)
    csf: Change = field(default_factory=Change)
    csf_mm2: Measured | None = None
    csf_thickness_mm: float | None = None
    is_canal_whole: bool = False
    is_beside: bool = False
    is_sac_there: bool = False
    is_cord_there: bool = False
    tightest_ras: tuple[float, float, float] | None = None


def measure(sections: Sections) -> Measurements:
    """Measure the compression on common sections.

    Parameters
    ----------
    sections : Sections
    """
    parts = Parts(sections)
    profiles = {name: parts.profile(name) for name in ("canal", "sac", "cord", "csf")}
    where = Beside(parts.is_beside, sections.heights_mm, profiles["canal"])
    contact_mm = parts.contact_mm()
    filled = _filled(parts, profiles["canal"])
    csf_least, thickness = _csf_left(parts, profiles)
    return Measurements(
        depth_mm=None if parts.canal is None else float(parts.depths_mm.max()),
        filled_percent=_greatest_share(sections, filled, profiles["canal"]),
        epidural_cc=_epidural_cc(parts),
        contact_mm2=None if contact_mm is None else float(contact_mm.sum() * sections.step_mm),
        gap_mm=_least(parts.gaps_mm, parts.is_beside),
        sac_gap_mm=_least(parts.sac_gaps_mm, parts.is_beside),
        sac=_sac_change(parts, profiles["sac"], where, contact_mm),
        cord=_change(profiles["cord"], where, sections.coarsest_mm("cord")),
        csf=_change(profiles["csf"], where, sections.coarsest_mm("sac", "cord")),
        csf_mm2=csf_least,
        csf_thickness_mm=thickness,
        is_canal_whole=_is_whole(profiles["canal"], parts.has_tumour),
        is_beside=bool(parts.is_beside.any()),
        is_sac_there=_is_whole(profiles["sac"], parts.may_be_beside),
        is_cord_there=_is_whole(profiles["cord"], parts.may_be_beside),
        tightest_ras=_place(sections, profiles, _tightest(parts, profiles, filled)),
    )


def _change(profile: Profile | None, where: Beside, voxel_mm: float) -> Change:
    return Change() if profile is None else change_of(profile, where, voxel_mm)


def _sac_change(
    parts: Parts, profile: Profile | None, where: Beside, contact_mm: FloatArray | None
) -> Change:
    if profile is None or parts.sac is None:
        return Change()
    sections = parts.sections
    edges_mm = sections.pixel_mm, sections.edges_apart_mm("sac")
    indented = indentation_of(parts.sac_signed_mm, parts.in_canal, profile, where, edges_mm)
    return replace(
        change_of(profile, where, sections.coarsest_mm("sac"), contact_mm),
        indentation_mm=indented,
    )


def _is_whole(profile: Profile | None, needed: Mask) -> bool:
    return profile is not None and int((needed & ~profile.is_there).sum()) < FEWEST


def _filled(parts: Parts, canal: Profile | None) -> FloatArray | None:
    """Share of the canal that tumor fills in every section."""
    if canal is None:
        return None
    inside = profile_of(parts.in_canal, parts.sections.pixel_mm)
    area = Profile(np.nan_to_num(inside.area_mm2), inside.centre_mm, inside.spread_mm2).averaged()
    return np.nan_to_num(100.0 * area.area_mm2 / canal.area_mm2)


def _greatest_share(
    sections: Sections, filled: FloatArray | None, canal: Profile | None
) -> Measured | None:
    if filled is None or canal is None:
        return None
    at = int(np.argmax(filled))
    whole, share = float(canal.area_mm2[at]), float(filled[at])
    if not np.isfinite(whole):
        return None
    voxel_mm = sections.coarsest_mm("tumour")
    of_tumour = area_error_mm2(whole * share / 100.0, voxel_mm)
    of_canal = area_error_mm2(whole, sections.coarsest_mm("canal")) * share / 100.0
    # Tumor's edge across the canal may be wrong by half a voxel over all its length.
    edge_mm2 = float(np.sqrt(whole / np.pi)) * voxel_mm if share else 0.0
    error = float(np.hypot(SIGMAS * np.hypot(of_tumour, of_canal), edge_mm2))
    return Measured(share, 100.0 * error / whole)


def _epidural_cc(parts: Parts) -> float | None:
    if parts.canal is None:
        return None
    pixels = int(parts.in_canal[parts.is_beside & parts.has_canal].sum())
    return pixels * parts.sections.grid.voxel_volume_mm3 / 1000.0


def _least(values: FloatArray, where: Mask) -> float | None:
    least = float(values[where].min()) if where.any() else np.inf
    return least if np.isfinite(least) else None


def _tightest(parts: Parts, profiles: Profiles, filled: FloatArray | None) -> int | None:
    """The section with the least CSF, else the fullest one, else the one nearest to the cord."""
    beside, csf = parts.is_beside, profiles["csf"]
    if not beside.any():
        return None
    if csf is not None and (beside & csf.is_there).any():
        return int(np.argmin(np.where(beside & csf.is_there, csf.area_mm2, np.inf)))
    if filled is not None:
        return int(np.argmax(np.where(beside, filled, -1.0)))
    return int(np.argmin(np.where(beside, parts.gaps_mm, np.inf)))


def _csf_left(parts: Parts, profiles: Profiles) -> tuple[Measured | None, float | None]:
    """Least area of the CSF with its standard error, and its greatest thickness there."""
    csf = profiles["csf"]
    if csf is None or parts.csf is None or not (parts.is_beside & csf.is_there).any():
        return None, None
    at = int(np.argmin(np.where(parts.is_beside & csf.is_there, csf.area_mm2, np.inf)))
    errors = [
        area_error_mm2(float(np.nan_to_num(p.area_mm2[at])), parts.sections.coarsest_mm(name))
        for name, p in profiles.items()
        if name in ("sac", "cord") and p is not None
    ]
    pixel_mm = parts.sections.pixel_mm
    half = float(distances_mm(parts.csf[at : at + 1], pixel_mm).max())
    thickness = max(0.0, 2.0 * half - 0.5 * pixel_mm)
    return Measured(float(csf.area_mm2[at]), float(np.linalg.norm(errors))), thickness


def _place(
    sections: Sections, profiles: Profiles, at: int | None
) -> tuple[float, float, float] | None:
    for name in ("canal", "sac", "cord"):
        profile = profiles[name]
        if at is not None and profile is not None and np.isfinite(profile.centre_mm[at]).all():
            return sections.to_ras(at, profile.centre_mm[at])
    return None
