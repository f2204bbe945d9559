"""Tells when something that a case rests on was changed, once for a burst of changes."""

import qt
import slicer
import vtk
from slicer.util import VTKObservationMixin

from .case_nodes import letGo, nodesOf


class Watch(VTKObservationMixin):
    """Follows the nodes of one case.

    :param onChanged: called from Qt's event loop after the last of several changes.
    :param onLetGo: called at once when the case lost a node that is about to be removed.
    """

    def __init__(self, onChanged, onLetGo):
        VTKObservationMixin.__init__(self)
        self.onLetGo = onLetGo
        self.case = None
        self.timer = qt.QTimer()
        self.timer.setSingleShot(True)
        self.timer.setInterval(0)
        self.timer.connect("timeout()", onChanged)

    def follow(self, case):
        """Follow another case; None for none."""
        self.removeObservers()
        self.case = case
        if case is not None:
            self.addObserver(case.parameterNode, vtk.vtkCommand.ModifiedEvent, self._onCase)
            self.addObserver(slicer.mrmlScene, slicer.vtkMRMLScene.NodeRemovedEvent, self._onChanged)
            self.addObserver(
                slicer.mrmlScene,
                slicer.vtkMRMLScene.NodeAboutToBeRemovedEvent,
                self._onNodeAboutToBeRemoved,
                # Before the selectors hear of it: they take another node in its place.
                priority=10.0,
            )
            self._followNodes()

    def stop(self):
        """Follow nothing anymore."""
        self.follow(None)
        self.timer.stop()

    def _followNodes(self):
        for node in nodesOf(self.case):
            for event in _eventsOf(node):
                if not self.hasObserver(node, event, self._onChanged):
                    self.addObserver(node, event, self._onChanged)

    def _onCase(self, caller=None, event=None):
        self._followNodes()
        self.timer.start()

    @vtk.calldata_type(vtk.VTK_OBJECT)
    def _onNodeAboutToBeRemoved(self, scene, event, node):
        if self.case is None or node is self.case.parameterNode:
            return
        if letGo(self.case, node):
            self.onLetGo()

    def _onChanged(self, caller=None, event=None):
        self.timer.start()


def _eventsOf(node):
    """Return the events by which a node says that what it holds has changed."""
    events = [vtk.vtkCommand.ModifiedEvent]
    if node.IsA("vtkMRMLTransformableNode"):
        events.append(slicer.vtkMRMLTransformableNode.TransformModifiedEvent)
    if node.IsA("vtkMRMLVolumeNode"):
        events.append(slicer.vtkMRMLVolumeNode.ImageDataModifiedEvent)
    if node.IsA("vtkMRMLSegmentationNode"):
        events += [
            slicer.vtkSegmentation.SegmentAdded,
            slicer.vtkSegmentation.SegmentRemoved,
            slicer.vtkSegmentation.SegmentModified,
            slicer.vtkSegmentation.SourceRepresentationModified,
        ]
    return events
