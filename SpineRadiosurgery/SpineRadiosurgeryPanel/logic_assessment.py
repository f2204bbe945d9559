"""Step 2 of the workflow for the Python console: grades, scenario, gap to the cord."""

import slicer

from .library import segmentOf, step


class AssessmentLogic:
    """The part of the logic that records an assessment."""

    def proposeLevels(self, case):
        """Tell the levels to be treated by the names of targets and tumors, else of the vertebra.

        :param case: a parameter node of a case.
        :return: a text such as "T8, T9"; empty where no name tells a level.

        ::

            case.assessmentLevels = logic.proposeLevels(case)
        """
        chosen = (
            segmentOf(case.targetNode, case.targetSegmentID),
            segmentOf(case.gtvNode, case.gtvSegmentID),
        )
        levels = step("assessing").proposed_levels(
            case.structuresNode,
            [segment for segment in chosen if segment is not None],
            segmentOf(case.vertebraNode, case.vertebraSegmentID),
        )
        return ", ".join(levels)

    def recordAssessment(
        self,
        levels,
        radiographicGrade,
        neurologicalGrade,
        *,
        esccGrade="",
        scenario="",
        gtvNode=None,
        gtvID=None,
        cordNode=None,
        cordID=None,
    ):
        """Record grades and scenario, and measure the gap between tumor and cord.

        :param levels: to be treated, such as "T8, T9" or "C3-C5".
        :param radiographicGrade: "0" to "V" of Ryu 2015.
        :param neurologicalGrade: "a" to "e" of Ryu 2015.
        :param esccGrade: "0", "1a", "1b", "1c", "2" or "3" of Bilsky 2010.
        :param scenario: "a" to "d" of Ryu 2015, Fig. 3; by default what the levels tell.
        :param gtvNode, gtvID: the tumor.
        :param cordNode, cordID: the cord.
        :return: a new text node with the record as JSON.

        ::

            structures = case.structuresNode
            record = logic.recordAssessment(
                "T8", "II", "b", gtvNode=structures, gtvID="GTV_T8",
                cordNode=structures, cordID="SpinalCord")
            print(logic.assessment(record)["decision"]["text"])
        """
        assessing = step("assessing")
        choices = assessing.Choices(
            levels if isinstance(levels, str) else tuple(levels),
            radiographicGrade,
            neurologicalGrade,
            esccGrade,
            scenario,
        )
        tumor, cord = segmentOf(gtvNode, gtvID), segmentOf(cordNode, cordID)
        return assessing.record_assessment(
            slicer.mrmlScene,
            assessing.assess(choices, tumor, cord),
            tumour=tumor,
            cord=cord,
            beside=gtvNode or cordNode,
        )

    def assessment(self, recordNode):
        """Return a recorded assessment with the words and citations that go with it.

        :return: a dictionary: ``levels``, ``radiographic``, ``neurological``, ``escc``,
          ``scenario``, ``cord_gap``, ``decision``, ``remarks``.

        ::

            print(logic.assessment(record)["cord_gap"]["text"])
        """
        return step("assessing").assessment_of(recordNode).to_dict()

    def jumpToCordGap(self, recordNode):
        """Center the slice views where the tumor of an assessment comes nearest to the cord.

        :return: the point in RAS mm.

        ::

            logic.jumpToCordGap(record)
        """
        point = step("assessing").gap_point(recordNode)
        step("showing").jump_to(slicer.mrmlScene, point)
        return point
