"""What the documents take for granted: results of `make demo`, a plan, other programs' files."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

import spine_radiosurgery as sr
from spine_radiosurgery.cli.demo import RECORD_FILE
from spine_radiosurgery.cli.demo_record import demo_record
from spine_radiosurgery.report.writing import write_report

T8_IN_VERSE = 15


@dataclass(frozen=True)
class Given:
    """Made once.

    Attributes
    ----------
    demo, plan : Path
        What stands for `build/demo`, and for a folder with a plan at L1.
    case : Case
        The demo's.
    """

    demo: Path
    plan: Path
    case: sr.Case


def make_demo(folder: Path, texts: str) -> sr.Case:
    """Write what `spine-radiosurgery demo` writes, as far as the documents name it.

    Record and report take long, and `case.mrb` has tests of its own.
    """
    made = folder.with_name("made")
    write_plan(sr.SpinePhantom(pixel_spacing_mm=2.5, dose_spacing_mm=3.0), made / "dicom", texts)
    case = sr.read_dicom_case(made / "dicom")
    parts = {"dicom": made / "dicom"}
    record = None
    if f"build/demo/{RECORD_FILE}" in texts:
        record = demo_record(case, "T8")
        parts[RECORD_FILE] = made / RECORD_FILE
        sr.write_record(record, parts[RECORD_FILE])
    if "build/demo/report" not in texts:
        made.rename(folder)
        return case
    report = sr.evaluate(
        case,
        target="CTV_T8",
        cord="SpinalCord",
        vertebrae=["Vertebra_T08"],
        previous_radiation="no",
        assessment=record,
        robustness=None,
    )
    write_report(report, folder, attached=parts)
    return case


def write_plan(phantom: sr.SpinePhantom, folder: Path, texts: str) -> None:
    """Write a made patient with the structures that the documents name: the others take time."""
    case = sr.make_phantom(phantom)
    named = [s for s in case.structures if re.search(rf"(?<!\w){s.name}(?!\w)", texts)]
    sr.write_dicom_case(replace(case, structures=tuple(named)), folder)


def _label_map(path: Path, case: sr.Case) -> None:
    """Write a vertebra as a program for CT segmentation would, by its number."""
    import SimpleITK as sitk

    image = case.image
    mask = case.structure("Vertebra_T08").mask_on(image.values.shape, image.ijk_to_ras) >= 0.5
    labels = sitk.GetImageFromArray(np.where(mask, T8_IN_VERSE, 0).astype(np.uint8))
    to_lps = np.diag([-1.0, -1.0, 1.0]) @ image.ijk_to_ras[:3, :3]
    spacing = np.linalg.norm(to_lps, axis=0)
    labels.SetSpacing(spacing.tolist())
    labels.SetDirection((to_lps / spacing).ravel().tolist())
    labels.SetOrigin((image.ijk_to_ras[:3, 3] * (-1, -1, 1)).tolist())
    sitk.WriteImage(labels, str(path))


def _segmentation(name: str) -> Callable[[Path, sr.Case], None]:
    def write(path: Path, case: sr.Case) -> None:
        sr.write_segmentation(path, [case.structure("GTV_T8").renamed(name)])

    return write


def _transform(path: Path, _: sr.Case) -> None:
    import SimpleITK as sitk

    sitk.WriteTransform(sitk.Euler3DTransform((0, 0, 0), 0, 0, 0.02, (0.5, 1.0, -0.5)), str(path))


def _record(path: Path, _: sr.Case) -> None:
    text = f'{{"patient": "SRS-{path.stem.upper()}", "levels": ["L1"]}}'
    path.write_text(text, encoding="utf-8")


def _secret(path: Path, _: sr.Case) -> None:
    path.write_text("a secret of the tests\n", encoding="utf-8")


FILES: dict[str, Callable[[Path, sr.Case], None]] = {
    "segmentation.nii.gz": _label_map,
    "recurrence.seg.nrrd": _segmentation("Recurrence"),
    "mr2.seg.nrrd": _segmentation("Epidural"),
    "followup-to-plan.tfm": _transform,
    "study-secret.txt": _secret,
    "a.json": _record,
    "b.json": _record,
}
"""Files that a page may name, and what makes them."""
