"""Small sound files that every mutated input is made from; the same ones at every run."""

from __future__ import annotations

import base64
import json
import shutil
import sys
from dataclasses import replace
from pathlib import Path
from random import Random

import numpy as np

sys.path.append(str(Path(__file__).resolve().parents[1] / "Dicom"))
sys.path.append(str(Path(__file__).resolve().parents[1] / "Unit"))

import builders
import record_strategies

import spine_radiosurgery as sr
from spine_radiosurgery.assessment.record.document import record_text
from spine_radiosurgery.dicom.writing_segmentations import Segment
from spine_radiosurgery.geometry import Structure
from spine_radiosurgery.report.document.pictures import pictures_document
from spine_radiosurgery.report.writing import dump_json
from spine_radiosurgery.resources import path as resource

TARGET, CORD = "CTV_L1", "SpinalCord"
SLICES = tuple(float(z) for z in range(0, 30, 3))
OTHER_FRAME = builders.OTHER_FRAME
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII="
)
_REAL_OBJECTS = (
    "spine-srs-L1/dicom/RS.dcm", "spine-srs-L1/dicom/RP.dcm", "spine-srs-L1/dicom/CT/CT_062.dcm",
    "openkbp_dicomrt/pt_146/CT.002.dcm", "pymedphys_rtdose_edge/rtdose_non_square_pixels.dcm",
    "totalseg_example/example_ct_dicom/CT.1.3.12.2.1107.5.1.4.60064.30000022120808113428000016583",
)  # fmt: skip


def _circle(z: float, radius: float, anterior: float) -> np.ndarray:
    return builders.circle(z, radius, (0.0, -anterior))[::3]


def rois() -> list[builders.Roi]:
    cord = [_circle(z, 4.0, 0.0) for z in SLICES]
    target = [_circle(z, 7.0, 14.0) for z in SLICES[3:7]]
    return [
        builders.Roi(1, CORD, cord),
        builders.Roi(2, TARGET, target, interpreted_type="CTV"),
    ]


def dose_gy() -> np.ndarray:
    """A dose that falls from 18 Gy in the target to 3 Gy in the cord."""
    anterior = 30.0 - 3.0 * np.arange(15)
    profile = np.clip(18.0 - 1.3 * np.clip(11.0 - anterior, 0.0, None), 0.5, None)
    return np.broadcast_to(profile[np.newaxis, :, np.newaxis], (11, 15, 14)).copy()


def write_case(folder: Path) -> Path:
    """Ten slices, a target in front of the cord, 16 Gy in one fraction."""
    builders.write_images(
        folder / "CT",
        SLICES,
        origin=(-24.0, -40.0, 0.0),
        stored=lambda n: builders.hounsfield(n, 16, 12),
        PixelSpacing=[4.0, 4.0],
        SliceThickness=3.0,
    )
    builders.write_structures(folder / "RS.dcm", rois())
    builders.write_dose(
        folder / "RD.dcm", dose_gy(), bits=16, ImagePositionPatient=[-17.0, -30.0, -1.0]
    )
    builders.write_plan(folder / "RP.dcm")
    return folder


def write_cases(folder: Path) -> None:
    write_case(folder / "case")


def write_objects(folder: Path) -> None:
    """One object a folder: the cheap way to each parser."""
    case = write_case(folder / "whole")
    names = {"dose": "RD.dcm", "structures": "RS.dcm", "plan": "RP.dcm"}
    for name, file in names.items():
        (folder / name).mkdir()
        (case / file).rename(folder / name / file)
    (folder / "image").mkdir()
    sorted((case / "CT").iterdir())[3].rename(folder / "image" / "CT.dcm")
    shutil.rmtree(case)
    turned = np.eye(4)
    turned[:3, 3] = 1.0, 2.0, 3.0
    builders.write_registration(folder / "registration" / "REG.dcm", turned)
    single = builders.dose_reference(16.0)
    builders.write_plan(
        folder / "beams" / "RP.dcm",
        DoseReferenceSequence=[single, single],
        FractionGroupSequence=[builders.fraction_group(3, (5.0, 3.0))],
    )


def write_real_objects(folder: Path, data: Path) -> None:
    """Objects of other makers' programs."""
    for n, name in enumerate(_REAL_OBJECTS):
        (folder / f"real{n}").mkdir(parents=True)
        shutil.copyfile(data / name, folder / f"real{n}" / "object.dcm")


def write_images(folder: Path) -> None:
    """The same mask as NRRD, NIfTI, MetaImage, segmentation and occupancy."""
    import SimpleITK as sitk

    folder.mkdir(parents=True, exist_ok=True)
    mask = np.zeros((6, 7, 8), bool)
    mask[1:5, 2:6, 2:7] = True
    matrix = np.diag([2.0, 2.0, 3.0, 1.0])
    one = Structure.from_mask("GTV", mask, matrix)
    other = Structure.from_mask("Cord", np.roll(mask, 1, axis=2), matrix)
    for name, listed in (("two.seg.nrrd", [one, other]), ("one.nrrd", [one]), ("m.nii.gz", [one])):
        (folder / name).mkdir()
        sr.write_segmentation(folder / name / name, [Segment(s) for s in listed])
    image = sitk.GetImageFromArray(mask.astype(np.float32) * 0.5)
    for name in ("share.mha", "plain.nrrd", "plain.nii"):
        (folder / name).mkdir()
        sitk.WriteImage(image, str(folder / name / name))


