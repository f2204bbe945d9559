"""Structure sets as dicompyler-core and plastimatch read them: a process of its own.

It runs in the environment of requirements/bench.txt; one job as JSON on standard input, figures as
JSON on standard output.
"""

from __future__ import annotations

import gzip
import json
import logging
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from dicompylercore import dicomparser


def by_dicompyler(path: str) -> dict:
    """Spacing of the planes and the contours in each, as dicompyler-core finds them."""
    parser = dicomparser.DicomParser(path)
    found = {}
    for number, structure in parser.GetStructures().items():
        planes = parser.GetStructureCoordinates(number)
        found[structure["name"]] = {
            "thickness_mm": float(parser.CalculatePlaneThickness(planes)),
            "planes": {
                z: [np.asarray(c["data"], float)[:, :2].tolist() for c in contours]
                for z, contours in planes.items()
            },
        }
    return found


def by_plastimatch(job: dict) -> dict:
    """Volume in cc that plastimatch fills, on fine pixels in the image's planes."""
    origin = find_spec("plastimatch").origin
    program = str(Path(origin).parent / "bin" / "plastimatch")
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [
                program, "convert", "--input", job["structures"], "--referenced-ct", job["image"],
                "--output-prefix", folder, "--prefix-format", "nrrd", "--xor-contours",
                "--spacing", job["spacing"], "--dim", job["dim"], "--origin", job["origin"],
            ],
            capture_output=True,
            check=True,
        )  # fmt: skip
        voxel_cc = float(np.prod([float(s) for s in job["spacing"].split()])) / 1000
        return {
            path.stem: int(np.count_nonzero(voxels_of(path))) * voxel_cc
            for path in Path(folder).glob("*.nrrd")
        }


def voxels_of(path: Path) -> np.ndarray:
    head, _, data = path.read_bytes().partition(b"\n\n")
    if b"encoding: gzip" in head:
        data = gzip.decompress(data)
    return np.frombuffer(data, dtype=np.uint8)


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    wanted = json.load(sys.stdin)
    answer = {"dicompyler": by_dicompyler(wanted["structures"])}
    answer["plastimatch"] = by_plastimatch(wanted)
    json.dump(answer, sys.stdout)
