"""The workflow for the Python console and for the panel; the library does the work."""

from contextlib import contextmanager

import slicer
from slicer.i18n import tr as _
from slicer.ScriptedLoadableModule import ScriptedLoadableModuleLogic

from .library import imageOf, segmentOf, step
from .logic_assessment import AssessmentLogic
from .logic_case import CaseLogic
from .logic_followup import FollowUpLogic
from .logic_protocols import ProtocolsLogic
from .logic_report import ReportLogic
from .logic_targets import TargetsLogic
from .logic_views import ViewsLogic
from .parameters import SpineRadiosurgeryParameterNode


class SpineRadiosurgeryLogic(
    CaseLogic,
    AssessmentLogic,
    FollowUpLogic,
    ViewsLogic,
    TargetsLogic,
    ProtocolsLogic,
    ReportLogic,
    ScriptedLoadableModuleLogic,
):
    """The workflow in the Python console.

    Nodes in, new nodes out; inputs stay as they are. The six steps of a case::

        logic = slicer.util.getModuleLogic("SpineRadiosurgery")
        case = logic.loadDemoCase()
        structures = case.structuresNode
        sectors = logic.splitVertebra(structures, "Vertebra_T08")
        target, targetID = logic.createTarget(sectors, "body")
        volume, volumeID = logic.createCordVolume(structures, "SpinalCord", target, targetID)
        table = logic.evaluateTolerance(case.doseNode, target, targetID, structures, "SpinalCord")
        page = logic.exportReport(slicer.app.temporaryPath + "/report")

    What cannot be done raises ``ValueError`` with one sentence that says what to do.
    """

    def __init__(self):
        ScriptedLoadableModuleLogic.__init__(self)
        # One parameter node a case, several cases in a scene.
        self.isSingletonParameterNode = False
        # Table and report of the last evaluation, so that writing it need not evaluate again.
        self._evaluated = (None, None)

    def getParameterNode(self):
        """Return the first case of the scene; an empty one is made where there is none."""
        nodes = self.getAllParameterNodes()
        return SpineRadiosurgeryParameterNode(nodes[0]) if nodes else self.createCase()

    def createCase(self, name=None):
        """Add an empty case to the scene.

        :param name: by default "Case", with a number where there is one already.
        :return: its parameter node, whose fields are those of ``SpineRadiosurgeryParameterNode``.

        ::

            case = logic.createCase("Patient 12")
        """
        node = slicer.mrmlScene.AddNode(self.createParameterNode())
        node.SetName(slicer.mrmlScene.GenerateUniqueName(name or _("Case")))
        return SpineRadiosurgeryParameterNode(node)

    @contextmanager
    def undoable(self, case=None):
        """Let one Undo take back what is done inside, where the scene's undo is on.

        :param case: whose fields are taken back, too.

        ::

            with logic.undoable(case):
                sectors = logic.splitVertebra(case.structuresNode, "Vertebra_T08")
        """
        from spine_radiosurgery.scene.undo import undoable

        with undoable(slicer.mrmlScene, [] if case is None else [case.parameterNode]):
            yield

    # 4 Cord

    def createCordVolume(self, cordNode, cordID, targetNode, targetID, marginMm=6.0, *, mode="axial"):
        """Cut the cord beside the target, with 6 mm above and below it.

        :param mode: "axial", or "centreline" for millimetres along the cord.
        :return: a new segmentation node, and the segment ID (of several sites the uppermost).

        ::

            volume, volumeID = logic.createCordVolume(structures, "SpinalCord", target, targetID)
        """
        node, volumes = step("cord").create_cord_volume(
            segmentOf(cordNode, cordID),
            [segmentOf(targetNode, targetID)],
            margin_mm=marginMm,
            mode=mode,
            image_node=imageOf(cordNode),
        )
        return node, volumes[0].structure.name

    def createPlanningRiskVolume(self, cordNode, cordID, marginMm=2.0):
        """Expand the cord by a margin.

        :return: a new segmentation node, and the segment ID.

        ::

            prv, prvID = logic.createPlanningRiskVolume(structures, "SpinalCord", 1.5)
        """
        made = step("cord").create_planning_risk_volume(
            segmentOf(cordNode, cordID), marginMm, image_node=imageOf(cordNode)
        )
        return made.node, made.segment_id

    # 5 Tolerance

    def evaluateTolerance(
        self,
        doseNode,
        targetNode,
        targetID,
        cordNode,
        cordID,
        *,
        imageNode=None,
        structuresNode=None,
        **options,
    ):
        """Evaluate the plan: metrics, constraints, verdict, fall-off, setup robustness.

        :param structuresNode: all structures of the case; by default those the cord is among.
        :param imageNode: by default the one that was loaded with them.
        :param options: fields of ``EvaluationOptions`` in
          ``spine_radiosurgery.scene.steps.tolerance``: ``protocol``, ``prescription_gy``,
          ``fractions``, ``margin_mm``, ``mode``, ``previous_radiation``, ``prv_margin_mm``, ...
        :return: the table of constraints; ``evaluation`` tells the rest.

        ::

            table = logic.evaluateTolerance(
                case.doseNode, target, targetID, case.structuresNode, "SpinalCord",
                previous_radiation="no")
            print(logic.evaluation(table)["verdict"]["reason"])
        """
        tolerance = step("tolerance")
        structures = structuresNode or cordNode
        plan = tolerance.Plan(
            doseNode,
            structures,
            (segmentOf(targetNode, targetID),),
            segmentOf(cordNode, cordID),
            image=imageNode or imageOf(structures),
        )
        chosen = tolerance.EvaluationOptions(**options)
        report = tolerance.evaluate_plan(plan, chosen)
        table = step("evaluations").add_evaluation(plan, chosen, report)
        self._evaluated = (table.GetID(), report)
        return table

    def evaluation(self, tableNode=None):
        """Return verdict, cord volumes, fall-off and warnings of an evaluation (the latest).

        ::

            print(logic.evaluation()["verdict"]["status"])
        """
        return step("evaluations").facts_of(self._table(tableNode))

    def changesSince(self, resultNode):
        """Say what was changed or removed since a result was made; nothing when it is current.

        ::

            print(logic.changesSince(table))
        """
        return step("provenance").changes_since(resultNode)

    def compareWithSlicerRt(self, doseNode, segmentationNode, segmentIDs):
        """Compute metrics of segments with SlicerRT, too, as a second opinion.

        :return: one opinion a segment: ``pairs`` of our and SlicerRT's values, or ``failure``.

        ::

            opinions = logic.compareWithSlicerRt(case.doseNode, structures, ["SpinalCord"])
            print([(pair.metric, pair.ours, pair.theirs) for pair in opinions[0].pairs])
        """
        from spine_radiosurgery.scene import slicerrt

        return slicerrt.second_opinion(doseNode, segmentationNode, segmentIDs)

    def compareEvaluationWithSlicerRt(self, tableNode=None, cordVolumeNode=None):
        """Ask SlicerRT about target, cord and cord volume of an evaluation; keep what it says with it.

        :param cordVolumeNode: of ``createCordVolume``; without it target and cord are compared.
        :return: rows with ``structure``, ``metric``, ``ours``, ``theirs``, ``status``, ``sentence``.

        ::

            for row in logic.compareEvaluationWithSlicerRt(table, volume):
                print(row.structure, row.metric, row.ours, row.theirs, row.status)
        """
        from spine_radiosurgery.geometry import report_progress

        table = self._table(tableNode)
        step("evaluations").refuse_stale(table)
        segmentIDs = [] if cordVolumeNode is None else cordVolumeNode.GetSegmentation().GetSegmentIDs()
        return step("opinions").compare_with_slicerrt(
            table,
            [segmentOf(cordVolumeNode, segmentID) for segmentID in segmentIDs],
            progress=report_progress,
        )

    def _table(self, tableNode):
        return tableNode or step("evaluations").latest_evaluation(slicer.mrmlScene)
