"""Roles of segments from any source, guessed by names, codes and IDs."""

from __future__ import annotations

import numpy as np
import pytest
from scene_plans import tube

from spine_radiosurgery.scene.headless import fresh_scene
from spine_radiosurgery.scene.segmentations import segmentation_node
from spine_radiosurgery.scene.steps.roles import guessed_roles, suggested_inputs
from spine_radiosurgery.scene.terminology import role_of_code

UNKNOWN = "Segmentation category and type - 3D Slicer General Anatomy list~SCT^85756007^Tissue"
MEANINGS = {
    "SCT^2748008^Spinal cord": "cord",
    "SCT^61853006^Spinal canal": "canal",
    "SCT^11068009^T8 vertebra": "vertebra",
    "SCT^228791009^Gross tumor volume": "gtv",
    "SCT^86049000^Neoplasm, Primary": "gtv",
    "SCT^228792002^Clinical target volume": "target",
    "SCT^228793007^Planning target volume": "ptv",
    "SCT^38266002^Entire body": "external",
    "SCT^32849002^Esophagus": "",
    "SCT^85756007^Tissue": "",
}


def entry(code: str) -> str:
    return f"Any context~SCT^123037004^Anatomical Structure~{code}~^^~Anatomic codes~^^~^^"


@pytest.fixture
def scene(slicer_core):
    with fresh_scene() as found:
        yield found


def segmentation(scene, *names: str, **names_by_id: str):
    """Segments without shape; IDs are the names unless told."""
    node = scene.AddNewNodeByClass("vtkMRMLSegmentationNode", "Any")
    for segment_id, name in {**{n: n for n in names}, **names_by_id}.items():
        node.GetSegmentation().AddEmptySegment(segment_id, name)
    return node


def coded(scene, name: str, terminology: str):
    node = segmentation(scene, name)
    node.GetSegmentation().GetSegment(name).SetTerminology(terminology)
    return node


@pytest.mark.parametrize(("code", "role"), MEANINGS.items())
def test_a_code_tells_a_role(code, role) -> None:
    assert role_of_code(entry(code)) == role


@pytest.mark.parametrize("text", ["", "~", "~~", "nothing", "~~^^~"])
def test_no_code_tells_no_role(text) -> None:
    assert role_of_code(text) == ""


def test_names_of_a_plan_and_of_totalsegmentator_are_understood(scene) -> None:
    expected = {
        "CTV_T8": "target",
        "GTV": "gtv",
        "PTV 16Gy": "ptv",
        "SpinalCord": "cord",
        "vertebrae_L1": "vertebra",
        "spinal_cord": "cord",
        "L1 vertebra": "vertebra",
        "Spinal canal": "canal",
        "BODY": "external",
        "kidney_left": "organ",
        "Couch": "ignore",
    }
    assert guessed_roles(segmentation(scene, *expected)) == expected


def test_the_id_tells_what_a_translated_name_does_not(scene) -> None:
    node = segmentation(scene, vertebrae_T8="Brustwirbelknochen 8", spinal_cord="Rueckenmark")
    assert guessed_roles(node) == {"vertebrae_T8": "vertebra", "spinal_cord": "cord"}


def test_the_code_tells_what_the_name_does_not(scene) -> None:
    node = coded(scene, "Segment_1", entry("SCT^2748008^Spinal cord"))
    assert guessed_roles(node) == {"Segment_1": "cord"}


def test_a_telling_name_goes_before_the_code(scene) -> None:
    node = coded(scene, "SpinalCanal", entry("SCT^2748008^Spinal cord"))
    assert guessed_roles(node) == {"SpinalCanal": "canal"}


def test_a_dicom_type_that_was_read_is_known(scene) -> None:
    structures = [tube("ROI_1", 0, 5, 0, 20), tube("Help", 30, 5, 0, 20)]
    roles = {"ROI_1": "gtv", "Help": "ignore"}
    node = segmentation_node(scene, "S", structures, roles=roles, surfaces=False)
    assert guessed_roles(node) == roles


