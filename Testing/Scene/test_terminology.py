"""Codes of segments: what a structure is, and that Slicer reads them."""

from __future__ import annotations

import pytest
from scene_plans import tube

from spine_radiosurgery import resources
from spine_radiosurgery.scene.terminology import RESOURCE, segment_type


@pytest.mark.parametrize(
    ("name", "role", "interpreted", "code"),
    [
        ("CTV_L1", "target", "CTV", "228792002"),
        ("PTV_L1", "target", "PTV", "228793007"),
        ("GTV", "gtv", "GTV", "228791009"),
        ("SpinalCord", "cord", "ORGAN", "2748008"),
        ("Rückenmark", "cord", "", "2748008"),
        ("SpinalCord_PRV02", "prv", "ORGAN", "130057"),
        ("SpinalCanal", "canal", "ORGAN", "61853006"),
        ("ThecalSac", "canal", "ORGAN", "37554007"),
        ("CaudaEquina", "organ", "ORGAN", "7173007"),
        ("SacralPlex", "organ", "ORGAN", "62397004"),
        ("left_pedicle", "vertebra", "", "78972004"),
        ("L2 right lamina", "vertebra", "", "89340005"),
        ("spinous_process", "vertebra", "", "55678000"),
        ("VB_T08", "vertebra", "", "3572006"),
        ("Vertebra_T08", "vertebra", "", "11068009"),
        ("vertebrae_L1", "vertebra", "", "66794005"),
        ("Vertebra", "vertebra", "", "51282000"),
        ("Esophagus", "organ", "ORGAN", "32849002"),
        ("A_Aorta", "organ", "ORGAN", "15825003"),
        ("V_Venacava_I", "organ", "ORGAN", "64131007"),
        ("Kidney_L", "organ", "ORGAN", "64033007"),
        ("BODY", "external", "EXTERNAL", "38266002"),
        ("Parotid", "organ", "", "130060"),
    ],
)
def test_a_structure_has_the_code_of_its_role_and_name(name, role, interpreted, code) -> None:
    structure = tube(name, 0, 5, 0, 10, interpreted_type=interpreted)
    assert segment_type(structure, role).type[0] == code


@pytest.mark.parametrize(
    ("name", "side"),
    [("left_pedicle", "Left"), ("Kidney_R", "Right"), ("Lung_L", "Left"), ("Kidneys", None),
     ("L2 right lamina", "Right"), ("SpinalCord", None)],
)  # fmt: skip
def test_sides_are_said_where_the_name_says_one(name, side) -> None:
    modifier = segment_type(tube(name, 0, 5, 0, 10), "organ").modifier
    assert (modifier[2] if modifier else None) == side


@pytest.mark.parametrize(
    ("role", "code", "side"),
    [
        ("body", "3572006", None),
        ("left_pedicle", "78972004", "Left"),
        ("right_lamina", "89340005", "Right"),
        ("spinous_process", "55678000", None),
    ],
)
def test_a_sector_has_the_code_of_its_part_whatever_the_vertebra_is_called(role, code, side):
    found = segment_type(tube("vertebra L 3", 0, 5, 0, 10), role)
    assert found.type[0] == code
    assert (found.modifier[2] if found.modifier else None) == side


def test_the_cord_volume_is_a_part_of_the_cord() -> None:
    found = segment_type(tube("SpinalCord_Partial", 0, 5, 0, 10), "cord_volume")
    assert found.type[2] == "Spinal cord"
    assert found.modifier == ("255609007", "SCT", "Partial")


def test_slicer_reads_the_terminology_and_the_entries(slicer_core) -> None:
    import slicer

    from spine_radiosurgery.scene.headless import fresh_scene

    with fresh_scene():
        logic = slicer.vtkSlicerTerminologiesModuleLogic()
        assert logic.LoadTerminologyFromFile(str(resources.path(RESOURCE))) == "SpineRadiosurgery"
        entry = slicer.vtkSlicerTerminologyEntry()
        text = segment_type(tube("left_pedicle", 0, 5, 0, 10), "vertebra").serialized()
        assert logic.DeserializeTerminologyEntry(text, entry)
        assert entry.GetTypeObject().GetCodeValue() == "78972004"
        assert entry.GetTypeModifierObject().GetCodeMeaning() == "Left"
        assert logic.SerializeTerminologyEntry(entry) == text
