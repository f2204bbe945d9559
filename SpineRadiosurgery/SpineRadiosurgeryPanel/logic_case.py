"""Step 1 of the workflow for the Python console: cases, the roles of their structures, checks."""

import json
import tempfile
from pathlib import Path

import slicer

from .library import step
from .script import DEMO, SOURCE

INPUTS = {
    "vertebra": ("vertebraNode", "vertebraSegmentID", ("vertebra",)),
    "cord": ("cordNode", "cordSegmentID", ("cord",)),
    "gtv": ("gtvNode", "gtvSegmentID", ("gtv",)),
    "target": ("drawnNode", "drawnSegmentID", ("target", "ptv")),
}
"""Fields of a case that structures are proposed for, and the roles that fit."""


class CaseLogic:
    """The part of the logic that loads and checks cases."""

    def loadCase(self, path, dose=None, structures=None, *, useSlicerRt=False, keepInDatabase=False, identify=False):
        """Load a DICOM-RT folder with image, structures, dose and plan as a new case.

        :param path: the folder.
        :param dose: UID or label of the dose, where there are several.
        :param structures: UID or label of the structure set, where there are several.
        :param useSlicerRt: import by SlicerRT's DICOM plug-in instead of this extension's reader.
        :param keepInDatabase: with SlicerRT, leave the folder indexed in Slicer's DICOM database.
        :param identify: keep the patient's name and ID in the scene; by default a study code stands for them.
        :return: the case's parameter node, with ``imageNode``, ``doseNode``, ``structuresNode``.

        ::

            case = logic.loadCase("/data/plan")
            print(case.caseName, case.prescriptionGy, case.fractions)
        """
        chosen = {"dose": dose, "structures": structures, "identify": identify}
        if useSlicerRt:
            nodes = step("importing").load_case_with_slicerrt(
                slicer.mrmlScene, path, keep_in_database=keepInDatabase, **chosen
            )
        else:
            nodes = step("loading").load_case(slicer.mrmlScene, path, **chosen)
        return self._newCase(nodes, str(path))

    def loadDemoCase(self):
        """Make a patient on this machine, write it as DICOM and load that as a new case.

        ::

            case = logic.loadDemoCase()
        """
        with tempfile.TemporaryDirectory(prefix="SpineRadiosurgery-") as folder:
            nodes = step("loading").load_demo_case(slicer.mrmlScene, Path(folder) / "dicom")
            return self._newCase(nodes, DEMO)

    def segmentVertebrae(self, volumeNode, fast=False, allowDownload=False):
        """Segment vertebrae and cord with the extension TotalSegmentator; takes minutes.

        :param fast: the coarse model.
        :param allowDownload: agree to what TotalSegmentator still has to download.
        :return: a new segmentation node.

        ::

            segmentation = logic.segmentVertebrae(case.imageNode)
        """
        from spine_radiosurgery.scene import totalsegmentator

        return totalsegmentator.segment(volumeNode, fast=fast, allow_download=allowDownload)

    def whyNoTotalSegmentator(self):
        """Say why TotalSegmentator cannot be used, and what to do; "" when it can.

        ::

            print(logic.whyNoTotalSegmentator())
        """
        from spine_radiosurgery.scene import totalsegmentator

        return totalsegmentator.why_unavailable()

    def missingForTotalSegmentator(self, fast=False):
        """Say what TotalSegmentator would download at its next run; empty when nothing.

        ::

            print(logic.missingForTotalSegmentator())
        """
        from spine_radiosurgery.scene import totalsegmentator

        return totalsegmentator.what_is_missing(fast=fast)

    def whyNoSlicerRt(self):
        """Say why SlicerRT cannot be used, and what to do; "" when it can.

        ::

            print(logic.whyNoSlicerRt())
        """
        from spine_radiosurgery.scene.slicerrt import installation

        return installation.why_unavailable()

    def guessRoles(self, segmentationNode):
        """Guess what structures are, by their names, types and terminology.

        :return: a role by segment ID: "target", "gtv", "ptv", "cord", "canal", "vertebra", ...

        ::

            roles = logic.guessRoles(case.structuresNode)
        """
        return step("roles").guessed_roles(segmentationNode)

    def rolesOf(self, case):
        """Return the roles of a case's structures: the user's word, else the guess.

        ::

            print(logic.rolesOf(case)["SpinalCord"])
        """
        if case.structuresNode is None:
            return {}
        guessed = self.guessRoles(case.structuresNode)
        said = json.loads(case.rolesJson)
        return {segmentID: said.get(segmentID, role) for segmentID, role in guessed.items()}

    def setRole(self, case, segmentID, role):
        """Say what a structure of a case is.

        :param role: one of ``spine_radiosurgery.case.ROLES``; "ignore" leaves the structure out.

        ::

            logic.setRole(case, "ThecalSac", "canal")
        """
        case.rolesJson = json.dumps({**json.loads(case.rolesJson), segmentID: role})

    def confirmCase(self, case):
        """Check a case, and confirm its nodes, roles, prescription and earlier irradiation.

        The inputs of later steps that are still empty are filled in by the roles.

        :return: what to know about the case: messages with ``text`` and ``place_ras`` (or None).

        ::

            for message in logic.confirmCase(case):
                print(message.text)
        """
        confirming = step("confirming")
        if case.structuresNode is None:
            raise ValueError("The case has no structures; choose them first.")
        nodes = step("adopting").adopt_nodes(case.imageNode, case.doseNode, case.structuresNode)
        answers = self._answers(case)
        confirmation = confirming.confirm_case(case.parameterNode, nodes, answers)
        case.rolesJson = json.dumps(answers.roles)
        self._fillInputs(case, answers.roles)
        return confirmation.messages

    def confirmationOf(self, case):
        """Return what was confirmed of a case; None where nothing was.

        ::

            print(logic.confirmationOf(case).answers.roles)
        """
        return step("confirming").confirmation_of(case.parameterNode)

    def prescriptionOf(self, case):
        """Return the prescription of a case, where its fields are 0 the plan's; None if unknown.

        ::

            print(logic.prescriptionOf(case).dose_gy)
        """
        if case.structuresNode is None:
            return None
        return step("confirming").prescription_of(case.structuresNode, self._answers(case))

    def plannedPrescription(self, structuresNode):
        """Return the prescription of the plan that structures were loaded with; None if unknown.

        ::

            print(logic.plannedPrescription(case.structuresNode).fractions)
        """
        return step("loading").planned_prescription(structuresNode)

    def suggestInputs(self, segmentationNode, roles=None):
        """Suggest segments for vertebra, cord, canal, tumor and target.

        :param roles: by segment ID; by default guessed.
        :return: segment IDs by part, such as ``{"cord": "SpinalCord"}``.

        ::

            print(logic.suggestInputs(case.structuresNode)["vertebra"])
        """
        chosen = self.guessRoles(segmentationNode) if roles is None else roles
        suggested = step("roles").suggested_inputs(segmentationNode, chosen)
        return {part: segmentID for part, segmentID in suggested.items() if segmentID}

    def _newCase(self, nodes, source):
        loading = step("loading")
        case = self.createCase(loading.case_name(nodes.structures))
        case.parameterNode.SetAttribute(SOURCE, source)
        case.imageNode = nodes.image
        case.doseNode = nodes.dose
        case.structuresNode = nodes.structures
        planned = loading.planned_prescription(nodes.structures)
        if planned is not None:
            case.prescriptionGy, case.fractions = planned.dose_gy, planned.fractions
        return case

    def _answers(self, case):
        return step("confirming").CaseAnswers(
            self.rolesOf(case), case.prescriptionGy, case.fractions, case.previousRadiation
        )

    def _fillInputs(self, case, roles):
        """Fill in what a later step starts from, where nothing that fits its part is chosen."""
        node = case.structuresNode
        suggested = self.suggestInputs(node, roles)
        for part, (nodeField, segmentField, fitting) in INPUTS.items():
            chosen, segmentID = getattr(case, nodeField), getattr(case, segmentField)
            fits = chosen is not None and (chosen is not node or roles.get(segmentID) in fitting)
            if part in suggested and not fits:
                setattr(case, nodeField, node)
                setattr(case, segmentField, suggested[part])
        if case.vertebraNode is node and roles.get(case.canalSegmentID) != "canal":
            case.canalSegmentID = suggested.get("canal", "")
        if case.targetNode is None and case.vertebraNode is None and case.drawnNode is not None:
            case.targetSource = "structure"
