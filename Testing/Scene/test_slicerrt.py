"""SlicerRT's presence, dose marks, isodoses, import and export."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest
from scene_plans import dose, image, tube
from slicerrt_doubles import Recorded, RecordedNode, modules

from spine_radiosurgery.case import InputError, Prescription
from spine_radiosurgery.scene import slicerrt
from spine_radiosurgery.scene.headless import fresh_scene
from spine_radiosurgery.scene.hierarchy import place_in_hierarchy
from spine_radiosurgery.scene.segmentations import segmentation_node
from spine_radiosurgery.scene.slicerrt import surfaces
from spine_radiosurgery.scene.volumes import dose_node, volume_node


@pytest.fixture
def scene(slicer_core):
    with fresh_scene() as found:
        yield found


@pytest.fixture
def installed(slicer_core, monkeypatch):
    """Puts stand-ins for SlicerRT's modules into `slicer.modules`."""
    import slicer

    def install(**logics) -> SimpleNamespace:
        found = modules(**logics)
        monkeypatch.setattr(slicer, "modules", found, raising=False)
        return found

    return install


def test_outside_slicer_it_is_not_available() -> None:
    assert not slicerrt.available()
    assert slicerrt.why_unavailable() == ("SlicerRT works in 3D Slicer only; open the case there.")


def test_without_slicerrt_it_says_how_to_install_it(slicer_core, monkeypatch) -> None:
    import slicer

    monkeypatch.setattr(slicer, "modules", SimpleNamespace(), raising=False)
    assert not slicerrt.available()
    assert "Extensions Manager, install SlicerRT" in slicerrt.why_unavailable()


def test_a_module_that_is_switched_off_is_named(installed) -> None:
    del installed().isodose
    assert "without its module isodose" in slicerrt.why_unavailable()


def test_with_its_modules_it_is_available(installed) -> None:
    installed()
    assert slicerrt.available()
    assert slicerrt.why_unavailable() == ""


# Doses


def test_our_doses_are_doses_to_slicerrt_and_images_are_not(scene) -> None:
    assert slicerrt.is_dose_volume(dose_node(scene, dose(), Prescription(16, 1)))
    assert not slicerrt.is_dose_volume(volume_node(scene, image()))
    assert not slicerrt.is_dose_volume(None)


def test_the_studys_unit_is_found(scene) -> None:
    node = volume_node(scene, image())
    node.SetVoxelValueUnits(None)
    assert slicerrt.dose_unit(node) == ""
    study = place_in_hierarchy(scene, "P", "S", {"": [node]})
    assert slicerrt.dose_unit(node) == "Gy"
    hierarchy = scene.GetSubjectHierarchyNode()
    hierarchy.SetItemAttribute(study, "DicomRtImport.DoseUnitName", "RELATIVE")
    assert slicerrt.dose_unit(node) == "relative"


def test_a_marked_volume_has_attribute_study_and_unit(scene) -> None:
    node = volume_node(scene, image())
    node.SetVoxelValueUnits(None)
    slicerrt.mark_as_dose(node)
    assert slicerrt.is_dose_volume(node)
    assert slicerrt.dose_unit(node) == "Gy"
    hierarchy = scene.GetSubjectHierarchyNode()
    study = hierarchy.GetItemAncestorAtLevel(hierarchy.GetItemByDataNode(node), "Study")
    assert hierarchy.GetItemName(study) == "Plan"
    assert hierarchy.GetItemAttribute(study, "DicomRtImport.DoseUnitValue") == "1.0"


def test_marking_keeps_the_study_that_is_there(scene) -> None:
    node = dose_node(scene, dose(), Prescription(16, 1))
    study = place_in_hierarchy(scene, "P", "S", {"Doses": [node]})
    slicerrt.mark_as_dose(node)
    hierarchy = scene.GetSubjectHierarchyNode()
    assert hierarchy.GetItemAncestorAtLevel(hierarchy.GetItemByDataNode(node), "Study") == study


def test_a_dose_in_another_unit_is_not_marked(scene) -> None:
    node = volume_node(scene, image())
    with pytest.raises(InputError, match=r"is in \[hnsf'U\], not in Gy"):
        slicerrt.mark_as_dose(node)
    assert not slicerrt.is_dose_volume(node)


# Isodoses


class IsodoseNode(RecordedNode):
    Gy = 0
    colours = None

    def do_SetAndObserveColorTableNode(self, node) -> None:
        self.colours = node

    def do_GetColorTableNode(self):
        return self.colours

    def do_GetIsosurfacesModelNode(self):
        return "model"


class IsodoseLogic(Recorded):
    succeeds = True

    def do_CreateIsodoseSurfaces(self, node) -> bool:
        return self.succeeds


