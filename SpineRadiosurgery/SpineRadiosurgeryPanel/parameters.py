"""The state of one case, kept in a node of the scene."""

from typing import Annotated

from slicer import (
    vtkMRMLScalarVolumeNode,
    vtkMRMLSegmentationNode,
    vtkMRMLTableNode,
    vtkMRMLTextNode,
    vtkMRMLTransformNode,
)
from slicer.parameterNodeWrapper import WithinRange, parameterNodeWrapper


@parameterNodeWrapper
class SpineRadiosurgeryParameterNode:
    """One case: its nodes, and what was chosen in each step.

    The split vertebrae are references of the node itself: see ``case_nodes``.

    importWithSlicerRt - whether the panel loads folders by SlicerRT's plug-in
    imageNode, doseNode, structuresNode - the plan
    prescriptionGy, fractions - the prescription; 0 takes the plan's
    previousRadiation - of this region: "unknown", "yes" or "no"
    rolesJson - role by segment ID, as confirmed by the user
    assessmentDraft - the patient's record as it is being edited, JSON
    assessmentNode - the record
    followUpNode, followUpSegmentID, followUpTransform - what is measured on a follow-up image, and the
      transform that takes it to the plan
    targetSource - "sectors" makes the target from vertebrae, "structure" takes one that was drawn
    vertebraNode, vertebraSegmentID, canalSegmentID - what is split
    gtvNode, gtvSegmentID - the tumor
    template, sectorChoice, targetMarginMm, uniteWithGtv, keepOutOfCord - the target's rule
    drawnNode, drawnSegmentID - the drawn structure that is chosen to be the target
    targetNode, targetSegmentID - the target, made or drawn
    cordNode, cordSegmentID - the cord as drawn
    cordMarginMm, cordMode - of the cord volume ("axial" or "centreline")
    cordVolumeNode, prvMarginMm, riskVolumeNode - what was made of the cord
    protocolName - "auto" chooses by the number of fractions
    protocolText - a protocol that does not come with the program, whole: the JSON of its file
    robustness - whether setup errors are simulated
    constraintsTable - the evaluation
    reportFolder, reportWithScene - where the report goes, and whether with ``case.mrb``
    reportPdf, reportIdentify - whether as PDF, too, and with the patient's name and IDs
    reportLanguage, reportDateFormat, reportPaper - how it is shown: see ``exportReport``
    exportRtstruct, exportSeg, exportSr, exportMerge - which DICOM objects are written, and whether
      the structures go into a copy of the case's structure set
    """

    importWithSlicerRt: bool = False
    imageNode: vtkMRMLScalarVolumeNode
    doseNode: vtkMRMLScalarVolumeNode
    structuresNode: vtkMRMLSegmentationNode
    prescriptionGy: Annotated[float, WithinRange(0.0, 200.0)] = 0.0
    fractions: Annotated[int, WithinRange(0, 60)] = 0
    previousRadiation: str = "unknown"
    rolesJson: str = "{}"
    assessmentDraft: str
    assessmentNode: vtkMRMLTextNode
    followUpNode: vtkMRMLSegmentationNode
    followUpSegmentID: str
    followUpTransform: vtkMRMLTransformNode
    targetSource: str = "sectors"
    vertebraNode: vtkMRMLSegmentationNode
    vertebraSegmentID: str
    canalSegmentID: str
    gtvNode: vtkMRMLSegmentationNode
    gtvSegmentID: str
    template: str = "body"
    sectorChoice: str
    targetMarginMm: float = 0.0
    uniteWithGtv: bool = False
    keepOutOfCord: bool = True
    drawnNode: vtkMRMLSegmentationNode
    drawnSegmentID: str
    targetNode: vtkMRMLSegmentationNode
    targetSegmentID: str
    cordNode: vtkMRMLSegmentationNode
    cordSegmentID: str
    cordMarginMm: Annotated[float, WithinRange(0.0, 50.0)] = 6.0
    cordMode: str = "axial"
    cordVolumeNode: vtkMRMLSegmentationNode
    prvMarginMm: Annotated[float, WithinRange(0.0, 20.0)] = 2.0
    riskVolumeNode: vtkMRMLSegmentationNode
    protocolName: str = "auto"
    protocolText: str
    robustness: bool = True
    constraintsTable: vtkMRMLTableNode
    reportFolder: str
    reportWithScene: bool = True
    reportPdf: bool = True
    reportIdentify: bool = False
    reportLanguage: str = "en"
    reportDateFormat: str = "iso"
    reportPaper: str = "a4"
    exportRtstruct: bool = True
    exportSeg: bool = False
    exportSr: bool = False
    exportMerge: bool = False

    @property
    def caseName(self):
        """What the case is called: the name of its node."""
        return self.parameterNode.GetName()
