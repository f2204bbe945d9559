"""Levels, what is measured, and the grades with the paper's words and drawings."""

import slicer
from slicer.i18n import tr as _

from ..library import step
from ..links import SegmentLink
from .fields import ChoiceField, LevelsField, answers
from .grade_drawing import GradeDrawing
from .measured import changesSinceMeasured, forgetMeasured, inputsOf, noteMeasured, noteOf, otherChoices
from .section import Section, say
from .words import oneOf

PROPOSAL = ("grades", "proposal")
TIGHTEST = (*PROPOSAL, "compression", "tightest_ras")
REMARKS = ("index_level", "proposal")
MOST_NAMES = 4


class GradesSection(Section):
    """Radiographic grade, ESCC and neurological grade."""

    name = "Grades"

    def __init__(self, page):
        Section.__init__(self, page)
        from spine_radiosurgery.assessment import ESCC, NEUROLOGICAL, RADIOGRAPHIC

        ui, draft = self.ui, self.draft
        unset = ("", _("Choose..."))
        self.links = [SegmentLink(ui.assessTumorSelector, "gtvNode", "gtvSegmentID")]
        self.index = ChoiceField(ui.assessIndexComboBox, draft, ("index_level",), [unset])
        self.fields = [
            LevelsField(ui.assessLevelsLineEdit, draft, ("levels",)),
            self.index,
            _scale(ui.assessRadiographicComboBox, draft, "radiographic", [unset, *_named(RADIOGRAPHIC)]),
            _scale(ui.assessEsccComboBox, draft, "escc", [("", _("Not given")), *_named(ESCC)]),
            _scale(ui.assessNeurologicalComboBox, draft, "neurological", [unset, *_named(NEUROLOGICAL)]),
            _scale(ui.assessRapidComboBox, draft, "rapid_decline", answers()),
        ]
        self.drawing = GradeDrawing(
            ui.assessDrawingFrame.layout(), lambda code: draft.put(("grades", "radiographic"), code)
        )
        # Of which structures the levels were proposed, so that a cleared line stays clear.
        self._proposedFor = None
        ui.assessMeasureButton.connect("clicked(bool)", self._onMeasure)
        ui.assessShowTightestButton.connect("clicked(bool)", self._onShowTightest)
        ui.assessUseProposalButton.connect("clicked(bool)", lambda checked=False: self._use("radiographic"))
        ui.assessUseEsccButton.connect("clicked(bool)", lambda checked=False: self._use("escc"))

    def title(self, derived):
        """Return the section's title, with the grades."""
        grades = {scale: self.draft.value(("grades", scale)) for scale in ("radiographic", "neurological", "escc")}
        found = [code for code in (grades["radiographic"], grades["neurological"]) if code]
        if grades["escc"]:
            found.append(_("ESCC {code}").format(code=grades["escc"]))
        return _("Grades: {grades}").format(grades=", ".join(found)) if found else _("Grades")

    def connectCase(self):
        """Another case is shown: propose its levels."""
        self._proposedFor = None
        self.proposeLevels()

    def proposeLevels(self):
        """Fill in the levels that names tell, once for structures that are chosen."""
        if self.case is None or self.case.structuresNode is None:
            return
        structuresID = self.case.structuresNode.GetID()
        if self._proposedFor != structuresID:
            self._proposedFor = structuresID
            if not self.draft.levelsText():
                self.draft.put(("levels",), self.logic.proposeLevels(self.case))

    def refresh(self, derived):
        """Show levels, grades, criteria and the proposal."""
        self._showIndex()
        Section.refresh(self, derived)
        self._showMeasuring()
        self._showCriteria()
        self._showProposals()
        remarks = [] if derived is None else [one["text"] for one in derived["remarks"] if one["key"] in REMARKS]
        say(self.ui.assessGradesRemarksLabel, "\n".join(remarks))

    # Measuring

    def measuredInputs(self):
        """Return what the measured values rest on: node and segment ID by part."""
        return inputsOf(self.case)

    def staleMeasurement(self):
        """Say why the measured values are out of date."""
        if self.case is None or noteOf(self.case) is None:
            return []
        return [*changesSinceMeasured(self.logic, self.case), *otherChoices(self.case)]

    def _onMeasure(self, checked=False):
        self.page.workflow.perform(_("The case could not be measured."), self._measure)

    def _measure(self):
        level = self.draft.index()
        inputs = self.logic.assessmentInputs(self.case, level=level)
        found = self.logic.measureAssessment(self.case, level=level)
        # The choices of a person stay as they are: only what is measured is written.
        values = {
            PROPOSAL: found.get("grades", {}).get("proposal"),
            ("sins", "measured"): found.get("sins", {}).get("measured"),
            ("selection", "measured"): found.get("selection", {}).get("measured"),
        }
        self.draft.update(values)
        noteMeasured(self.case, inputs)

    def forgetMeasured(self):
        """The measured values come from elsewhere: nothing is known of what they rest on."""
        forgetMeasured(self.case)

    def _showMeasuring(self):
        case = self.case
        obstacle = ""
        if case is None or (case.gtvNode is None and case.structuresNode is None):
            obstacle = _("Choose the structures first (step 1).")
        elif len(self._levels()) > 1 and not self.draft.index():
            # Else the vertebra of another level would be scored.
            obstacle = _("Choose the graded level first.")
        self.ui.assessMeasureButton.enabled = not obstacle
        self.ui.assessMeasureButton.toolTip = obstacle or _(
            "Measure compression, collapse, involvement, gap and length on the structures of the case,"
            " and propose grades; what you chose stays as it is"
        )
        names = self._measuredNames()
        say(self.ui.assessMeasuredLabel, self._measuringInWords(names))
        self.ui.assessMeasuredLabel.toolTip = ", ".join(names)

    def _measuredNames(self):
        """Return what was measured and is still there."""
        names = [] if self.case is None else [_nameOf(*pair) for pair in inputsOf(self.case).values()]
        return list(dict.fromkeys(name for name in names if name))

    def _measuringInWords(self, names):
        if self.case is None or noteOf(self.case) is None:
            return ""
        stale = self.staleMeasurement()
        if stale:
            return _("Out of date: {reasons}. Measure again.").format(reasons="; ".join(stale))
        shown = ", ".join(names[:MOST_NAMES])
        if len(names) > MOST_NAMES:
            return _("Measured: {names} and {count} more.").format(names=shown, count=len(names) - MOST_NAMES)
        return _("Measured: {names}.").format(names=shown)

    # Showing

    def _showIndex(self):
        levels = self._levels()
        choices = [(level, level) for level in levels]
        self.index.setChoices([("", _("Choose...")), *choices])
        for widget in (self.ui.assessIndexTitle, self.ui.assessIndexComboBox):
            widget.setVisible(len(levels) > 1)

    def _showCriteria(self):
        from spine_radiosurgery.assessment import cauda_remark, grade

        for scale, name, label in (
            ("neurological", "neurological", self.ui.assessNeurologicalLabel),
            ("escc", "ESCC", self.ui.assessEsccLabel),
        ):
            code = self.draft.value(("grades", scale))
            say(label, grade(name, code).criterion if code else "")
        code = self.draft.value(("grades", "radiographic"), "")
        words = ""
        if code:
            chosen = grade("radiographic", code)
            words = " ".join(text for text in (chosen.criterion, cauda_remark(chosen, self._gradedLevels())) if text)
        say(self.ui.assessRadiographicLabel, words)
        proposed = self.draft.value((*PROPOSAL, "radiographic"), ())
        self.drawing.show(code, proposed, self._isCauda())

    def _gradedLevels(self):
        index = self.draft.index()
        return (index,) if index else self._levels()

    def _levels(self):
        """Return the levels that are treated; none where the line cannot be read."""
        try:
            return self.draft.levels()
        except ValueError:
            return ()

    def _isCauda(self):
        """Whether the canal is known to hold the cauda equina: measured, or told by the level."""
        from spine_radiosurgery.anatomy import is_below
        from spine_radiosurgery.assessment.grading.grades import CAUDA_BELOW

        site = self.draft.value((*PROPOSAL, "site"))
        if site:
            return site == "cauda"
        levels = self._gradedLevels()
        return bool(levels) and all(is_below(level, CAUDA_BELOW) for level in levels)

    def _showProposals(self):
        proposal = self.draft.value(PROPOSAL)
        for scale, label, button in (
            ("radiographic", self.ui.assessProposalLabel, self.ui.assessUseProposalButton),
            ("escc", self.ui.assessEsccProposalLabel, self.ui.assessUseEsccButton),
        ):
            codes = (proposal or {}).get(scale) or []
            say(label, "" if proposal is None else _proposed(scale, codes, proposal))
            chosen = self.draft.value(("grades", scale))
            button.setVisible(len(codes) == 1 and chosen != codes[0])
            if len(codes) == 1:
                button.toolTip = _("Take {code} as your decision").format(code=codes[0])

        self.ui.assessShowTightestButton.setVisible(bool(self.draft.value(TIGHTEST)))

    def _onShowTightest(self, checked=False):
        with slicer.util.tryWithErrorDisplay(_("The slice could not be shown.")):
            step("showing").jump_to(slicer.mrmlScene, self.draft.value(TIGHTEST))

    def _use(self, scale):
        codes = self.draft.value((*PROPOSAL, scale), [])
        if len(codes) == 1:
            self.draft.put(("grades", scale), codes[0])


def _nameOf(node, segmentID):
    if segmentID is None:
        return node.GetName()
    segment = node.GetSegmentation().GetSegment(segmentID)
    return "" if segment is None else segment.GetName()


def _scale(comboBox, draft, key, choices):
    return ChoiceField(comboBox, draft, ("grades", key), choices)


def _named(grades):
    return [(grade.code, f"{grade.code}: {grade.name}") for grade in grades]


def _proposed(scale, codes, proposal):
    """Return the line of a proposal; the reason stands with the radiographic one."""
    if scale == "escc":
        return _("Proposed: {codes}.").format(codes=oneOf(codes)) if codes else ""
    said = _("Proposed: {codes}.").format(codes=oneOf(codes)) if codes else _("No grade is proposed.")
    return f"{said} {proposal.get('reason', '')}".strip()
