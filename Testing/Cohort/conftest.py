"""A small cohort: coarse plans of a few structures, one of them broken; and a Dask cluster."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from spine_radiosurgery.case import Case, ImageVolume, Prescription
from spine_radiosurgery.cohort.row import Manifest, ManifestRow
from spine_radiosurgery.cohort.settings import CohortSettings
from spine_radiosurgery.dicom import write_dicom_case
from spine_radiosurgery.dose import DoseGrid
from spine_radiosurgery.geometry import Structure

sys.path.append(str(Path(__file__).resolve().parents[1] / "Unit"))

CASES = ("one", "two", "Three", "fünf/5")
BROKEN = "broken"
HEIGHTS_MM = np.arange(-30.0, 31.0, 3.0)


def grid(spacing_mm: float, half_mm: float, slice_mm: float) -> np.ndarray:
    matrix = np.diag([spacing_mm, spacing_mm, slice_mm, 1.0])
    matrix[:3, 3] = -half_mm, -half_mm, HEIGHTS_MM[0]
    return matrix


def tube(name: str, anterior_mm: float, radius_mm: float, height_mm: float, kind: str) -> Structure:
    angle = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    disc = np.column_stack(
        [radius_mm * np.cos(angle), anterior_mm + radius_mm * np.sin(angle), 0 * angle]
    )
    contours = [disc + np.array([0, 0, z]) for z in HEIGHTS_MM if abs(z) <= height_mm]
    return Structure.from_contours(name, contours, interpreted_type=kind)


def plan() -> Case:
    profile = np.clip(5.0 + 0.4 * np.arange(-48.0, 49.0, 4.0), 0.0, None)
    dose = np.broadcast_to(profile[np.newaxis, :, np.newaxis], (21, 25, 25))
    return Case(
        identifier="synthetic",
        structures=(tube("CTV_T8", 27.5, 12.0, 9.0, "CTV"), tube("SpinalCord", 0, 4.5, 30, "")),
        dose=DoseGrid(dose, grid(4.0, 48.0, 3.0)),
        image=ImageVolume(np.zeros((21, 25, 25), np.int16), grid(4.0, 48.0, 3.0), label="CT"),
        prescription=Prescription(16.0, 1, "RTPLAN"),
    )


@pytest.fixture(scope="session")
def plan_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("plan") / "dicom"
    write_dicom_case(plan(), folder, patient_name="Miller^Jane")
    return folder


@pytest.fixture
def settings() -> CohortSettings:
    return CohortSettings(robustness=None)


@pytest.fixture
def manifest(plan_folder: Path, tmp_path: Path) -> Manifest:
    """Rows of four plans and a broken one, each with a folder of its own."""
    rows = []
    for line, case in enumerate((*CASES, BROKEN), start=2):
        folder = tmp_path / "plans" / f"{line}"
        shutil.copytree(plan_folder, folder)
        rows.append(
            ManifestRow(
                line,
                case,
                folder,
                ("CTV_T8",),
                "SpinalCord",
                prescription_gy=12.0 + line,
                fractions=1,
                override_prescription=True,
                columns={"=died": f"{line % 2}", "status": "known"},
            )
        )
    damaged = rows[-1].folder / "RD.dcm"
    damaged.write_bytes(damaged.read_bytes()[:3000])
    return Manifest(tuple(rows), ("=died", "status"))


@pytest.fixture
def write_manifest() -> Callable[[Manifest, Path], Path]:
    """Write a manifest as the CSV file that the command reads."""

    def write(manifest: Manifest, path: Path) -> Path:
        lines = ["case,folder,target,cord,prescription_gy,fractions,override_prescription,died"]
        lines += [
            f"{row.case},{row.folder},CTV_T8,SpinalCord,{row.prescription_gy},1,yes,0"
            for row in manifest.rows
        ]
        path.write_text("\n".join([*lines, ""]), encoding="utf-8")
        return path

    return write


@pytest.fixture(scope="session")
def client() -> Iterator[object]:
    """The cluster that a run on this machine starts, with two workers."""
    from spine_radiosurgery.cohort.clusters import connected

    with connected(None, 2, None) as started:
        yield started


@pytest.fixture
def scheduler(client) -> str:
    client.wait_for_workers(2, timeout=60)
    return client.scheduler.address
