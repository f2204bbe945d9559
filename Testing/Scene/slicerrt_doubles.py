"""Stand-ins for the classes of SlicerRT that slicer-core lacks, held to SlicerRT's own signatures.

A stand-in knows only the methods of `SIGNATURES`, with their number of arguments, and records each
call. Its nodes keep a real MRML node inside, so that attributes, references and scenes are real.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

# Taken by hand from the headers of SlicerRT df6ef69c: method -> smallest and largest number of
# arguments. Methods of vtkMRMLNode are not listed: the real ones are used.
SIGNATURES: dict[str, tuple[str, dict[str, tuple[int, int]]]] = {
    "vtkMRMLDoseVolumeHistogramNode": (
        "DoseVolumeHistogram/MRML/vtkMRMLDoseVolumeHistogramNode.h",
        {
            "SetAndObserveDoseVolumeNode": (1, 1),
            "GetDoseVolumeNode": (0, 0),
            "SetAndObserveSegmentationNode": (1, 1),
            "GetSegmentationNode": (0, 0),
            "SetSelectedSegmentIDs": (1, 1),
            "SetAutomaticOversampling": (1, 1),
            "SetVDoseValues": (1, 1),
            "SetShowVMetricsCc": (1, 1),
            "SetShowVMetricsPercent": (1, 1),
            "SetDVolumeValuesCc": (1, 1),
            "SetDVolumeValuesPercent": (1, 1),
            "SetShowDMetrics": (1, 1),
            "GetMetricsTableNode": (0, 0),
            "AssembleDvhNodeReference": (1, 1),
        },
    ),
    "vtkSlicerDoseVolumeHistogramModuleLogic": (
        "DoseVolumeHistogram/Logic/vtkSlicerDoseVolumeHistogramModuleLogic.h",
        {"ComputeDvh": (1, 1), "ComputeVMetrics": (1, 1), "ComputeDMetrics": (1, 1)},
    ),
    "vtkMRMLIsodoseNode": (
        "Isodose/MRML/vtkMRMLIsodoseNode.h",
        {
            "SetAndObserveDoseVolumeNode": (1, 1),
            "GetDoseVolumeNode": (0, 0),
            "SetAndObserveColorTableNode": (1, 1),
            "GetColorTableNode": (0, 0),
            "SetDoseUnits": (1, 1),
            "SetRelativeRepresentationFlag": (1, 1),
            "SetRealTime": (1, 1),
            "GetIsosurfacesModelNode": (0, 0),
        },
    ),
    "vtkSlicerIsodoseModuleLogic": (
        "Isodose/Logic/vtkSlicerIsodoseModuleLogic.h",
        {"CreateIsodoseSurfaces": (1, 1)},
    ),
    "DicomRtImportExportPluginClass": (
        "DicomRtImportExport/DicomRtImportExportPlugin.py",
        {"examineForExport": (1, 1), "export": (1, 1)},
    ),
}


class Recorded:
    """A class of SlicerRT: `do_METHOD` says what a method gives, without one it gives nothing."""

    def __init__(self, class_name: str) -> None:
        self.class_name = class_name
        self.calls: list[tuple[str, tuple[Any, ...]]] = []

    def __getattr__(self, name: str) -> Any:
        header, methods = SIGNATURES[self.class_name]
        if name not in methods:
            raise AttributeError(f"{self.class_name} has no {name} in {header}")

        def call(*arguments: Any) -> Any:
            least, most = methods[name]
            if not least <= len(arguments) <= most:
                raise TypeError(f"{name} takes {least} to {most} arguments in {header}")
            self.calls.append((name, arguments))
            done = type(self).__dict__.get(f"do_{name}")
            return done(self, *arguments) if done else None

        return call

    def arguments_of(self, name: str) -> list[Any]:
        return [arguments[0] for called, arguments in self.calls if called == name]


class RecordedNode(Recorded):
    """A node of SlicerRT, with a real node of the scene for all that any node can do."""

    def __init__(self, scene: Any, class_name: str, name: str) -> None:
        super().__init__(class_name)
        self.real = scene.AddNewNodeByClass("vtkMRMLScriptedModuleNode", name)

    def __getattr__(self, name: str) -> Any:
        if name not in SIGNATURES[self.class_name][1] and hasattr(self.real, name):
            return getattr(self.real, name)
        return super().__getattr__(name)


class HistogramNode(RecordedNode):
    """Keeps its inputs and makes its metrics table when first asked, as SlicerRT's does."""

    dose: Any = None
    segmentation: Any = None

    def do_SetAndObserveDoseVolumeNode(self, node: Any) -> None:
        self.dose = node

    def do_GetDoseVolumeNode(self) -> Any:
        return self.dose

    def do_SetAndObserveSegmentationNode(self, node: Any) -> None:
        self.segmentation = node

    def do_GetSegmentationNode(self) -> Any:
        return self.segmentation

    def do_GetMetricsTableNode(self) -> Any:
        table = self.real.GetNodeReference("dvhMetricsTableRef")
        if table is None:
            table = self.real.GetScene().AddNewNodeByClass("vtkMRMLTableNode", "DvhMetrics")
            self.real.SetNodeReferenceID("dvhMetricsTableRef", table.GetID())
        return table

    def do_AssembleDvhNodeReference(self, segment_id: str) -> str:
        return f"DoseVolumeHistogram.{self.dose.GetID()}_{self.segmentation.GetID()}_{segment_id}"


