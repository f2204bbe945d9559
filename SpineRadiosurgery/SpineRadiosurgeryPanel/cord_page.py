"""Step 4: the cord volume beside the target, and the planning risk volume of the cord."""

from slicer.i18n import tr as _

from .case_nodes import replaceResult
from .cord_words import riskVolumeLines, volumeLines
from .library import isAnotherInput, step
from .links import ChoiceLink, SegmentLink
from .page import Page

MARGIN_STEP_MM = 0.005
"""Margins that look alike in the panel are alike."""


class CordPage(Page):
    """Cuts the cord from above to below the target."""

    step = "cord"

    def __init__(self, workflow):
        Page.__init__(self, workflow)
        self.modes = {"axial": _("axial"), "centreline": _("along the cord")}
        self.links = [
            SegmentLink(self.ui.cordSegmentSelector, "cordNode", "cordSegmentID"),
            ChoiceLink(self.ui.cordModeComboBox, "cordMode", tuple(self.modes.items())),
        ]
        self.ui.cordRiskButton.connect("clicked(bool)", self._onRiskVolume)

    # What the page says

    def title(self):
        """Return the step's name."""
        return _("Cord")

    def sentence(self):
        """Return what the step does."""
        return _("Cuts the cord beside the target, with a margin beyond it: the volume that the tolerance refers to.")

    def mainToolTip(self):
        """Return what the main button does."""
        return _("Cut the cord into a new segmentation; a former cord volume is replaced")

    def obstacle(self):
        """Return why the cord volume cannot be cut."""
        missing = self._cordObstacle()
        if missing:
            return missing
        if self.case.targetNode is None or not self.case.targetSegmentID:
            return _("Make the target first (step 3).")
        target = (self.case.targetNode.GetID(), self.case.targetSegmentID)
        if target == (self.case.cordNode.GetID(), self.case.cordSegmentID):
            return _("Cord and target are the same segment; choose another cord.")
        return ""

    def result(self):
        """Return the segmentation with the cord volume."""
        return self.case.cordVolumeNode

    def differences(self):
        """Say what was chosen since the cord volume was cut."""
        found = self._cordDifferences(self.result())
        if isAnotherInput(self.result(), "target 1", self.case.targetNode, self.case.targetSegmentID):
            found.append(_("the target is another one"))
        made = step("provenance").parameters_of(self.result())
        if abs(made["margin_mm"] - self.case.cordMarginMm) > MARGIN_STEP_MM:
            text = _("the margin was {made:.1f} mm and is {now:.1f} mm now")
            found.append(text.format(made=made["margin_mm"], now=self.case.cordMarginMm))
        if made["mode"] != self.case.cordMode:
            text = _("the mode was {made} and is {now} now")
            modes = self.modes
            found.append(text.format(made=modes[made["mode"]], now=modes[self.case.cordMode]))
        return found

    # What the workflow calls

    def refresh(self):
        """Show the case as it is now."""
        Page.refresh(self)
        parameters_of = step("provenance").parameters_of
        volume = self.case.cordVolumeNode if self.case is not None else None
        self._show(self.ui.cordResultLabel, volumeLines(parameters_of(volume)) if volume else [])
        obstacle = self._cordObstacle() if self.case is not None else _("There is no case.")
        self.ui.cordRiskButton.enabled = not obstacle
        self.ui.cordRiskButton.toolTip = obstacle or _(
            "Expand the cord by the margin into a new segmentation; a former one is replaced"
        )
        risk = self.case.riskVolumeNode if self.case is not None else None
        lines = riskVolumeLines(parameters_of(risk)) + self._riskStale(risk) if risk else []
        self._show(self.ui.cordRiskResultLabel, lines)

    def act(self):
        """Cut the cord volume."""
        self.workflow.perform(_("The cord volume could not be cut."), self._cut)

    # Inside

    def _cut(self):
        case = self.case
        made, _segmentID = self.logic.createCordVolume(
            case.cordNode,
            case.cordSegmentID,
            case.targetNode,
            case.targetSegmentID,
            case.cordMarginMm,
            mode=case.cordMode,
        )
        replaceResult(case, "cordVolumeNode", made)

    def _onRiskVolume(self, checked=False):
        self.workflow.perform(_("The planning risk volume could not be made."), self._makeRiskVolume)

    def _makeRiskVolume(self):
        case = self.case
        made, _segmentID = self.logic.createPlanningRiskVolume(case.cordNode, case.cordSegmentID, case.prvMarginMm)
        replaceResult(case, "riskVolumeNode", made)

    def _cordObstacle(self):
        if self.case.cordNode is None or not self.case.cordSegmentID:
            return _("Choose the spinal cord.")
        return ""

    def _cordDifferences(self, made):
        if isAnotherInput(made, "cord", self.case.cordNode, self.case.cordSegmentID):
            return [_("the cord is another one")]
        return []

    def _riskStale(self, made):
        """Return a line that says why the planning risk volume is out of date."""
        reasons = [*self.logic.changesSince(made), *self._cordDifferences(made)]
        asked = step("provenance").parameters_of(made)["margin_mm"]
        if any(abs(side - self.case.prvMarginMm) > MARGIN_STEP_MM for side in asked):
            reasons.append(_("another margin is chosen"))
        return [_("Stale: {reason}").format(reason="; ".join(reasons))] if reasons else []

    @staticmethod
    def _show(label, lines):
        label.text = "\n".join(lines)
        label.setVisible(bool(lines))