@pytest.fixture
def isodoses(scene, installed, monkeypatch):
    logic = IsodoseLogic("vtkSlicerIsodoseModuleLogic")
    installed(isodose=logic)
    made: list[IsodoseNode] = []

    def new_node(scene, class_name, name):
        made.append(IsodoseNode(scene, class_name, name))
        return made[-1]

    monkeypatch.setattr(surfaces, "new_node", new_node)
    return SimpleNamespace(
        dose=dose_node(scene, dose(), Prescription(16, 1)), logic=logic, made=made
    )


def test_isodose_levels_are_the_names_of_the_colours(isodoses) -> None:
    model = slicerrt.isodose_surfaces(isodoses.dose, [16, 8, 14.4], prescription_gy=16.0)
    assert model == "model"
    (node,) = isodoses.made
    table = node.colours
    names = [table.GetColorName(n) for n in range(table.GetNumberOfColors())]
    assert names == ["8", "14.4", "16"]
    assert isodoses.logic.arguments_of("CreateIsodoseSurfaces") == [node]


def test_isodoses_are_absolute_and_leave_the_dose_wash_alone(isodoses) -> None:
    slicerrt.isodose_surfaces(isodoses.dose, [8.0])
    (node,) = isodoses.made
    assert node.arguments_of("SetDoseUnits") == [IsodoseNode.Gy]
    assert node.arguments_of("SetRelativeRepresentationFlag") == [False]
    assert node.arguments_of("SetRealTime") == [True]


def test_isodoses_that_slicerrt_does_not_find_are_one_sentence(isodoses) -> None:
    isodoses.logic.succeeds = False
    with pytest.raises(InputError, match="found no isodose surface of Dose at 50 Gy"):
        slicerrt.isodose_surfaces(isodoses.dose, [50.0])


# Import


class Database:
    """What is used of Slicer's DICOM database."""

    isOpen = True

    def filesForSeries(self, uid: str) -> tuple[str, ...]:
        return (f"{uid}.dcm",)

    def fileValue(self, file: str, tag: str) -> str:
        return Path(file).stem if tag == "0008,0060" else ""


class DicomPlugin:
    """A plug-in of Slicer's DICOM module, by what it calls itself."""

    def __init__(self, load_type: str) -> None:
        self.loadType = load_type


class Utilities(ModuleType):
    """What is used of Slicer's DICOMLib.DICOMUtils; loads one node of each selected series."""

    def __init__(self, scene) -> None:
        super().__init__("DICOMLib.DICOMUtils")
        self.scene = scene
        self.opened: list[str] = []
        self.modalities = ["CT", "RTSTRUCT", "RTDOSE", "RTPLAN"]
        self.loaded: list[str] = []

    def TemporaryDICOMDatabase(self):
        outer = self

        class Temporary:
            def __enter__(self):
                outer.opened.append("temporary")
                return Database()

            def __exit__(self, *error):
                outer.opened.append("the user's")

        return Temporary()

    def importDicom(self, folder, database=None, copyFiles=False) -> bool:
        return True

    def seriesUIDsForFiles(self, files) -> set[str]:
        return set(self.modalities) if files else set()

    def getLoadablesFromFileLists(
        self, fileLists, pluginClassNames=None, messages=None, progressCallback=None
    ):
        loadables = [
            SimpleNamespace(name=f"{files[0]}", files=files, selected=True) for files in fileLists
        ]
        treatment = [loadable for loadable in loadables if loadable.name.startswith("RT")]
        images = [loadable for loadable in loadables if loadable not in treatment]
        return {DicomPlugin("RT"): treatment, DicomPlugin("Scalar Volume"): images}, True

    def selectHighestConfidenceLoadables(self, loadablesByPlugin) -> None:
        pass

    def loadLoadables(self, loadablesByPlugin, messages=None, progressCallback=None) -> list[str]:
        self.loaded = [
            loadable.files[0]
            for loadables in loadablesByPlugin.values()
            for loadable in loadables
            if loadable.selected
        ]
        return [*(self._node(file).GetID() for file in self.loaded), "vtkMRMLModelNodeGone"]

    def _node(self, file: str):
        if file.startswith("RTSTRUCT"):
            return self.scene.AddNewNodeByClass("vtkMRMLSegmentationNode", file)
        node = self.scene.AddNewNodeByClass("vtkMRMLScalarVolumeNode", file)
        if file.startswith("RTDOSE"):
            node.SetAttribute("DicomRtImport.DoseVolume", "1")
        return node


