"""Step 6: the report, and the other ways out."""

from pathlib import Path

import qt
import slicer
from slicer.i18n import tr as _

from .links import ChoiceLink
from .page import Page
from .print_pdf import NotPrintedError, whyNoPdf
from .report_exports import ReportExports, askForFolder
from .report_others import OtherReports, openFile

LAST_FOLDER = "SpineRadiosurgery/ReportFolder"


class ReportPage(Page):
    """Writes the report of the evaluation, exports structures, copies the script."""

    step = "report"

    def __init__(self, workflow):
        Page.__init__(self, workflow)
        self.exports, self.others = ReportExports(self), OtherReports(self)
        self.links = [
            ChoiceLink(self.ui.reportLanguageComboBox, "reportLanguage", languages()),
            ChoiceLink(self.ui.reportDateFormatComboBox, "reportDateFormat", dateFormats()),
            ChoiceLink(self.ui.reportPaperComboBox, "reportPaper", papers()),
        ]
        self.ui.reportIdentifyCheckBox.toolTip = _(
            "Off: a study code stands for the patient in every file. On: name, patient ID and birth date are in"
            " report.html, report.pdf, report.json and case.mrb, and exported DICOM files keep them;"
            " keep such files in the clinic"
        )
        self.ui.reportFolderButton.connect("clicked(bool)", self._onChooseFolder)
        self.ui.reportOpenButton.connect("clicked(bool)", self._onOpen)
        self.ui.reportOpenPdfButton.connect("clicked(bool)", self._onOpenPdf)
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
            last = self.lastFolder()
            if last:
                self.case.reportFolder = str(Path(last) / self.case.caseName)

    def lastFolder(self):
        """Return the folder that the last report's was in; "" before there was one."""
        return qt.QSettings().value(LAST_FOLDER) or ""

    def obstacle(self):
        """Return why no report can be written."""
        reason = self.obstacleOfEvaluation()
        if not reason and not self.case.reportFolder:
            reason = _("Choose a folder for the report.")
        return reason

    def obstacleOfEvaluation(self):
        """Return why there is nothing to report or to export."""
        if self.case is None or self.case.constraintsTable is None:
            return _("Evaluate the tolerance first (step 5).")
        if self.workflow.isStale("tolerance"):
            return _("The evaluation is stale; evaluate again (step 5).")
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
        page = self._written()
        self.ui.reportRecordLabel.text = self._recordInWords()
        self.ui.reportResultLabel.text = (
            _("Written: {path}").format(path=page) if page else _("No report of this evaluation yet.")
        )
        self._refreshOpening(page)
        self.ui.reportScriptButton.enabled = case is not None and case.structuresNode is not None
        self.exports.refresh()
        self.others.refresh()

    def act(self):
        """Write the report."""
        self.workflow.perform(_("The report could not be written."), self._write)

    def printPage(self, page):
        """Print a page as PDF; what hinders it is said, and the page is there all the same."""
        try:
            self.logic.printPage(page, self.case.reportPaper)
        except NotPrintedError as error:
            self.workflow.say(str(error))

    def _write(self):
        case = self.case
        try:
            self.logic.exportReport(
                case.reportFolder,
                case.constraintsTable,
                withScene=case.reportWithScene,
                recordNode=case.assessmentNode,
                pdf=case.reportPdf,
                identify=case.reportIdentify,
                language=case.reportLanguage,
                dateFormat=case.reportDateFormat,
                paper=case.reportPaper,
            )
        except NotPrintedError as error:
            self.workflow.say(str(error))
        qt.QSettings().setValue(LAST_FOLDER, str(Path(case.reportFolder).parent))

    def _written(self):
        return self.logic.reportOf(self.case.constraintsTable) if self.case is not None else ""

    def _pdf(self, page):
        pdf = Path(page).with_suffix(".pdf") if page else None
        return str(pdf) if pdf is not None and pdf.is_file() else ""

    def _refreshOpening(self, page):
        pdf, first = self._pdf(page), _("Write the report first.")
        self.ui.reportOpenButton.enabled = bool(page)
        self.ui.reportOpenButton.toolTip = _("Open the report in the web browser") if page else first
        self.ui.reportOpenPdfButton.enabled = bool(pdf)
        self.ui.reportOpenPdfButton.toolTip = (
            _("Open the printed report") if pdf else _("Write the report with PDF first.") if page else first
        )
        reason = whyNoPdf()
        self.ui.reportPdfCheckBox.enabled = not reason
        self.ui.reportPdfCheckBox.toolTip = (
            _("{reason} Open the page and print it in the web browser.").format(reason=reason)
            if reason
            else _("report.pdf: the same page, printed")
        )

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

    def _onChooseFolder(self, checked=False):
        folder = askForFolder(_("Folder of the report"), self.case.reportFolder)
        if folder:
            self.case.reportFolder = folder

    def _onOpen(self, checked=False):
        openFile(self._written())

    def _onOpenPdf(self, checked=False):
        openFile(self._pdf(self._written()))

    def _onCopyScript(self, checked=False):
        slicer.app.clipboard().setText(self.logic.pythonScript(self.case))
        self.workflow.say(_("The script is on the clipboard; paste it into the Python console."))


def languages():
    """Return the languages of a report with their own names for themselves."""
    return [("en", "English"), ("de", "Deutsch"), ("es", "Español"), ("fr", "Français")]


def dateFormats():
    """Return the ways to write a date with an example of each."""
    return [
        ("iso", "2026-11-22"),
        ("day-first", "22.11.2026"),
        ("month-first", "11/22/2026"),
        ("words", "22 November 2026"),
    ]


def papers():
    """Return the paper sizes."""
    return [("a4", _("A4")), ("letter", _("Letter"))]
