"""A seeded anthropomorphic spine patient with a radiosurgery dose, for demo, samples, tests."""

from __future__ import annotations

from .curve import Frame
from .making import Phantom, build_phantom, make_phantom
from .orientation import reordered
from .parameters import ORIENTATIONS, TEMPLATES, SpinePhantom
from .truth import PhantomTruth

__all__ = [
    "ORIENTATIONS",
    "TEMPLATES",
    "Frame",
    "Phantom",
    "PhantomTruth",
    "SpinePhantom",
    "build_phantom",
    "make_phantom",
    "reordered",
]
