"""One vertebra split on one core, in a process of its own: the argument names the vertebra."""

from __future__ import annotations

import json
import os
import sys

# Before numpy loads: one core means one thread.
os.environ["OPENBLAS_NUM_THREADS"] = "1"

from machine import best_of
from memory import forget_peak_memory, peak_memory_mb
from sectors_masks import phantom_vertebra, tptbox_vertebra

from spine_radiosurgery.anatomy import split_vertebra
from spine_radiosurgery.geometry import Structure

RUNS = 5


def vertebra_and_canal(name: str) -> tuple[Structure, Structure | None]:
    """`phantom LEVEL MM TURN`, the turn in degrees about every axis, or `tptbox MM`."""
    kind, *numbers = name.split()
    if kind == "tptbox":
        found = tptbox_vertebra()
        assert found is not None
        return found.placed(float(numbers[0])).structure(), None
    turn = float(numbers[2])
    shape = phantom_vertebra(numbers[0], float(numbers[1]), (turn, turn, turn))
    return shape.structure(), shape.canal_structure()


def main(name: str) -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    vertebra, canal = vertebra_and_canal(name)
    forget_peak_memory()
    alone_s, sectors = best_of(RUNS, lambda: split_vertebra(vertebra))
    memory_mb = peak_memory_mb()
    found = {"alone_s": alone_s, "memory_mb": memory_mb, "voxels": int(sectors.labels()[0].size)}
    if canal is not None:
        found["canal_s"], _ = best_of(RUNS, lambda: split_vertebra(vertebra, canal))
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1])
