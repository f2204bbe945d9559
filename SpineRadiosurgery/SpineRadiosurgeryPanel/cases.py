"""Which case the panel shows: selection, new cases, and what happens when the scene changes."""

import slicer
from slicer.util import VTKObservationMixin

from .case_nodes import nodesOf
from .parameters import SpineRadiosurgeryParameterNode


class Cases(VTKObservationMixin):
    """The case selector.

    One parameter node is one case; exactly one is connected to the panel at a time.

    :param selector: a ``qMRMLNodeComboBox``.
    :param newButton: adds an empty case.
    :param logic: the module's logic.
    :param onSelected: called with the case to show, or None.
    """

    def __init__(self, selector, newButton, logic, onSelected):
        VTKObservationMixin.__init__(self)
        self.selector, self.logic, self.onSelected = selector, logic, onSelected
        self.shown = None
        self.isEntered = False
        self._lastID = ""
        scene = slicer.mrmlScene
        self.addObserver(scene, scene.StartCloseEvent, self._onStartClose)
        self.addObserver(scene, scene.EndCloseEvent, self._onEndClose)
        self.addObserver(scene, scene.EndImportEvent, self._onEndImport)
        self.addObserver(scene, scene.NodeRemovedEvent, self._onNodeRemoved)
        selector.addAttribute("vtkMRMLScriptedModuleNode", "ModuleName", logic.moduleName)
        selector.connect("currentNodeChanged(vtkMRMLNode*)", self._onSelected)
        newButton.connect("clicked(bool)", self._onNew)

    def enter(self):
        """The panel is opened: show a case, an empty one where there is none."""
        self.isEntered = True
        if self.shown is None:
            self.show(self._caseToShow())

    def exit(self):
        """The panel is left; nothing is shown, so that nothing is written behind the user's back."""
        self.isEntered = False
        self.show(None)

    def stop(self):
        """Let go of the scene."""
        self.removeObservers()
        self.show(None)

    def show(self, case):
        """Show a case; None for none."""
        self.shown = case
        if case is not None:
            self._lastID = case.parameterNode.GetID()
        self.onSelected(case)
        node = None if case is None else case.parameterNode
        if node is not None and self.selector.currentNode() is not node:
            self.selector.setCurrentNode(node)

    def showNode(self, node):
        """Show the case that a parameter node holds."""
        self.show(SpineRadiosurgeryParameterNode(node))

    def removeIfEmpty(self, case):
        """Remove a case that nothing was put into."""
        if not nodesOf(case):
            slicer.mrmlScene.RemoveNode(case.parameterNode)

    def _caseToShow(self):
        """Return the case shown last; where that is empty, the newest one that is not."""
        cases = [SpineRadiosurgeryParameterNode(node) for node in self.logic.getAllParameterNodes()]
        filled = [case for case in cases if nodesOf(case)]
        last = [case for case in filled if case.parameterNode.GetID() == self._lastID]
        return (last or filled[-1:] or [self.logic.getParameterNode()])[0]

    def _onSelected(self, node):
        shown = None if self.shown is None else self.shown.parameterNode
        if self.isEntered and node is not None and node is not shown:
            self.showNode(node)

    def _onNew(self, checked=False):
        self.show(self.logic.createCase())

    def _onNodeRemoved(self, scene, event):
        if self.shown is None or scene.IsClosing():
            return
        if scene.IsNodePresent(self.shown.parameterNode):
            return
        self.shown = None
        self.onSelected(None)
        if self.isEntered:
            self.show(self.logic.getParameterNode())

    def _onStartClose(self, caller, event):
        self.show(None)

    def _onEndClose(self, caller, event):
        if self.isEntered:
            self.show(self.logic.getParameterNode())

    def _onEndImport(self, caller, event):
        """Show a case that was loaded in the place of an empty one.

        Opening a scene closes the former one first, for which an empty case was made.
        """
        if not self.isEntered or self.shown is None or nodesOf(self.shown):
            return
        empty = self.shown
        others = [node for node in self.logic.getAllParameterNodes() if node is not empty.parameterNode]
        if others:
            self.showNode(others[0])
            slicer.mrmlScene.RemoveNode(empty.parameterNode)
