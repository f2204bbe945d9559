"""The part of the report page that writes DICOM objects."""

from pathlib import Path

import qt
import slicer
from slicer.i18n import tr as _

from .library import step

LISTING = "exports.json"
"""What the library writes beside the objects."""


class ReportExports:
    """Kinds of objects to write, with the reasons why one cannot be; the other way by SlicerRT.

    :param page: the ``ReportPage``.
    """

    def __init__(self, page):
        self.page, self.ui = page, page.ui
        self.kinds = (
            ("rtstruct", "exportRtstruct", self.ui.reportRtstructCheckBox, _("Contours of target, sectors and cord")),
            ("seg", "exportSeg", self.ui.reportSegCheckBox, _("The same structures as voxels")),
            ("sr", "exportSr", self.ui.reportSrCheckBox, _("The metrics as a structured report, TID 1500")),
        )
        self.ui.reportExportButton.connect("clicked(bool)", self._onExport)
        self.ui.reportSlicerRtButton.connect("clicked(bool)", self._onSlicerRt)

    def refresh(self):
        """Show what can be written."""
        case = self.page.case
        reasons = self._reasons() if case is not None and case.constraintsTable is not None else {}
        for kind, _field, checkBox, toolTip in self.kinds:
            reason = reasons.get(kind, "")
            checkBox.enabled = not reason
            checkBox.toolTip = reason or toolTip
        different = list(dict.fromkeys(reason for reason in reasons.values() if reason))
        self.ui.reportExportReasonLabel.text = "\n".join(different)
        self.ui.reportExportReasonLabel.setVisible(bool(different))
        obstacle = self._obstacle(reasons)
        self.ui.reportExportButton.enabled = not obstacle
        self.ui.reportExportButton.toolTip = obstacle or _("Write the chosen objects for the series of the plan")
        self.ui.reportMergeCheckBox.enabled = case is not None and case.exportRtstruct
        obstacle = self._slicerRtObstacle()
        self.ui.reportSlicerRtButton.enabled = not obstacle
        self.ui.reportSlicerRtButton.toolTip = obstacle or _(
            "Another way, by another program: SlicerRT writes the structures with a copy of the image"
        )

    def _reasons(self):
        return {kind: self.page.logic.whyNotExport(kind) for kind, *_rest in self.kinds}

    def _chosen(self, reasons):
        case = self.page.case
        return [kind for kind, field, *_rest in self.kinds if getattr(case, field) and not reasons.get(kind)]

    def _obstacle(self, reasons):
        reason = self.page.obstacleOfEvaluation()
        if not reason and not self._chosen(reasons):
            reason = _("Choose what to export.")
        return reason

    def _slicerRtObstacle(self):
        from spine_radiosurgery.scene.slicerrt import why_unavailable

        case = self.page.case
        if case is None or (case.targetNode is None and case.cordVolumeNode is None):
            return _("Make the target first (step 3).")
        if case.imageNode is None:
            return _("Choose the planning image first (step 1).")
        return why_unavailable()

    def _onExport(self, checked=False):
        folder = askForFolder(_("Folder for the DICOM files"), self.page.case.reportFolder)
        if folder:
            own = folderFor(folder, _("{case} DICOM").format(case=self.page.case.caseName))
            self.page.workflow.perform(_("The results could not be exported."), lambda: self._export(own))

    def _export(self, folder):
        case = self.page.case
        files = self.page.logic.exportDicom(
            folder,
            case.constraintsTable,
            kinds=self._chosen(self._reasons()),
            merge=case.exportMerge,
            identify=case.reportIdentify,
        )
        self._say(files)

    def _onSlicerRt(self, checked=False):
        folder = askForFolder(_("Folder for the DICOM files"), self.page.case.reportFolder)
        if folder:
            self.page.workflow.perform(
                _("The structures could not be exported."), lambda: self._exportBySlicerRt(folder)
            )

    def _exportBySlicerRt(self, folder):
        case, logic = self.page.case, self.page.logic
        made = logic.createResultsSegmentation(case)
        try:
            files = logic.exportStructures(folder, case.imageNode, made)
        finally:
            step("records").remove_recorded(made)
        self._say(files)

    def _say(self, files):
        self.page.workflow.say(_("Exported: {files}").format(files=", ".join(files)))


def askForFolder(title, folder):
    """Ask for a folder; "" when the user does not choose one."""
    return qt.QFileDialog.getExistingDirectory(slicer.util.mainWindow(), title, folder or "")


def folderFor(chosen, name):
    """Return the folder that was chosen, or a new one in it where that one holds other files."""
    folder = Path(chosen)
    isOurs = (folder / LISTING).is_file() or not folder.is_dir() or not any(folder.iterdir())
    return str(folder if isOurs else folder / name)
