"""Step 3: the target, made from the sectors of vertebrae or taken as it was drawn."""

from slicer.i18n import tr as _

from .case_nodes import addSectorsNode
from .library import step
from .links import SegmentLink
from .page import Page
from .sector_choice import SectorChoice
from .split_vertebrae import Measured, SplitVertebrae
from .target_choices import (
    chooseSectors,
    chosenSectors,
    cordOf,
    differencesOfMade,
    includedNodes,
    isDrawn,
    isMade,
    targetOf,
    vertebraName,
)
from .target_words import levelsInWords, measuresInWords, proposalInWords, warningsInWords

SECTORS, STRUCTURE = "sectors", "structure"


class TargetPage(Page):
    """Splits vertebrae, and makes or takes the target."""

    step = "target"

    def __init__(self, workflow):
        Page.__init__(self, workflow)
        ui = self.ui
        self.links = [
            SegmentLink(ui.targetVertebraSelector, "vertebraNode", "vertebraSegmentID"),
            SegmentLink(ui.targetCanalSelector, "vertebraNode", "canalSegmentID"),
            SegmentLink(ui.targetTumorSelector, "gtvNode", "gtvSegmentID"),
            SegmentLink(ui.targetDrawnSelector, "drawnNode", "drawnSegmentID"),
        ]
        self.measured = Measured()
        self.choice = SectorChoice(ui)
        self.vertebrae = SplitVertebrae(
            ui.targetVertebraeTitle,
            ui.targetVertebraeList,
            ui.targetRemoveButton,
            self.logic,
            workflow.perform,
        )
        self.vertebrae.onCurrent = self._showSectors
        self._forgetProposal()
        ui.targetFromSectorsRadio.connect("clicked(bool)", lambda checked=False: self._takeFrom(SECTORS))
        ui.targetFromStructureRadio.connect("clicked(bool)", lambda checked=False: self._takeFrom(STRUCTURE))
        ui.targetVertebraSelector.connect("currentNodeChanged(vtkMRMLNode*)", self._onVertebraNode)
        ui.targetSplitButton.connect("clicked(bool)", self._onSplit)
        ui.targetProposeButton.connect("clicked(bool)", self._onPropose)
        ui.targetUseProposalButton.connect("clicked(bool)", self._onUseProposal)

    # What the page says

    def title(self):
        """Return the step's name."""
        return _("Target")

    def sentence(self):
        """Return what the step does."""
        return _("Makes the clinical target from the sectors of a vertebra, or takes a drawn structure.")

    def mainToolTip(self):
        """Return what the main button does."""
        if self._isFromStructure():
            return _("Take the structure as the target as it was drawn, and measure it")
        return _("Make the target in a new segmentation; a target made before is replaced")

    def obstacle(self):
        """Return why there can be no target yet."""
        case = self.case
        if self._isFromStructure():
            isThere = case.drawnNode is not None and case.drawnSegmentID
            return "" if isThere else _("Choose the drawn structure.")
        if not self.vertebrae.nodes:
            return self._splitObstacle() or _("Split the vertebra first.")
        if not includedNodes(case):
            return _("Check at least one vertebra.")
        if not chosenSectors(case):
            return _("Choose at least one sector.")
        if case.uniteWithGtv and not self._hasTumor():
            return _("Choose the tumor to unite with.")
        return ""

    def result(self):
        """Return the segmentation that the target is in."""
        return self.case.targetNode if targetOf(self.case) is not None else None

    def changes(self):
        """Say what was changed since the target was made; a drawn one stands for itself."""
        if not isMade(self.case):
            return []
        found = list(self.logic.changesSince(self.result()))
        template = _("{vertebra} was split before its vertebra or canal was changed")
        return found + [
            template.format(vertebra=vertebraName(used))
            for part, used in step("provenance").inputs_of(self.result()).items()
            if part.startswith("sectors ") and self.logic.changesSince(used)
        ]

    def differences(self):
        """Say which choices differ from those that the target was made with."""
        made = isMade(self.case)
        if made == self._isFromStructure():
            if made:
                return [_("made from sectors then, a drawn structure now")]
            return [_("a drawn structure then, made from sectors now")]
        if made:
            return differencesOfMade(self.case)
        chosen = (self.case.drawnNode, self.case.drawnSegmentID)
        if None not in chosen and chosen != (self.case.targetNode, self.case.targetSegmentID):
            return [_("another structure is chosen now")]
        return []

    # What the workflow calls

    def connectCase(self):
        """Another case is shown."""
        self.measured.forget()
        self._forgetProposal()
        Page.connectCase(self)

    def refresh(self):
        """Show choices, sectors and result."""
        case = self.case
        Page.refresh(self)
        fromStructure = self._isFromStructure()
        self.ui.targetFromStructureRadio.checked = fromStructure
        self.ui.targetFromSectorsRadio.checked = not fromStructure
        self.ui.targetSectorsFrame.setVisible(not fromStructure)
        self.ui.targetStructureFrame.setVisible(fromStructure)
        self.mainButton.text = _("Use this structure") if fromStructure else _("Make target")
        self.vertebrae.show(case, self.measured)
        self._showSectors()
        self._showButtons()
        self._showProposal()
        self._showResult()

    def act(self):
        """Make the target, or take the drawn one."""
        if self._isFromStructure():
            self.workflow.perform(_("The structure cannot be the target."), self._takeDrawn)
        else:
            self.workflow.perform(_("The target could not be made."), self._make)

    # Making

    def _make(self):
        case = self.case
        choice = chosenSectors(case) if case.sectorChoice else None
        cord = cordOf(case)
        node, segmentID = self.logic.createTarget(
            includedNodes(case),
            None if choice else case.template,
            choice=choice,
            marginMm=case.targetMarginMm,
            gtvNode=case.gtvNode if case.uniteWithGtv else None,
            gtvID=case.gtvSegmentID if case.uniteWithGtv else None,
            cordNode=cord.node if cord is not None else None,
            cordID=cord.segment_id if cord is not None else None,
            keepOutOfCord=case.keepOutOfCord,
        )
        former = self._formerMade()
        step("targets").forget_drawn_target(case.parameterNode)
        self._setTarget(node, segmentID)
        if former is not None:
            step("records").remove_recorded(former)

    def _takeDrawn(self):
        case = self.case
        former = self._formerMade()
        self.logic.takeDrawnTarget(case, case.drawnNode, case.drawnSegmentID)
        if former is not None and former is not case.targetNode:
            step("records").remove_recorded(former)

    def _setTarget(self, node, segmentID):
        modified = self.case.StartModify()
        self.case.targetNode, self.case.targetSegmentID = node, segmentID
        self.case.EndModify(modified)

    def _formerMade(self):
        """Return the target to replace: one that was made here and that no other case has."""
        if not isMade(self.case):
            return None
        node = self.case.targetNode
        others = [one for one in self.logic.getAllParameterNodes() if one is not self.case.parameterNode]
        return None if any(other.HasNodeReferenceID("targetNode", node.GetID()) for other in others) else node

    # Splitting

    def _splitObstacle(self):
        case = self.case
        if case is None:
            return _("There is no case.")
        if case.vertebraNode is None or not case.vertebraSegmentID:
            return _("Choose the vertebra to split.")
        return ""

    def _onVertebraNode(self, node):
        """A canal of another segmentation is none of this one."""
        if self.case is None or not self.case.canalSegmentID:
            return
        if node is None or node.GetSegmentation().GetSegment(self.case.canalSegmentID) is None:
            self.case.canalSegmentID = ""

    def _onSplit(self, checked=False):
        self.workflow.perform(_("The vertebra could not be split."), self._split)

    def _split(self):
        case = self.case
        node = self.logic.splitVertebra(case.vertebraNode, case.vertebraSegmentID, case.canalSegmentID or None)
        addSectorsNode(case, node)

    # Proposing

    def _hasTumor(self):
        return self.case.gtvNode is not None and bool(self.case.gtvSegmentID)

    def _proposalObstacle(self):
        if self.case is None or not includedNodes(self.case):
            return _("Split the vertebra first.")
        return "" if self._hasTumor() else _("Choose the tumor first.")

    def _proposalQuestion(self):
        """Return what a proposal is for: it is shown as long as that is the same."""
        nodes = [node.GetID() for node in includedNodes(self.case)]
        return nodes, self.case.gtvNode, self.case.gtvSegmentID

    def _forgetProposal(self):
        self._proposal, self._proposedFor = None, None

    def _onPropose(self, checked=False):
        self.workflow.perform(_("No sectors could be proposed."), self._propose)

    def _propose(self):
        case, nodes = self.case, includedNodes(self.case)
        found = [self.logic.proposeSectors(node, case.gtvNode, case.gtvSegmentID) for node in nodes]
        sectors = {sector for proposal in found for sector in proposal.sectors}
        ordered = [sector for sector in self.choice.boxes if sector in sectors]
        words = proposalInWords([vertebraName(node) for node in nodes], ordered, found)
        self._proposal, self._proposedFor = (ordered, *words), self._proposalQuestion()

    def _onUseProposal(self, checked=False):
        if self._proposal is not None:
            chooseSectors(self.case, self._proposal[0])

    # Showing

    def _isFromStructure(self):
        return self.case is not None and self.case.targetSource == STRUCTURE

    def _takeFrom(self, source):
        if self.case is not None:
            self.case.targetSource = source

    def _showSectors(self):
        current = self.vertebrae.current()
        drawn = None if current is None else self.measured.factsOf(current)
        included = [] if self.case is None else includedNodes(self.case)
        self.choice.show(self.case, drawn, [self.measured.factsOf(node) for node in included])
        self.ui.targetSplitLabel.text = warningsInWords(drawn.warnings) if drawn is not None else ""
        self.ui.targetSplitLabel.setVisible(bool(self.ui.targetSplitLabel.text))

    def _showButtons(self):
        obstacle = self._splitObstacle()
        self.ui.targetSplitButton.enabled = not obstacle
        self.ui.targetSplitButton.toolTip = obstacle or _(
            "Split the vertebra into its six sectors; sectors of the same level are replaced"
        )
        obstacle = self._proposalObstacle()
        self.ui.targetProposeButton.enabled = not obstacle
        self.ui.targetProposeButton.toolTip = obstacle or _(
            "Let consensus rules propose sectors from where the tumor lies"
        )

    def _showProposal(self):
        isShown = self._proposal is not None and self._proposedFor == self._proposalQuestion()
        sectors, line, source = self._proposal if isShown else ((), "", "")
        self.ui.targetProposalLabel.text, self.ui.targetProposalLabel.toolTip = line, source
        self.ui.targetProposalLabel.setVisible(isShown)
        self.ui.targetUseProposalButton.setVisible(bool(sectors))
        if sectors:
            self.ui.targetUseProposalButton.enabled = set(sectors) != set(chosenSectors(self.case))

    def _showResult(self):
        made = self.case is not None and self.result() is not None
        self.ui.targetResultFrame.setVisible(made)
        if not made:
            return
        drawn = isDrawn(self.case)
        note = step("targets").drawn_target_note(self.case.parameterNode)
        facts = self.logic.targetFacts(note if drawn else self.result())
        levels = warnings = ""
        if facts:
            line, levels = measuresInWords(facts), levelsInWords(facts)
            warnings = list(facts["warnings"])
            if drawn and self.logic.changesSince(note):
                warnings.insert(0, _("The structure was edited since it was measured; use it again."))
            warnings = warningsInWords(warnings)
        else:
            line = _("{name}, not measured").format(name=targetOf(self.case).name)
        if self.changes() or self.differences():
            line = _("{result} (stale)").format(result=line)
        self._showLine(self.ui.targetResultLabel, line)
        self._showLine(self.ui.targetLevelsLabel, levels)
        self._showLine(self.ui.targetWarningsLabel, warnings)

    @staticmethod
    def _showLine(label, text):
        label.text = text
        label.setVisible(bool(text))
