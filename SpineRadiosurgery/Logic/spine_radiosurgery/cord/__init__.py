"""The cord volume of Ryu et al. 2015 and what limits it."""

from __future__ import annotations

from .centreline import Centreline, centreline_of
from .plausibility import check_cord
from .prv import PlanningRiskVolume, prv, prv_name
from .sites import Site, find_sites
from .volume import CORD_VOLUME, MARGIN_MM, CordVolume, check_cut, cord_volume, cord_volumes

__all__ = [
    "CORD_VOLUME",
    "MARGIN_MM",
    "Centreline",
    "CordVolume",
    "PlanningRiskVolume",
    "Site",
    "centreline_of",
    "check_cord",
    "check_cut",
    "cord_volume",
    "cord_volumes",
    "find_sites",
    "prv",
    "prv_name",
]