def write_transforms(folder: Path) -> None:
    import SimpleITK as sitk

    matrix = np.eye(4)
    matrix[:3, :3] = [[0.8, -0.6, 0.0], [0.6, 0.8, 0.0], [0.0, 0.0, 1.0]]
    matrix[:3, 3] = 12.0, -7.5, 30.0
    texts = {
        "t.json": json.dumps(matrix.tolist()),
        "t.csv": "\n".join(",".join(str(v) for v in row) for row in matrix.tolist()),
        "t.txt": "# to plan\n"
        + "\n".join(" ".join(str(v) for v in row) for row in matrix.tolist()),
    }
    for name, text in texts.items():
        (folder / name).mkdir(parents=True)
        (folder / name / name).write_text(text, encoding="utf-8")
    transform = sitk.AffineTransform(3)
    transform.SetMatrix(matrix[:3, :3].ravel().tolist())
    composite = sitk.CompositeTransform([transform, sitk.TranslationTransform(3, (1.0, 2.0, 3.0))])
    for name, one in (
        ("a.tfm", transform),
        ("c.tfm", composite),
        ("a.h5", transform),
        ("a.mat", transform),
    ):
        (folder / name).mkdir()
        sitk.WriteTransform(one, str(folder / name / name))


def write_protocols(folder: Path) -> None:
    for path in sorted(resource("Protocols").glob("*.json")):
        if not path.name.endswith(".schema.json"):
            (folder / path.stem).mkdir(parents=True)
            shutil.copyfile(path, folder / path.stem / path.name)


def write_records(folder: Path) -> None:
    (folder / "filled").mkdir(parents=True)
    text = record_text(record_strategies.filled(), identify=True)
    (folder / "filled" / "record.json").write_text(text, encoding="utf-8")
    document = json.loads(text)
    document["treatment_date"] = "2026-01-15"
    for visit in document["follow_up"]["visits"]:
        del visit["day"]
        visit["date"] = f"2026-02-{Random(str(visit)).randrange(1, 28):02d}"
    (folder / "dated").mkdir()
    (folder / "dated" / "record.json").write_text(json.dumps(document), encoding="utf-8")


def write_reports(folder: Path) -> None:
    """A report with all that an evaluation can add, and one of an earlier format."""
    case = sr.read_dicom_case(write_case(folder / "case"))
    report = sr.evaluate(
        case,
        target=TARGET,
        cord=CORD,
        alpha_beta_gy=2.0,
        prv_margin_mm=1.0,
        robustness=sr.SetupUncertainty(scenarios=60),
        assessment=replace(record_strategies.filled(), levels=("L1",)),
    )
    shutil.rmtree(folder / "case")
    document = report.to_dict() | {"pictures": pictures_document({"axial.png": PICTURE})}
    text = dump_json(document)
    (folder / "report").mkdir()
    (folder / "report" / "report.json").write_text(text, encoding="utf-8")


def write_manifests(folder: Path) -> None:
    """A manifest with commas, and one with semicolons and decimal commas; their folders exist."""
    rows = [
        ("case", "folder", "target", "cord", "prescription_gy", "fractions", "level", "pain_days"),
        ("A-1", "cases/a", TARGET, CORD, "16", "1", "L1", "120"),
        ("B 2", "cases/b", "CTV_L2|CTV_L3", CORD, "24.5", "3", "L2,L3", ""),
        ("ü", "cases/c", TARGET, CORD, "", "", "", "14"),
    ]
    for name, separator in (("comma", ","), ("semicolon", ";")):
        for case in "abc":
            (folder / name / "cases" / case).mkdir(parents=True)
            (folder / name / "cases" / case / "x.dcm").write_bytes(b"")
        cells = [[f'"{cell}"' if separator in cell else cell for cell in row] for row in rows]
        text = "\r\n".join(separator.join(row) for row in cells)
        text = text.replace("24.5", "24,5") if separator == ";" else text
        (folder / name / "manifest.csv").write_text(text, encoding="utf-8")


def write_results(folder: Path) -> None:
    """A case that was evaluated and one that failed, as a run stores them."""
    from spine_radiosurgery.cohort.fingerprints import InputFile, Inputs
    from spine_radiosurgery.cohort.result import EVALUATED, FAILED, CaseResult
    from spine_radiosurgery.cohort.storing import write_result

    inputs = Inputs((InputFile("RD.dcm", 10, 5, "0" * 64),), "1" * 64)
    print_ = inputs.fingerprint
    document = {"metrics": [{"value": 1.5}], "case": {"identifier": "SRS-AAAA"}}
    write_result(folder / "good", CaseResult("c", EVALUATED, "", print_, 1.5, document), inputs)
    failed = CaseResult("c", FAILED, "No dose.", print_, 0.1)
    write_result(folder / "failed", failed, inputs)