def test_results_of_this_program_are_no_inputs(scene) -> None:
    structures = [tube("SpinalCord_Partial", 0, 5, 0, 20), tube("T8 body", 30, 5, 0, 20)]
    roles = {"SpinalCord_Partial": "cord_volume", "T8 body": "body"}
    node = segmentation_node(scene, "S", structures, roles=roles, surfaces=False)
    assert set(guessed_roles(node).values()) == {"ignore"}


def test_the_treated_level_chooses_vertebra_and_tumor(scene) -> None:
    node = segmentation(
        scene, "GTV_T9", "GTV_T8", "PTV_T8", "CTV_T8", "Vertebra_T09", "Vertebra_T08", "Thecal Sac",
        "Spinal Canal", "Cord_old", "SpinalCord",
    )  # fmt: skip
    assert suggested_inputs(node) == {
        "target": "CTV_T8",
        "gtv": "GTV_T8",
        "vertebra": "Vertebra_T08",
        "cord": "SpinalCord",
        "canal": "Spinal Canal",
        "level": "T8",
    }


def test_the_thecal_sac_is_no_bony_canal(scene) -> None:
    assert suggested_inputs(segmentation(scene, "CTV_L1", "ThecalSac"))["canal"] == ""


def test_a_target_of_two_levels_begins_with_the_upper_vertebra(scene) -> None:
    node = segmentation(scene, "CTV T8-T9", "Vertebra_T10", "Vertebra_T09", "Vertebra_T08")
    found = suggested_inputs(node)
    assert (found["target"], found["vertebra"], found["level"]) == (
        "CTV T8-T9", "Vertebra_T08", "T8",
    )  # fmt: skip


def test_confirmed_roles_count(scene) -> None:
    node = segmentation(scene, "CTV_T8", "Lesion", "SpinalCord")
    found = suggested_inputs(node, {"CTV_T8": "ignore", "Lesion": "target", "Gone": "cord"})
    assert (found["target"], found["cord"]) == ("Lesion", "SpinalCord")


def test_without_a_level_the_vertebra_around_the_target_is_taken(scene) -> None:
    structures = [
        tube("Target", 14.0, 5.0, 32.0, 40.0),
        tube("Vertebra_T09", 14.0, 15.0, 0.0, 25.0),
        tube("Vertebra_T08", 14.0, 15.0, 30.0, 55.0),
        tube("Vertebra_T07", 14.0, 15.0, 60.0, 85.0),
    ]
    node = segmentation_node(scene, "S", structures, step_mm=None, surfaces=False)
    found = suggested_inputs(node, {"Target": "target"})
    assert (found["vertebra"], found["level"]) == ("Vertebra_T08", "T8")


def test_nothing_is_suggested_where_nothing_is_known(scene) -> None:
    assert set(suggested_inputs(segmentation(scene, "A", "B")).values()) == {""}


def test_a_vertebra_of_another_level_is_not_suggested(scene) -> None:
    assert suggested_inputs(segmentation(scene, "CTV_T8", "Vertebra_L1"))["vertebra"] == ""


def test_vertebrae_in_a_segmentation_of_their_own_are_chosen_by_the_level(scene) -> None:
    node = segmentation(scene, vertebrae_T7="Wirbel", vertebrae_T8="Wirbel 8")
    assert suggested_inputs(node, level="T8")["vertebra"] == "vertebrae_T8"


def test_guessing_looks_at_no_voxels(scene, monkeypatch) -> None:
    from spine_radiosurgery.scene.steps import roles

    def refuse(*_) -> np.ndarray:
        raise AssertionError("shapes were read")

    monkeypatch.setattr(roles, "readable_structures", refuse)
    names = [f"Organ {n}" for n in range(40)] + ["CTV_T8", "Vertebra_T08"]
    assert suggested_inputs(segmentation(scene, *names))["vertebra"] == "Vertebra_T08"
