"""Rigid transforms from files: matrices in RAS, ITK's in LPS and the other way round."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from spine_radiosurgery.dicom import read_transform
from spine_radiosurgery.geometry import InputError

sitk = pytest.importorskip("SimpleITK")

TURN = np.array([[0.8, -0.6, 0.0], [0.6, 0.8, 0.0], [0.0, 0.0, 1.0]])
MATRIX = np.eye(4)
MATRIX[:3, :3] = TURN
MATRIX[:3, 3] = 12.0, -7.5, 30.0
"""RAS, follow-up to plan."""
ROWS = [[str(value) for value in row] for row in MATRIX.tolist()]


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def itk_transform(matrix=MATRIX):
    """What ITK holds of it: the planning image's LPS points to the follow-up image's."""
    flip = np.diag([-1.0, -1.0, 1.0, 1.0])
    lps = flip @ np.linalg.inv(matrix) @ flip
    transform = sitk.AffineTransform(3)
    transform.SetMatrix(lps[:3, :3].ravel().tolist())
    transform.SetTranslation(lps[:3, 3].tolist())
    return transform


def itk_file(path: Path, transform) -> Path:
    sitk.WriteTransform(transform, str(path))
    return path


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("t.txt", "\n".join(" ".join(row) for row in ROWS)),
        ("t.txt", "# follow-up to plan\n\n" + "\n".join("\t".join(row) for row in ROWS) + "\n"),
        ("t.csv", "\n".join(", ".join(row) for row in ROWS)),
        ("t.csv", "\r\n".join(";".join(row) for row in ROWS)),
        ("t.csv", "\ufeff" + "\n".join(",".join(row) for row in ROWS)),
        ("T.JSON", json.dumps(MATRIX.tolist())),
    ],
)
def test_a_matrix_file_holds_the_matrix_itself(tmp_path, name, text):
    assert read_transform(written(tmp_path / name, text)) == pytest.approx(MATRIX, abs=1e-12)


@pytest.mark.parametrize("suffix", ["tfm", "txt", "h5", "hdf5", "mat"])
def test_an_itk_file_is_turned_round(tmp_path, suffix):
    file = itk_file(tmp_path / f"t.{suffix}", itk_transform())
    assert read_transform(file) == pytest.approx(MATRIX, abs=1e-9)


def test_the_plan_point_of_a_follow_up_point(tmp_path):
    # ITK: 10 mm to the left in the planning image is 0 in the follow-up image.
    file = itk_file(tmp_path / "t.tfm", sitk.TranslationTransform(3, (-10.0, 0.0, 0.0)))
    plan = read_transform(file) @ [0.0, 0.0, 0.0, 1.0]
    assert plan == pytest.approx([-10.0, 0.0, 0.0, 1.0])


def test_a_rotation_about_another_center(tmp_path):
    euler = sitk.Euler3DTransform((20.0, -30.0, 100.0), 0.1, -0.2, 0.3, (1.0, 2.0, 3.0))
    found = read_transform(itk_file(tmp_path / "t.tfm", euler))
    for point in ((0.0, 0.0, 0.0), (50.0, -20.0, 130.0)):
        moving = np.array(euler.TransformPoint(point)) * (-1, -1, 1)
        fixed = (found @ [*moving, 1.0])[:3] * (-1, -1, 1)
        assert fixed == pytest.approx(point, abs=1e-9)


@pytest.mark.parametrize("suffix", ["tfm", "h5"])
def test_a_composite_of_linear_transforms_is_one(tmp_path, suffix):
    shift = sitk.TranslationTransform(3, (5.0, 0.0, 0.0))
    both = sitk.CompositeTransform([itk_transform(), shift])
    found = read_transform(itk_file(tmp_path / f"t.{suffix}", both))
    moving = np.array(both.TransformPoint((1.0, 2.0, 3.0))) * (-1, -1, 1)
    assert found @ [*moving, 1.0] == pytest.approx([-1.0, -2.0, 3.0, 1.0], abs=1e-9)


def test_the_rounding_of_a_file_is_removed(tmp_path):
    text = "\n".join(" ".join(f"{value:.4f}" for value in row) for row in MATRIX + 0.00004)
    text = "\n".join([*text.splitlines()[:3], "0 0 0 1"])
    turn = read_transform(written(tmp_path / "t.txt", text))[:3, :3]
    assert turn @ turn.T == pytest.approx(np.eye(3), abs=1e-12)


DEFORMING = [
    sitk.BSplineTransform(3),
    sitk.CompositeTransform(
        [sitk.TranslationTransform(3, (1.0, 0.0, 0.0)), sitk.BSplineTransform(3)]
    ),
    sitk.DisplacementFieldTransform(sitk.Image([4, 4, 4], sitk.sitkVectorFloat64)),
]


@pytest.mark.parametrize("transform", DEFORMING, ids=["spline", "composite", "field"])
def test_a_transform_that_deforms_is_refused(tmp_path, transform):
    file = itk_file(tmp_path / "warp.h5", transform)
    with pytest.raises(InputError, match=r"warp\.h5 holds a transform that deforms"):
        read_transform(file)


@pytest.mark.parametrize("suffix", ["txt", "tfm"])
@pytest.mark.parametrize(
    ("factors", "said"),
    [((1.05, 1.0, 1.0), "not rigid: it scales or shears"), ((-1.0, 1.0, 1.0), "mirrors")],
)
def test_a_transform_that_scales_or_mirrors_is_refused(tmp_path, suffix, factors, said):
    matrix = np.diag([*factors, 1.0])
    file = tmp_path / f"t.{suffix}"
    if suffix == "txt":
        written(file, "\n".join(" ".join(str(value) for value in row) for row in matrix))
    else:
        itk_file(file, itk_transform(matrix))
    with pytest.raises(InputError, match=rf"t\.{suffix}: .*{said}"):
        read_transform(file)


def test_a_transform_without_an_inverse_is_refused(tmp_path):
    text = "#Insight Transform File V1.0\nTransform: AffineTransform_double_3_3\n"
    text += f"Parameters: {'0 ' * 12}\nFixedParameters: 0 0 0\n"
    with pytest.raises(InputError):
        read_transform(written(tmp_path / "t.tfm", text))


def test_transforms_side_by_side_are_refused(tmp_path):
    lines = itk_file(tmp_path / "t.tfm", itk_transform()).read_text().splitlines()
    twice = [*lines, "#Transform 1", *lines[2:]]
    with pytest.raises(InputError, match="holds 2 transforms side by side"):
        read_transform(written(tmp_path / "t.tfm", "\n".join(twice) + "\n"))


def test_a_transform_of_a_plane_is_refused(tmp_path):
    with pytest.raises(InputError, match="is a transform in 2 dimensions"):
        read_transform(itk_file(tmp_path / "t.tfm", sitk.Euler2DTransform()))


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("t.txt", "", "holds no 4x4 matrix"),
        ("t.txt", "1 0 0 0\n0 1 0 0\n0 0 1 0\n", "holds no 4x4 matrix"),
        ("t.txt", "1 0 0\n0 1 0\n0 0 1\n0 0 0\n", "holds no 4x4 matrix"),
        ("t.csv", "a,b,c,d\n" * 4, "a value of the matrix is no number"),
        ("t.txt", "nan 0 0 0\n0 1 0 0\n0 0 1 0\n0 0 0 1\n", "must be a finite 4x4 matrix"),
        ("t.txt", "1 0 0 0\n0 1 0 0\n0 0 1 0\n0 0 1 1\n", "last row"),
        ("t.json", "{", "is no JSON file"),
        ("t.json", '{"matrix": 1}', "holds no 4x4 matrix"),
        ("t.json", "[[1,0,0,null],[0,1,0,0],[0,0,1,0],[0,0,0,1]]", "a finite 4x4 matrix"),
        ("t.json", '[["x",0,0,0],[0,1,0,0],[0,0,1,0],[0,0,0,1]]', "is no number"),
        ("t.h5", "no HDF5", "cannot be read as an ITK transform"),
        ("t.tfm", "no transform", "cannot be read as an ITK transform"),
        ("t.dcm", "", "does not say which of its images is the plan's"),
        ("t.xml", "", "transforms are read from .json, .txt, .csv, .tfm"),
    ],
)
def test_a_file_that_is_no_transform_is_refused_with_a_sentence(tmp_path, name, text, said):
    with pytest.raises(InputError, match=said) as refused:
        read_transform(written(tmp_path / name, text))
    assert name in str(refused.value)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(InputError, match="does not exist"):
        read_transform(tmp_path / "gone.tfm")
