"""Step 2 of the workflow for the Python console: what is measured for the record, and the record."""

import slicer

from .case_nodes import sectorsNodes
from .library import segmentOf, segmentsOf, step


class AssessmentLogic:
    """The part of the logic that measures, checks and keeps the record of a patient.

    A record is a plain dictionary: the JSON document of ``spine_radiosurgery.assessment.PatientRecord``.
    Every key may be missing; what is missing is open.
    """

    def proposeLevels(self, case):
        """Tell the levels to be treated by the names of targets and tumors, else of the vertebra.

        :param case: a parameter node of a case.
        :return: a text such as "T8, T9"; empty where no name tells a level.

        ::

            print(logic.proposeLevels(case))
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

    # What the images measure

    def proposeGrade(
        self,
        gtvNode,
        gtvID,
        *,
        canalNode=None,
        canalID=None,
        sacNode=None,
        sacID=None,
        cordNode=None,
        cordID=None,
        level="",
        site="auto",
    ):
        """Propose the radiographic grade and ESCC from segmentations; a person decides.

        :param gtvNode, gtvID: the tumor; ``gtvID`` may be a list of segments of that node.
        :param canalNode, canalID: the bony canal.
        :param sacNode, sacID: the thecal sac.
        :param cordNode, cordID: the cord.
        :param level: such as "T8"; tells whether the cord or the cauda equina lies there.
        :param site: "cord", "cauda" or "auto".
        :return: a dictionary for ``record["grades"]["proposal"]``: ``radiographic`` and ``escc``
          (codes that fit; several where a measurement is too near to a limit, none where it cannot
          be told), ``reason``, ``compression`` with the measurements.

        ::

            structures = case.structuresNode
            proposal = logic.proposeGrade(
                structures, "GTV_T8", canalNode=structures, canalID="SpinalCanal",
                cordNode=structures, cordID="SpinalCord", level="T8")
            print(proposal["radiographic"], proposal["reason"])
        """
        ids = list(gtvID) if isinstance(gtvID, list | tuple) else [gtvID]
        return step("measuring").propose(
            [segmentOf(gtvNode, segmentID) for segmentID in ids],
            canal=segmentOf(canalNode, canalID),
            sac=segmentOf(sacNode, sacID),
            cord=segmentOf(cordNode, cordID),
            level=level,
            site=site,
        )

    def measureVertebra(self, sectorsNode, gtvNode=None, gtvID=None, *, neighborSectorsNodes=()):
        """Measure collapse and involvement of a split vertebra, for SINS.

        :param sectorsNode: of ``splitVertebra``.
        :param gtvNode, gtvID: the tumor; without it only the collapse is measured.
        :param neighborSectorsNodes: of the vertebrae above and below, whose heights are the
          reference.
        :return: a dictionary for ``record["sins"]["measured"]``; None in it is open.

        ::

            sectors = logic.splitVertebra(case.structuresNode, "Vertebra_T08")
            measured = logic.measureVertebra(sectors, case.structuresNode, "GTV_T8")
            print(measured["body_involved_percent"], measured["collapse_reference"])
        """
        return step("measuring").vertebra(sectorsNode, segmentOf(gtvNode, gtvID), list(neighborSectorsNodes))

    def measureSelection(
        self,
        gtvNode,
        gtvID,
        cordNode,
        cordID,
        *,
        vertebrae=None,
        canalNode=None,
        canalID=None,
        targetNode=None,
        targetID=None,
    ):
        """Measure what decides eligibility: gap to the cord, paraspinal mass, target length.

        :param vertebrae: a list of (node, segment ID): bone that does not count as paraspinal.
        :param canalNode, canalID: the canal, likewise.
        :param targetNode, targetID: whose length is measured.
        :return: a dictionary for ``record["selection"]["measured"]``; None in it is open.

        ::

            structures = case.structuresNode
            measured = logic.measureSelection(structures, "GTV_T8", structures, "SpinalCord")
            print(measured["cord_gap"]["gap_mm"])
        """
        return step("measuring").selection(
            segmentOf(gtvNode, gtvID),
            segmentOf(cordNode, cordID),
            vertebrae=segmentsOf(vertebrae) or (),
            canal=segmentOf(canalNode, canalID),
            target=segmentOf(targetNode, targetID),
        )

    def measureAssessment(self, case, *, level=""):
        """Measure everything that the chosen nodes of a case and the roles of its structures allow.

        Takes seconds for each vertebra that has not been split yet; reports its progress.

        :param level: the level that is graded; by default told by names.
        :return: a part of a record: ``grades.proposal``, ``sins.measured``, ``selection.measured``
          and ``prescription``; what cannot be measured is missing or open.

        ::

            measured = logic.measureAssessment(case)
            print(measured["grades"]["proposal"]["reason"])
        """
        measuring = step("measuring")
        return {
            **measuring.measured_of(self._measured(case, level)),
            "prescription": self._prescription(case),
        }

    def assessmentInputs(self, case, *, level=""):
        """Tell what ``measureAssessment`` measures, as ``recordAssessment`` notes it.

        :return: node and segment ID by part: "tumor", "cord", "canal", "thecal sac", "target",
          "vertebra T8", "sectors T8" (ID None), ...; only what there is.

        ::

            print(list(logic.assessmentInputs(case)))
        """
        found = self._measured(case, level).inputs()
        return {part: _nodeAndID(used) for part, used in found.items()}

    # The record

    def checkedAssessment(self, record):
        """Check a record, and tell what follows from it; nothing is put into the scene.

        :param record: a dictionary; every key may be missing.
        :return: the full document, with ``derived``: ``grades``, ``sins``, ``scenario``,
          ``eligibility``, ``decision``, ``noms``, ``prescription``, ``follow_up``, ``remarks``.

        ::

            record = {"levels": ["T8"], "grades": {"radiographic": "II", "neurological": "b"}}
            print(logic.checkedAssessment(record)["derived"]["decision"]["text"])
        """
        return step("assessing").checked(record)

    def recordAssessment(self, record, *, inputs=None, beside=None, recordNode=None):
        """Keep a record in the scene as JSON; it knows what it was measured on.

        :param record: a dictionary; every key may be missing.
        :param inputs: what was measured for it: (node, segment ID) by part, as
          ``assessmentInputs`` tells; the record is out of date when they change.
        :param beside: a node that tells the place in the subject hierarchy; by default an input.
        :param recordNode: a node of ``recordAssessment`` to write into instead of a new one. Parts
          that are not among ``inputs`` stay what it was measured on; one that is None is forgotten.
        :return: the text node.

        ::

            record = {"levels": ["T8"], "grades": {"radiographic": "II", "neurological": "b"}}
            recordNode = logic.recordAssessment(record, beside=case.structuresNode)
            record = logic.assessment(recordNode)
            record["sins"]["pain"] = "mechanical"
            logic.recordAssessment(record, recordNode=recordNode)
        """
        return step("assessing").record_assessment(
            slicer.mrmlScene,
            record,
            inputs={part: _used(used) for part, used in (inputs or {}).items()},
            beside=beside,
            node=recordNode,
        )

    def assessment(self, recordNode):
        """Return the record that a node keeps, with ``derived``: what follows from it.

        ::

            recordNode = logic.recordAssessment({"levels": ["T8"]})
            print(logic.assessment(recordNode)["derived"]["scenario"]["decided"]["words"])
        """
        return step("assessing").document_of(recordNode)

    def removeAssessment(self, recordNode):
        """Remove a record from the scene, and the plot that was made of it.

        ::

            logic.removeAssessment(logic.recordAssessment({"levels": ["T8"]}))
        """
        step("assessing").remove_assessment(recordNode)

    def jumpToCordGap(self, recordNode):
        """Center the slice views where the tumor of a record comes nearest to the cord.

        :return: the point in RAS mm.

        ::

            recordNode = logic.recordAssessment(logic.measureAssessment(case))
            logic.jumpToCordGap(recordNode)
        """
        return self._jump(step("assessing").gap_point(recordNode))

    def jumpToTightestSlice(self, recordNode):
        """Center the slice views where tumor leaves least of the canal of a record.

        :return: the point in RAS mm.

        ::

            recordNode = logic.recordAssessment(logic.measureAssessment(case))
            if logic.assessment(recordNode)["grades"]["proposal"]["compression"]["tightest_ras"]:
                logic.jumpToTightestSlice(recordNode)
        """
        return self._jump(step("assessing").tightest_point(recordNode))

    def importAssessment(self, path):
        """Read a record from a JSON file, such as ``spine-radiosurgery assess`` writes.

        :return: the record as a dictionary, with ``derived``.

        ::

            path = slicer.app.temporaryPath + "/record.json"
            logic.exportAssessment(logic.recordAssessment({"levels": ["T8"]}), path)
            print(logic.importAssessment(path)["levels"])
        """
        return step("assessing").import_assessment(path)

    def exportAssessment(self, recordNode, path, identify=False):
        """Write a record into a JSON file.

        :param identify: keep name, ID and dates of the patient, where the record has them.
        :return: the path.

        ::

            recordNode = logic.recordAssessment({"levels": ["T8"]})
            logic.exportAssessment(recordNode, slicer.app.temporaryPath + "/record.json")
        """
        return str(step("assessing").export_assessment(recordNode, path, identify=identify))

    def _jump(self, point):
        step("showing").jump_to(slicer.mrmlScene, point)
        return point

    def _measured(self, case, level):
        """Return the structures of a case by the parts that they play in the measurements."""
        return step("assessed_parts").parts_of(
            case.structuresNode,
            self.rolesOf(case),
            chosen={
                "tumor": segmentOf(case.gtvNode, case.gtvSegmentID),
                "cord": segmentOf(case.cordNode, case.cordSegmentID),
                "canal": segmentOf(case.vertebraNode, case.canalSegmentID),
                "vertebra": segmentOf(case.vertebraNode, case.vertebraSegmentID),
                "target": segmentOf(case.targetNode, case.targetSegmentID)
                or segmentOf(case.drawnNode, case.drawnSegmentID),
            },
            sectors=sectorsNodes(case),
            level=level,
        )

    def _prescription(self, case):
        prescription = self.prescriptionOf(case)
        return {
            "dose_gy": None if prescription is None else prescription.dose_gy,
            "fractions": None if prescription is None else prescription.fractions,
            "previous_radiation": case.previousRadiation,
        }


def _used(pair):
    """Return an input of a record: a segment, or a whole node where no segment is named."""
    if pair is None:
        return None
    node, segmentID = pair
    return segmentOf(node, segmentID) or node


def _nodeAndID(used):
    segmentID = getattr(used, "segment_id", None)
    return (used, None) if segmentID is None else (used.node, segmentID)
