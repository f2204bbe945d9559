"""A small scripted module in Slicer's style, with which the test host is tested."""

from __future__ import annotations

import enum
import sys
from pathlib import Path
from typing import Annotated, Any

import slicer
import vtk
from slicer import vtkMRMLScalarVolumeNode
from slicer.i18n import tr as _
from slicer.parameterNodeWrapper import WithinRange, parameterNodeWrapper
from slicer.ScriptedLoadableModule import *  # noqa: F403
from slicer.util import VTKObservationMixin

for _name in [name for name in sys.modules if name.split(".")[0] == "HostExamplePanel"]:
    del sys.modules[_name]

from HostExamplePanel.page import Page  # noqa: E402


class HostExample(ScriptedLoadableModule):  # noqa: F405
    def __init__(self, parent: Any) -> None:
        super().__init__(parent)
        self.parent.title = _("Host Example")
        self.parent.categories = [_("Testing")]
        self.parent.contributors = ["SpineRadiosurgery contributors"]


class Side(enum.Enum):
    ABOVE = "above"
    BELOW = "below"

    def label(self) -> str:
        return self.value.capitalize()


@parameterNodeWrapper
class HostExampleParameterNode:
    caseName: str = "case"
    imageNode: vtkMRMLScalarVolumeNode
    otherNode: vtkMRMLScalarVolumeNode | None
    limit: Annotated[float, WithinRange(0, 100)] = 50.0
    fractions: int = 1
    enabled: bool = True
    side: Side = Side.ABOVE
    folder: Path = Path("reports")
    note: str | None
    count: int = -1


class HostExampleLogic(ScriptedLoadableModuleLogic):  # noqa: F405
    def __init__(self) -> None:
        super().__init__()
        self.isSingletonParameterNode = False

    def getParameterNode(self) -> HostExampleParameterNode:
        return HostExampleParameterNode(super().getParameterNode())

    def countVoxels(self, imageNode: Any, limit: float, side: Side = Side.ABOVE) -> int:
        if imageNode is None:
            raise ValueError("There is no image to count in.")
        values = slicer.util.arrayFromVolume(imageNode)
        return int((values > limit).sum() if side is Side.ABOVE else (values < limit).sum())


class HostExampleWidget(ScriptedLoadableModuleWidget, VTKObservationMixin):  # noqa: F405
    def __init__(self, parent: Any = None) -> None:
        ScriptedLoadableModuleWidget.__init__(self, parent)  # noqa: F405
        VTKObservationMixin.__init__(self)
        self.logic: HostExampleLogic | None = None
        self._parameterNode: HostExampleParameterNode | None = None
        self._guiTag = None
        self._madeAtClose = None

    def setup(self) -> None:
        super().setup()
        self.logic = HostExampleLogic()
        uiWidget = slicer.util.loadUI(self.resourcePath("UI/HostExample.ui"))
        self.layout.addWidget(uiWidget)
        self.ui = slicer.util.childWidgetVariables(uiWidget)
        uiWidget.setMRMLScene(slicer.mrmlScene)
        self.page = Page(self.ui)
        scene = slicer.mrmlScene
        self.addObserver(scene, scene.StartCloseEvent, self.onSceneStartClose)
        self.addObserver(scene, scene.EndCloseEvent, self.onSceneEndClose)
        self.addObserver(scene, scene.EndImportEvent, self.onSceneEndImport)
        self.ui.countButton.connect("clicked(bool)", self.onCount)
        self.ui.caseSelector.addAttribute(
            "vtkMRMLScriptedModuleNode", "ModuleName", self.moduleName
        )
        self.ui.caseSelector.connect("currentNodeChanged(vtkMRMLNode*)", self.onCaseSelected)
        self.initializeParameterNode()

    def cleanup(self) -> None:
        self.setParameterNode(None)
        self.removeObservers()

    def enter(self) -> None:
        self.initializeParameterNode()

    def exit(self) -> None:
        self.setParameterNode(None)

    def onSceneStartClose(self, caller: Any, event: Any) -> None:
        self.setParameterNode(None)

    def onSceneEndClose(self, caller: Any, event: Any) -> None:
        if self.parent.isEntered:
            self.initializeParameterNode()
            self._madeAtClose = self._parameterNode.parameterNode

    def onSceneEndImport(self, caller: Any, event: Any) -> None:
        """Take the loaded case: opening closed the scene first, which made an empty one."""
        loaded = [
            node for node in self.logic.getAllParameterNodes() if node is not self._madeAtClose
        ]
        if self._madeAtClose is not None and loaded:
            self.setParameterNode(HostExampleParameterNode(loaded[0]))
            slicer.mrmlScene.RemoveNode(self._madeAtClose)
        self._madeAtClose = None

    def initializeParameterNode(self) -> None:
        if self._parameterNode is None:
            self.setParameterNode(self.logic.getParameterNode())

    def onCaseSelected(self, node: Any) -> None:
        if (
            node is not None
            and self._parameterNode is not None
            and node is not self._parameterNode.parameterNode
        ):
            self.setParameterNode(HostExampleParameterNode(node))

    def setParameterNode(self, parameterNode: HostExampleParameterNode | None) -> None:
        if self._parameterNode is not None:
            self._parameterNode.disconnectGui(self._guiTag)
            self.removeObserver(
                self._parameterNode, vtk.vtkCommand.ModifiedEvent, self.onParametersModified
            )
        self._parameterNode = parameterNode
        if parameterNode is not None:
            self.ui.caseSelector.setCurrentNode(parameterNode.parameterNode)
            self._guiTag = parameterNode.connectGui(self.ui)
            self.addObserver(parameterNode, vtk.vtkCommand.ModifiedEvent, self.onParametersModified)
        self.onParametersModified()

    def onParametersModified(self, caller: Any = None, event: Any = None) -> None:
        self.page.update(self._parameterNode)

    def onCount(self) -> None:
        with slicer.util.tryWithErrorDisplay(
            _("The voxels could not be counted."), waitCursor=True
        ):
            parameters = self._parameterNode
            parameters.count = self.logic.countVoxels(
                parameters.imageNode, parameters.limit, parameters.side
            )
            self.page.showResult(parameters.count)


class HostExampleTest(ScriptedLoadableModuleTest):  # noqa: F405
    def runTest(self) -> None:
        slicer.mrmlScene.Clear()
        self.assertEqual(HostExampleLogic().getParameterNode().limit, 50.0)
        slicer.hostExampleTestRan = True