class HistogramLogic(Recorded):
    """Fills tables with given values; fails, and leaves events held back, for given segments."""

    def __init__(self, values: dict[str, dict[str, float]], failing: tuple[str, ...] = ()) -> None:
        super().__init__("vtkSlicerDoseVolumeHistogramModuleLogic")
        self.values = values
        self.failing = failing
        self.computed: list[str] = []

    def do_ComputeDvh(self, node: HistogramNode) -> str:
        (segment_id,) = node.arguments_of("SetSelectedSegmentIDs")[-1]
        self.computed.append(segment_id)
        held_back = node.StartModify()
        if segment_id in self.failing:
            return "Dose volume and the structure do not overlap"
        role = node.AssembleDvhNodeReference(segment_id)
        metrics = node.GetMetricsTableNode()
        if metrics.GetNodeReference(role) is None:
            self._add_row(node, metrics, role, segment_id)
        node.EndModify(held_back)
        return ""

    def _add_row(self, node: HistogramNode, metrics: Any, role: str, segment_id: str) -> None:
        scene = node.real.GetScene()
        if metrics.GetNumberOfColumns() == 0:
            for title in ("Sichtbar", "Struktur", "Dosis", "Volumen", "Mittel", "Min", "Max"):
                metrics.AddColumn().SetName(title)
        curve = scene.AddNewNodeByClass("vtkMRMLTableNode", f"{segment_id}_DvhTable")
        curve.SetAttribute("DoseVolumeHistogram.TableRow", str(metrics.GetNumberOfRows()))
        for title in ("Dose", "Volume"):
            curve.AddColumn().SetName(title)
        metrics.SetNodeReferenceID(role, curve.GetID())
        row = metrics.AddEmptyRow()
        given = self.values[segment_id]
        for column, name in ((3, "Volume[cc]"), (4, "Mean[Gy]"), (5, "Min[Gy]"), (6, "Max[Gy]")):
            metrics.SetCellText(row, column, str(given.get(name, "")))
        for owner in (node.dose, node.segmentation):
            owner.AddNodeReferenceID("DoseVolumeHistogram.createdDvhArrayRef", curve.GetID())

    def do_ComputeVMetrics(self, node: HistogramNode) -> bool:
        doses = node.arguments_of("SetVDoseValues")[-1]
        names = [f"V{at}Gy[{unit}]" for at in doses.split(",") if at for unit in ("cc", "%")]
        return self._append(node, names)

    def do_ComputeDMetrics(self, node: HistogramNode) -> bool:
        names = []
        for unit, setter in (("cc", "SetDVolumeValuesCc"), ("%", "SetDVolumeValuesPercent")):
            volumes = node.arguments_of(setter)[-1]
            names += [f"D{at}{unit}[Gy]" for at in volumes.split(",") if at]
        return self._append(node, names)

    def _append(self, node: HistogramNode, names: list[str]) -> bool:
        metrics = node.GetMetricsTableNode()
        for name in names:
            metrics.AddColumn().SetName(name)
            column = metrics.GetNumberOfColumns() - 1
            for segment_id, given in self.values.items():
                role = node.AssembleDvhNodeReference(segment_id)
                curve = metrics.GetNodeReference(role)
                if curve is not None:
                    row = int(curve.GetAttribute("DoseVolumeHistogram.TableRow"))
                    metrics.SetCellText(row, column, str(given.get(name, "")))
        return True


def modules(**logics: Any) -> SimpleNamespace:
    """`slicer.modules` with SlicerRT's modules in it."""
    names = ("dosevolumehistogram", "isodose", "dicomrtimportexport")
    found = {name: logics.get(name) for name in names}
    return SimpleNamespace(
        **{name: SimpleNamespace(logic=lambda logic=logic: logic) for name, logic in found.items()}
    )
