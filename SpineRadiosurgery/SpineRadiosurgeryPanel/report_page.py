"""Step 6: the report, and the other ways out."""

from pathlib import Path

import qt
import slicer
from slicer.i18n import tr as _

from .library import step
from .page import Page

LAST_FOLDER = "SpineRadiosurgery/ReportFolder"


class ReportPage(Page):
    """Writes the report of the evaluation, exports structures, copies the script."""

    step = "report"

    def __init__(self, workflow):
        Page.__init__(self, workflow)
        self.ui.reportFolderButton.connect("clicked(bool)", self._onChooseFolder)
        self.ui.reportOpenButton.connect("clicked(bool)", self._onOpen)
        self.ui.reportExportButton.connect("clicked(bool)", self._onExport)
        self.ui.reportScriptButton.connect("clicked(bool)", self._onCopyScript)

    def title(self):
        """Return the step's name."""
        return _("Report")

    def sentence(self):
        """Return what the step does."""
        return _(
            "Writes what was found as a page for people, as JSON and tables for programs, and as a"
            " scene for Slicer. Research tool, not a medical device."
        )

    def connectCase(self):
        """Another case is shown: begin with the folder of the last report."""
        Page.connectCase(self)
        if self.case is not None and not self.case.reportFolder:
            last = qt.QSettings().value(LAST_FOLDER) or ""
            if last:
                self.case.reportFolder = str(Path(last) / self.case.caseName)

    def obstacle(self):
        """Return why no report can be written."""
        if self.case.constraintsTable is None:
            return _("Evaluate the tolerance first (step 5).")
        if self.workflow.isStale("tolerance"):
            return _("The evaluation is stale; evaluate again (step 5).")
        if not self.case.reportFolder:
            return _("Choose a folder for the report.")
        return ""

    def mainToolTip(self):
        """Return what the main button does."""
        return _("Write report.html, JSON, tables and pictures into the folder")

    def result(self):
        """Return the evaluation that a report was written of."""
        table = self.case.constraintsTable
        return table if self.logic.reportOf(table) else None

    def changes(self):
        """Say whether the report holds the assessment as it is; else it rests on the evaluation."""
        isCurrent = self.logic.isReported(self.result(), self.case.assessmentNode)
        return [] if isCurrent else [_("the assessment was changed since")]

    def refresh(self):
        """Show where the report is, and what can be exported."""
        Page.refresh(self)
        case = self.case
        table = case.constraintsTable if case is not None else None
        page = self.logic.reportOf(table)
        self.ui.reportRecordLabel.text = self._recordInWords()
        self.ui.reportResultLabel.text = (
            _("Written: {path}").format(path=page) if page else _("No report of this evaluation yet.")
        )
        self.ui.reportOpenButton.enabled = bool(page)
        self.ui.reportOpenButton.toolTip = (
            _("Open the report in the web browser") if page else _("Write the report first.")
        )
        obstacle = self._exportObstacle()
        self.ui.reportExportButton.enabled = not obstacle
        self.ui.reportExportButton.toolTip = obstacle or _(
            "Write target, sectors, cord volume and planning risk volume as RTSTRUCT by SlicerRT"
        )
        self.ui.reportScriptButton.enabled = case is not None and case.structuresNode is not None

    def act(self):
        """Write the report."""
        self.workflow.perform(_("The report could not be written."), self._write)

    def _write(self):
        case = self.case
        self.logic.exportReport(
            case.reportFolder,
            case.constraintsTable,
            withScene=case.reportWithScene,
            recordNode=case.assessmentNode,
        )
        qt.QSettings().setValue(LAST_FOLDER, str(Path(case.reportFolder).parent))

    def _recordInWords(self):
        """Say what of the assessment goes into the report."""
        if self.case is None:
            return ""
        if self.case.assessmentNode is None:
            return _("Without an assessment: none is recorded (step 2).")
        if self.workflow.isStale("assess"):
            reason = self.workflow.states["assess"].reason
            return _("With the assessment as it was recorded; step 2 is stale: {reason}.").format(reason=reason)
        return _("With the assessment of step 2.")

    def _exportObstacle(self):
        from spine_radiosurgery.scene.slicerrt import why_unavailable

        case = self.case
        if case is None or (case.targetNode is None and case.cordVolumeNode is None):
            return _("Make the target first (step 3).")
        if case.imageNode is None:
            return _("Choose the planning image first (step 1).")
        return why_unavailable()

    def _onChooseFolder(self, checked=False):
        folder = askForFolder(_("Folder of the report"), self.case.reportFolder)
        if folder:
            self.case.reportFolder = folder

    def _onOpen(self, checked=False):
        page = self.logic.reportOf(self.case.constraintsTable)
        qt.QDesktopServices.openUrl(qt.QUrl.fromLocalFile(page))

    def _onExport(self, checked=False):
        folder = askForFolder(_("Folder for the DICOM files"), self.case.reportFolder)
        if folder:
            self.workflow.perform(_("The structures could not be exported."), lambda: self._export(folder))

    def _export(self, folder):
        case = self.case
        made = self.logic.createResultsSegmentation(case)
        try:
            files = self.logic.exportStructures(folder, case.imageNode, made)
        finally:
            step("records").remove_recorded(made)
        self.workflow.say(_("Exported: {files}").format(files=", ".join(files)))

    def _onCopyScript(self, checked=False):
        slicer.app.clipboard().setText(self.logic.pythonScript(self.case))
        self.workflow.say(_("The script is on the clipboard; paste it into the Python console."))


def askForFolder(title, folder):
    """Ask for a folder; "" when the user does not choose one."""
    return qt.QFileDialog.getExistingDirectory(slicer.util.mainWindow(), title, folder or "")