@pytest.fixture
def utilities(scene, installed, monkeypatch):
    import slicer

    installed()
    found = Utilities(scene)
    package = ModuleType("DICOMLib")
    package.DICOMUtils = found
    monkeypatch.setitem(sys.modules, "DICOMLib", package)
    monkeypatch.setattr(slicer, "mrmlScene", scene, raising=False)
    monkeypatch.setattr(slicer, "dicomDatabase", Database(), raising=False)
    return found


def test_a_folder_is_loaded_and_sorted_by_what_it_holds(utilities, tmp_path) -> None:
    (tmp_path / "a.dcm").touch()
    loaded = slicerrt.load_dicom_folder(tmp_path)
    assert [n.GetName() for n in loaded.images] == ["CT.dcm"]
    assert [n.GetName() for n in loaded.doses] == ["RTDOSE.dcm"]
    assert [n.GetName() for n in loaded.segmentations] == ["RTSTRUCT.dcm"]
    assert loaded.messages == ("Left out: RTPLAN.dcm (RTPLAN).",)
    assert utilities.opened == ["temporary", "the user's"]


def test_the_image_is_loaded_before_the_structures_that_take_their_thickness_from_it(
    utilities, tmp_path
) -> None:
    (tmp_path / "a.dcm").touch()
    slicerrt.load_dicom_folder(tmp_path)
    assert utilities.loaded[0] == "CT.dcm"


def test_the_users_database_is_used_when_asked(utilities, tmp_path) -> None:
    (tmp_path / "a.dcm").touch()
    slicerrt.load_dicom_folder(tmp_path, keep_in_database=True)
    assert utilities.opened == []


def test_a_folder_without_dicom_is_one_sentence_and_the_users_database_is_back(
    utilities, tmp_path
) -> None:
    with pytest.raises(InputError, match=r"holds nothing that could be loaded \(no DICOM files\)"):
        slicerrt.load_dicom_folder(tmp_path)
    assert utilities.opened == ["temporary", "the user's"]
    with pytest.raises(InputError, match="There is no folder"):
        slicerrt.load_dicom_folder(tmp_path / "none")


# Export


class Plugin(Recorded):
    """SlicerRT's DICOM plug-in; writes a file for what it is given."""

    complaint = ""

    def __init__(self) -> None:
        super().__init__("DicomRtImportExportPluginClass")

    def do_examineForExport(self, item: int) -> list[SimpleNamespace]:
        exportable = SimpleNamespace(item=item, tags={}, directory="")
        exportable.setTag = exportable.tags.__setitem__
        return [exportable]

    def do_export(self, exportables) -> str:
        if not self.complaint:
            (Path(exportables[0].directory) / "rtss.dcm").touch()
        return self.complaint


@pytest.fixture
def export(scene, installed, monkeypatch):
    plugin = Plugin()
    installed().dicomPlugins = {"DicomRtImportExportPlugin": lambda: plugin}
    picture = volume_node(scene, image())
    segments = segmentation_node(scene, "S", [tube("Cord", 0, 5, 0, 20)], surfaces=False)
    place_in_hierarchy(scene, "P", "Study", {"": [picture, segments]})
    return SimpleNamespace(plugin=plugin, image=picture, segments=segments, scene=scene)


def test_image_and_structures_are_exported_in_one_list(export, tmp_path) -> None:
    hierarchy = export.scene.GetSubjectHierarchyNode()
    patient = hierarchy.GetItemParent(
        hierarchy.GetItemParent(hierarchy.GetItemByDataNode(export.image))
    )
    hierarchy.SetItemAttribute(patient, "DICOM.PatientID", "code 7")
    written = slicerrt.export_rtstruct(tmp_path / "new", export.image, export.segments)
    assert written == (tmp_path / "new" / "rtss.dcm",)
    (exportables,) = export.plugin.arguments_of("export")
    assert [e.item for e in exportables] == [
        hierarchy.GetItemByDataNode(node) for node in (export.image, export.segments)
    ]
    assert {e.directory for e in exportables} == {str(tmp_path / "new")}
    assert exportables[0].tags["PatientID"] == "code 7"
    assert exportables[1].tags["SeriesDescription"] == "Spine radiosurgery"


def test_what_slicerrt_complains_about_is_passed_on(export, tmp_path) -> None:
    export.plugin.complaint = "Failed to convert segment"
    with pytest.raises(InputError, match="could not export S: Failed to convert segment"):
        slicerrt.export_rtstruct(tmp_path, export.image, export.segments)


def test_nothing_is_exported_without_an_image_or_over_files(export, tmp_path) -> None:
    with pytest.raises(InputError, match="only with their planning image"):
        slicerrt.export_rtstruct(tmp_path, None, export.segments)
    (tmp_path / "plan.dcm").touch()
    with pytest.raises(InputError, match="is not empty"):
        slicerrt.export_rtstruct(tmp_path, export.image, export.segments)
    assert export.plugin.calls == []
