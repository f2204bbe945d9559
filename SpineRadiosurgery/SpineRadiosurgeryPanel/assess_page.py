"""Step 2: grades, scenario and the gap to the cord."""

import slicer
from slicer.i18n import tr as _

from . import library
from .case_nodes import replaceResult
from .links import ChoiceLink, SegmentLink
from .page import Page


class AssessPage(Page):
    """Records how the patient grades, with the criteria at the point of choice."""

    step = "assess"

    def __init__(self, workflow):
        Page.__init__(self, workflow)
        # Of which structures the levels were proposed, so that a cleared line stays clear.
        self._proposedFor = None
        from spine_radiosurgery.assessment import ESCC, NEUROLOGICAL, RADIOGRAPHIC, SCENARIOS

        unset = ("", _("Choose..."))
        scenarios = [(code, f"{code}: {words}") for code, words in SCENARIOS.items()]
        self.links = [
            ChoiceLink(self.ui.assessScenarioComboBox, "scenario", [("", _("As the levels tell")), *scenarios]),
            ChoiceLink(self.ui.assessRadiographicComboBox, "radiographicGrade", [unset, *_named(RADIOGRAPHIC)]),
            ChoiceLink(self.ui.assessNeurologicalComboBox, "neurologicalGrade", [unset, *_named(NEUROLOGICAL)]),
            ChoiceLink(self.ui.assessEsccComboBox, "esccGrade", [("", _("Not given")), *_named(ESCC)]),
            SegmentLink(self.ui.assessTumorSelector, "gtvNode", "gtvSegmentID"),
        ]
        self.ui.assessShowGapButton.connect("clicked(bool)", self._onShowGap)

    # What the page says

    def title(self):
        """Return the step's name."""
        return _("Assess")

    def sentence(self):
        """Return what the step does."""
        return _(
            "Records how far the tumor reaches into the canal, how the patient is, and what the paper"
            " says of that. Optional: no later step needs it."
        )

    def mainToolTip(self):
        """Return what the main button does."""
        return _("Measure the gap between tumor and cord, and keep the assessment in the scene")

    def obstacle(self):
        """Return why the assessment cannot be recorded."""
        levels, problem = self._levels()
        if problem:
            return problem
        if not levels:
            return _("Name the levels to be treated, such as T8, T9.")
        proposed = _assessment().scenario_of(levels)
        if not self.case.scenario and not proposed.is_decided:
            return _("{reason} Choose the scenario.").format(reason=proposed.reason)
        if not self.case.radiographicGrade:
            return _("Choose the radiographic grade.")
        if not self.case.neurologicalGrade:
            return _("Choose the neurological grade.")
        return ""

    def result(self):
        """Return the record of the assessment."""
        return self.case.assessmentNode

    def differences(self):
        """Say which choices differ from the recorded ones."""
        recorded, damage = self._recorded()
        if damage:
            return [damage]
        levels, problem = self._levels()
        now = {
            _("levels"): ", ".join(levels) if not problem else self.case.assessmentLevels,
            _("scenario"): self._scenarioCode(levels),
            _("radiographic grade"): self.case.radiographicGrade,
            _("neurological grade"): self.case.neurologicalGrade,
            _("ESCC"): self.case.esccGrade,
        }
        before = (
            ", ".join(recorded["levels"]),
            recorded["scenario"]["decided"],
            recorded["radiographic"]["code"],
            recorded["neurological"]["code"],
            recorded["escc"]["code"] if recorded["escc"] else "",
        )
        template = _("{what} is {now}, recorded was {before}")
        changed = [
            template.format(what=what, now=value or _("open"), before=former or _("open"))
            for (what, value), former in zip(now.items(), before, strict=True)
            if value != former
        ]
        return changed + self._otherSegments()

    # What the workflow calls

    def connectCase(self):
        """Another case is shown: propose its levels."""
        self._proposedFor = None
        Page.connectCase(self)
        self._proposeLevels()

    def refresh(self):
        """Show the choices in words, and the record."""
        Page.refresh(self)
        self.ui.assessResultFrame.setVisible(self.case is not None and self.isMade())
        if self.case is None:
            return
        self._proposeLevels()
        self._showChoices()
        if self.isMade():
            self._showResult()

    def act(self):
        """Record the assessment; a former record is replaced."""
        self.workflow.perform(_("The assessment could not be recorded."), self._record)

    # Inside

    def _record(self):
        case = self.case
        node = self.logic.recordAssessment(
            case.assessmentLevels,
            case.radiographicGrade,
            case.neurologicalGrade,
            esccGrade=case.esccGrade,
            scenario=case.scenario,
            gtvNode=case.gtvNode,
            gtvID=case.gtvSegmentID,
            cordNode=case.cordNode,
            cordID=case.cordSegmentID,
        )
        replaceResult(case, "assessmentNode", node)

    def _onShowGap(self, checked=False):
        with slicer.util.tryWithErrorDisplay(_("The gap could not be shown.")):
            self.logic.jumpToCordGap(self.result())

    def _proposeLevels(self):
        if self.case is None or self.case.structuresNode is None:
            return
        structuresID = self.case.structuresNode.GetID()
        if self._proposedFor != structuresID:
            self._proposedFor = structuresID
            if not self.case.assessmentLevels:
                self.case.assessmentLevels = self.logic.proposeLevels(self.case)

    def _levels(self):
        """Return the levels, and what is wrong with the line; one of the two is empty."""
        try:
            return _assessment().levels_from_text(self.case.assessmentLevels), ""
        except ValueError as error:
            return (), str(error)

    def _scenarioCode(self, levels):
        if self.case.scenario or not levels:
            return self.case.scenario
        return _assessment().scenario_of(levels).code

    def _otherSegments(self):
        """Say where another tumor or cord is chosen now than was measured."""
        used = library.step("provenance").inputs_of(self.result())
        chosen = {
            "tumor": (_("tumor"), library.segmentOf(self.case.gtvNode, self.case.gtvSegmentID)),
            "cord": (_("cord"), library.segmentOf(self.case.cordNode, self.case.cordSegmentID)),
        }
        template = _("another {what} is chosen")
        return [
            template.format(what=what)
            for part, (what, segment) in chosen.items()
            if _placeOf(segment) != _placeOf(used.get(part))
        ]

    def _showChoices(self):
        levels, problem = self._levels()
        self.ui.assessScenarioLabel.text = problem or self._scenarioText(levels)
        self.ui.assessRadiographicLabel.text = self._radiographicText(levels)
        grades = (
            (self.ui.assessNeurologicalLabel, "neurological", self.case.neurologicalGrade),
            (self.ui.assessEsccLabel, "ESCC", self.case.esccGrade),
        )
        for label, scale, code in grades:
            label.text = _assessment().grade(scale, code).criterion if code else ""
        for label in (
            self.ui.assessScenarioLabel,
            self.ui.assessRadiographicLabel,
            self.ui.assessNeurologicalLabel,
            self.ui.assessEsccLabel,
        ):
            label.setVisible(bool(label.text))
        cord = library.segmentOf(self.case.cordNode, self.case.cordSegmentID)
        self.ui.assessCordLabel.text = _("not chosen yet (step 4)") if _placeOf(cord) is None else cord.name

    def _scenarioText(self, levels):
        if not levels:
            return ""
        if self.case.scenario:
            return _assessment().doubt_about(self.case.scenario, levels)
        found = _assessment().scenario_of(levels)
        if not found.is_decided:
            return _("A person decides: {reason}").format(reason=found.reason)
        return _("{code}: {words}. {reason}").format(code=found.code, words=found.words, reason=found.reason)

    def _radiographicText(self, levels):
        if not self.case.radiographicGrade:
            return ""
        grade = _assessment().grade("radiographic", self.case.radiographicGrade)
        remark = _assessment().cauda_remark(grade, levels)
        if not remark and grade.cauda_criterion:
            remark = _("At the cauda equina: {criterion}.").format(criterion=grade.cauda_criterion)
        return " ".join(text for text in (grade.criterion, remark) if text)

    def _recorded(self):
        """Return the record, and why it cannot be read; one of the two is empty."""
        try:
            return self.logic.assessment(self.result()), ""
        except ValueError as error:
            return {}, str(error)

    def _showResult(self):
        record, damage = self._recorded()
        self.ui.assessResultFrame.setVisible(not damage)
        if damage:
            return
        escc = record["escc"]
        self.ui.assessRecordedLabel.text = _(
            "Recorded: {levels}, radiographic {radiographic}, neurological {neurological}, ESCC {escc}."
        ).format(
            levels=", ".join(record["levels"]),
            radiographic=record["radiographic"]["code"],
            neurological=record["neurological"]["code"],
            escc=escc["code"] if escc else _("not given"),
        )
        scenario, gap, decision = record["scenario"], record["cord_gap"], record["decision"]
        reason = _("Chosen by a person.") if scenario["chosen_by_person"] else scenario["reason"]
        self.ui.assessScenarioResultLabel.text = _("{code}: {words}. {reason}").format(
            code=scenario["decided"], words=scenario["words"], reason=reason
        )
        remarks = [remark["text"] for remark in gap["remarks"]]
        self.ui.assessGapResultLabel.text = "\n".join([gap["text"], *remarks])
        self.ui.assessDecisionResultLabel.text = decision["text"]
        self.ui.assessRemarksResultLabel.text = "\n".join(record["remarks"])
        for label in (self.ui.assessRemarksResultTitle, self.ui.assessRemarksResultLabel):
            label.setVisible(bool(record["remarks"]))
        self.ui.assessShowGapButton.setVisible(gap["tumour_ras"] is not None)
        self.ui.assessInformationLabel.text = _(
            "Information for the clinician, not advice to a patient. {citation}."
        ).format(citation=decision["citation"])


def _assessment():
    import spine_radiosurgery.assessment

    return spine_radiosurgery.assessment


def _named(grades):
    return [(grade.code, f"{grade.code}: {grade.name}") for grade in grades]


def _placeOf(segment):
    """Return what tells a segment from others; None for none, or one that is not there anymore."""
    if segment is None or segment.node.GetSegmentation().GetSegment(segment.segment_id) is None:
        return None
    return segment.node.GetID(), segment.segment_id
