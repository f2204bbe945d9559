"""Step 6, for the Python console and for the panel: the report, exports, other reports."""

import json
from hashlib import sha256
from pathlib import Path

from .case_nodes import sectorsNodes
from .library import segmentOf, step
from .report_packages import ensureReportPackages
from .script import scriptOf
from .script_report import EXPORTED, REPORTED

REPORT = "SpineRadiosurgery.Report"
"""Attribute of an evaluation's table: the page that was written of it."""
REPORTED_RECORD = "SpineRadiosurgery.ReportedRecord"
"""Attribute likewise: tells whether a record is still the one in the report; its text is not kept."""


class ReportLogic:
    """The part of the logic that writes files."""

    def exportReport(
        self,
        folder,
        tableNode=None,
        withScene=True,
        *,
        recordNode=None,
        pdf=False,
        identify=False,
        language="en",
        dateFormat="iso",
        paper="a4",
    ):
        """Write the report of an evaluation (the latest): page, tables, pictures, ``case.mrb``.

        :param recordNode: of ``recordAssessment``; the record becomes part of the report.
        :param pdf: print the page as ``report.pdf``, too, by Slicer's web engine.
        :param identify: write the patient's name, ID and birth date, where they are known, in the
          place of a study code.
        :param language: "en", "de", "es" or "fr".
        :param dateFormat: "iso", "day-first", "month-first" or "words".
        :param paper: "a4" or "letter".
        :return: the path of ``report.html``.
        :raises NotPrintedError: a ``ValueError``: all is written but the PDF.

        ::

            page = logic.exportReport(slicer.app.temporaryPath + "/report", dateFormat="day-first")
        """
        table = self._table(tableNode)
        ensureReportPackages()
        presentation = _presentation(language, dateFormat, paper)
        tableID, report = self._evaluated
        page = step("reporting").export_report(
            table,
            folder,
            report=report if tableID == table.GetID() else None,
            record=recordNode,
            scene=withScene,
            presentation=presentation,
            identify=identify,
        )
        table.SetAttribute(REPORT, str(page))
        table.SetAttribute(REPORTED_RECORD, _digest(recordNode))
        asked = {"folder": str(folder), "withScene": withScene, "pdf": pdf, "identify": identify}
        asked |= {"language": language, "dateFormat": dateFormat, "paper": paper, "withRecord": recordNode is not None}
        table.SetAttribute(REPORTED, json.dumps(asked))
        if pdf:
            self.printPage(page, paper)
        return str(page)

    def printPage(self, page, paper="a4"):
        """Print a page of ours as PDF, beside it, by the web engine that Slicer ships.

        :param page: path of an HTML file.
        :param paper: "a4" or "letter", as the page was made for.
        :return: the path of the PDF.
        :raises NotPrintedError: a ``ValueError`` that says why, and another way.

        ::

            print(logic.printPage(page))
        """
        from spine_radiosurgery.geometry import report_progress

        from .print_pdf import printPdf

        report_progress("Printing the PDF", 0.95)
        pdf = Path(page).with_suffix(".pdf")
        printPdf(page, pdf, paper)
        return str(pdf)

    def reportOf(self, tableNode):
        """Return the page that was written of an evaluation, as far as it is there; else "".

        ::

            print(logic.reportOf(table))
        """
        page = tableNode.GetAttribute(REPORT) if tableNode is not None else None
        return page if page and Path(page).is_file() else ""

    def isReported(self, tableNode, recordNode):
        """Tell whether the report of an evaluation holds a record as it is now.

        :param recordNode: of ``recordAssessment``; None asks whether it holds none.

        ::

            print(logic.isReported(table, None))
        """
        return bool(self.reportOf(tableNode)) and (tableNode.GetAttribute(REPORTED_RECORD) or "") == _digest(recordNode)

    def renderReport(self, reportJson, path, *, pdf=False, language="en", dateFormat="iso", paper="a4"):
        """Make the page of a ``report.json`` again, also of one that an older version wrote.

        :param path: of the HTML file; a page that is there is replaced.
        :param pdf: print it as PDF, too, beside it.
        :return: the path of the page.

        ::

            old = slicer.app.temporaryPath + "/report/report.json"
            logic.renderReport(old, slicer.app.temporaryPath + "/report-de.html", language="de")
        """
        ensureReportPackages()
        from spine_radiosurgery.report.rendering import render_files

        presentation = _presentation(language, dateFormat, paper)
        render_files(Path(reportJson), html=Path(path), presentation=presentation, overwrite=True)
        if pdf:
            self.printPage(path, paper)
        return str(path)

    def compareReports(self, firstJson, secondJson, path, *, pdf=False, language="en", dateFormat="iso", paper="a4"):
        """Write a page with two reports of the same patient side by side.

        :param firstJson, secondJson: paths of ``report.json`` files.
        :param path: of the HTML file; a comparison that is there is replaced.
        :param pdf: print it as PDF, too, beside it.
        :return: the path of the page.

        ::

            first = second = slicer.app.temporaryPath + "/report/report.json"
            logic.compareReports(first, second, slicer.app.temporaryPath + "/comparison.html")
        """
        ensureReportPackages()
        from spine_radiosurgery.report.comparison import write_comparison

        presentation = _presentation(language, dateFormat, paper)
        write_comparison(Path(firstJson), Path(secondJson), Path(path), presentation=presentation)
        if pdf:
            self.printPage(path, paper)
        return str(path)

    def exportDicom(self, folder, tableNode=None, kinds=("rtstruct",), merge=False, identify=False):
        """Write what an evaluation (the latest) found as DICOM, for the series it was planned on.

        The case has to be loaded from DICOM files that are still there.

        :param kinds: of "rtstruct" (target, sectors, cord volume, planning risk volume), "seg" (the
          same as voxels) and "sr" (the metrics); ``whyNotExport`` tells which cannot be had.
        :param merge: put the structures into a copy of the case's structure set.
        :param identify: keep the patient's name and IDs.
        :return: the paths of the files.

        ::

            if not logic.whyNotExport("rtstruct"):
                print(logic.exportDicom(slicer.app.temporaryPath + "/dicom", kinds=["rtstruct"]))
        """
        table = self._table(tableNode)
        files = step("exporting").export_dicom(table, Path(folder), tuple(kinds), merge=merge, identify=identify)
        asked = {"folder": str(folder), "kinds": list(kinds), "merge": merge, "identify": identify}
        table.SetAttribute(EXPORTED, json.dumps(asked))
        return [str(path) for path in files]

    def whyNotExport(self, kind):
        """Say why this Slicer cannot write a kind of DICOM object; "" when it can.

        :param kind: "rtstruct", "seg" or "sr".

        ::

            print(logic.whyNotExport("sr"))
        """
        if kind == "rtstruct":
            return ""
        from spine_radiosurgery.dicom.exporting import why_no_highdicom

        return why_no_highdicom()

    def createResultsSegmentation(self, case):
        """Copy target, sectors, cord volume and planning risk volume of a case into one new node.

        ::

            results = logic.createResultsSegmentation(case)
        """
        made = [case.cordVolumeNode, case.riskVolumeNode, *sectorsNodes(case)]
        drawn = []
        target = segmentOf(case.targetNode, case.targetSegmentID)
        if target is not None and step("provenance").step_of(target.node):
            made.insert(0, target.node)
        elif target is not None:
            drawn.append(target)
        return step("collecting").collect_results(
            [node for node in made if node is not None], drawn=drawn, image_node=case.imageNode
        )

    def exportStructures(self, folder, imageNode, segmentationNode, doseNode=None):
        """Write a segmentation as RTSTRUCT by SlicerRT, which writes a copy of the image, too.

        ``exportDicom`` writes structures for the series that is there.

        :return: the paths of the files.

        ::

            logic.exportStructures(slicer.app.temporaryPath + "/rtstruct", case.imageNode, target)
        """
        from spine_radiosurgery.scene import slicerrt

        files = slicerrt.export_rtstruct(Path(folder), imageNode, segmentationNode, dose_node=doseNode)
        return [str(path) for path in files]

    def pythonScript(self, case):
        """Return the console calls that make the results of a case again.

        ::

            print(logic.pythonScript(case))
        """
        return scriptOf(case)


def _presentation(language, dateFormat, paper):
    from spine_radiosurgery.report.presentation import Presentation

    return Presentation(language, dateFormat, paper)


def _digest(recordNode):
    return "" if recordNode is None else sha256((recordNode.GetText() or "").encode()).hexdigest()
