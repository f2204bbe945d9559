"""Step 3 of the workflow for the Python console: sectors, targets, what they measure."""

from .library import imageOf, segmentOf, step


class TargetsLogic:
    """The part of the logic that splits vertebrae and makes targets."""

    def splitVertebra(self, segmentationNode, segmentID, canalSegmentID=None):
        """Split a vertebra into body, pedicles, laminae and spinous process.

        :param canalSegmentID: the spinal canal; by default found by its name, as the cord is.
        :return: a new segmentation node with the sectors.

        ::

            sectors = logic.splitVertebra(case.structuresNode, "Vertebra_T08")
        """
        return step("splitting").split_segment(
            segmentOf(segmentationNode, segmentID),
            canal=segmentOf(segmentationNode, canalSegmentID),
            image_node=imageOf(segmentationNode),
        )

    def proposeSectors(self, sectorsNode, gtvNode, gtvID, ruleSet=None):
        """Propose sectors for the target from where the tumour lies, by consensus rules.

        :param ruleSet: a name in ``spine_radiosurgery.targets.RULE_SETS``.
        :return: a proposal with ``sectors``, ``rule``, ``citation``, ``verified``, ``remark``.

        ::

            print(logic.proposeSectors(sectors, case.structuresNode, "GTV_T8").sectors)
        """
        return step("targets").propose(sectorsNode, [segmentOf(gtvNode, gtvID)], ruleSet)

    def createTarget(
        self,
        sectorsNode,
        template="body",
        *,
        marginMm=0.0,
        gtvNode=None,
        gtvID=None,
        cordNode=None,
        cordID=None,
        keepOutOfCord=True,
        **options,
    ):
        """Make a target from the sectors of one vertebra or of several neighbouring ones.

        :param sectorsNode: a node of ``splitVertebra``, or a list of them.
        :param template: "body", "body_and_pedicles", "whole_vertebra" or "posterior_elements".
        :param marginMm: one number, or six (right, left, anterior, posterior, superior, inferior).
        :param gtvNode, gtvID: a tumour to unite with the sectors.
        :param cordNode, cordID: the cord; by default the one beside the vertebra.
        :param keepOutOfCord: take the cord that lies in the vertebra out of the target.
        :param options: more fields of ``TargetOptions`` in
          ``spine_radiosurgery.scene.steps.targets``, such as ``choice``.
        :return: a new segmentation node, and the target's segment ID.

        ::

            target, targetID = logic.createTarget(sectors, "body_and_pedicles", marginMm=2.0)
        """
        targets = step("targets")
        nodes = list(sectorsNode) if isinstance(sectorsNode, list | tuple) else [sectorsNode]
        vertebra, cordBeside = step("splitting").source_of(nodes[0])
        cord = segmentOf(cordNode, cordID) or cordBeside
        tumour = segmentOf(gtvNode, gtvID)
        made = targets.create_target(
            nodes,
            targets.TargetOptions(template=template, margin_mm=marginMm, **options),
            gtv=[tumour] if tumour else [],
            cord=cord if keepOutOfCord else None,
            near=cord,
            image_node=imageOf(vertebra.node) if vertebra else None,
        )
        return made.node, made.segment_id

    def targetFacts(self, resultNode):
        """Tell what was measured of a target.

        :param resultNode: of ``createTarget`` or ``takeDrawnTarget``.
        :return: a dictionary: ``name``, ``volume_cc``, ``length_mm``, ``cord``, ``cord_gap_mm``,
          ``levels``, ``sectors``, ``warnings``; empty where nothing was measured.

        ::

            target, targetID = logic.createTarget(sectors, "body")
            print(logic.targetFacts(target)["volume_cc"])
        """
        return step("targets").facts_of(resultNode)

    def takeDrawnTarget(self, case, segmentationNode, segmentID):
        """Take a structure as the target of a case as it was drawn; measure it.

        :param case: a parameter node of a case; the gap is measured to its cord.
        :return: a node for ``targetFacts`` and ``changesSince``.

        ::

            note = logic.takeDrawnTarget(case, case.structuresNode, "CTV_T8")
            print(logic.targetFacts(note)["length_mm"])
        """
        drawn = segmentOf(segmentationNode, segmentID)
        cord = segmentOf(case.cordNode, case.cordSegmentID)
        note = step("targets").take_drawn_target(case.parameterNode, drawn, cord)
        case.targetNode, case.targetSegmentID = segmentationNode, segmentID
        return note
