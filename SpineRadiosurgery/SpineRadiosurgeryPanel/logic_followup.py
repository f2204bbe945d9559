"""Follow-up for the Python console: failures, volumes, complications, and the plot of response."""

from .library import segmentOf, segmentsOf, step


class FollowUpLogic:
    """The part of the logic that measures what became of a patient; days count from treatment."""

    def measureFailure(
        self,
        recurrenceNode,
        recurrenceID,
        doseNode,
        prescriptionGy,
        *,
        targetNode=None,
        targetID=None,
        transformNode=None,
        registrationErrorMm=None,
        vertebrae=None,
        treatedLevels="",
        canalNode=None,
        canalID=None,
        thresholds=None,
    ):
        """Tell where a recurrence lies in the plan's dose and in the anatomy.

        :param recurrenceNode, recurrenceID: drawn on the follow-up image.
        :param doseNode, prescriptionGy: of the plan.
        :param targetNode, targetID: the plan's target.
        :param transformNode: takes the follow-up image to the plan, as Slicer's registrations do:
          what is put under it lies in the plan. None where the segmentation is under it already,
          or was drawn on the planning image.
        :param registrationErrorMm: how far the registration may be off; None where it is unknown.
        :param vertebrae: a list of (node, segment ID) on the plan; by default those that names tell
          beside target and canal.
        :param treatedLevels: such as "T8, T9"; by default those that the target's name tells.
        :param canalNode, canalID: the plan's canal.
        :param thresholds: fields of ``FailureThresholds`` in ``spine_radiosurgery.assessment``, such
          as ``{"high_percent": 90}``.
        :return: a dictionary for ``measured`` of a failure: ``pattern``, ``bands``, ``places``, ...

        ::

            structures = case.structuresNode
            measured = logic.measureFailure(
                structures, "GTV_T8", case.doseNode, 16.0, targetNode=structures, targetID="CTV_T8",
                registrationErrorMm=1.0, canalNode=structures, canalID="SpinalCanal")
            print(measured["pattern"], measured["places"])
        """
        following = step("following")
        plan = following.FailurePlan(
            doseNode,
            prescriptionGy,
            target=segmentOf(targetNode, targetID),
            vertebrae=segmentsOf(vertebrae),
            treated_levels=treatedLevels,
            canal=segmentOf(canalNode, canalID),
        )
        return following.failure(
            segmentOf(recurrenceNode, recurrenceID),
            plan,
            transform=transformNode,
            registration_error_mm=registrationErrorMm,
            thresholds=thresholds or {},
        )

    def measureTumorVolume(self, segmentationNode, segmentID):
        """Return the volume of a segment in cc as it was drawn, whatever transform it is under.

        ::

            print(logic.measureTumorVolume(case.structuresNode, "GTV_T8"))
        """
        return step("following").volume_cc(segmentOf(segmentationNode, segmentID))

    def addVisit(self, record, day, **fields):
        """Return a record with one visit more; the last one on or before day 0 is the baseline.

        :param day: after treatment; negative before.
        :param fields: of ``Visit`` in ``spine_radiosurgery.assessment``: ``pain_score``,
          ``opioid_mg``, ``neurological``, ``ambulatory``, ...

        ::

            record = logic.addVisit({"levels": ["T8"]}, 0, pain_score=7, neurological="b")
            record = logic.addVisit(record, 60, pain_score=2, neurological="a")
            for line in record["derived"]["follow_up"]["lines"]:
                print(line)
        """
        return step("following").with_entry(record, "visits", {"day": day, **fields})

    def addVolume(self, record, day, volumeCc, kind="epidural", structure=""):
        """Return a record with one tumor volume more.

        :param kind: "epidural", "paraspinal" or "tumour".
        :param structure: name of what was measured.

        ::

            record = logic.addVolume({"levels": ["T8"]}, 0, 2.0)
            record = logic.addVolume(record, 60, 0.7)
            print(record["follow_up"]["volumes"])
        """
        entry = {"day": day, "volume_cc": volumeCc, "kind": kind, "structure": structure}
        return step("following").with_entry(record, "volumes", entry)

    def addFailure(self, record, day, measured=None, *, pattern="", places=()):
        """Return a record with one failure more.

        :param measured: of ``measureFailure``.
        :param pattern: "in_field", "marginal" or "distant" as a person decided.
        :param places: "same_level", "adjacent_level", "epidural", "paraspinal", "remote".

        ::

            record = logic.addFailure({"levels": ["T8"]}, 240, pattern="marginal", places=["epidural"])
            print(record["follow_up"]["failures"])
        """
        entry = {"day": day, "measured": measured, "pattern": pattern, "places": list(places)}
        return step("following").with_entry(record, "failures", entry)

    def addComplication(self, record, kind, day, **fields):
        """Return a record with one complication more.

        :param kind: "pain_flare", "myelopathy", "vertebral_fracture", "mucositis", "fistula",
          "skin" or "other".
        :param day: of the onset.
        :param fields: of ``Complication`` in ``spine_radiosurgery.assessment``: ``symptomatic``,
          ``fracture``, ``resolved_day``, ``note``.

        ::

            record = logic.addComplication({"levels": ["T8"]}, "pain_flare", 2, symptomatic="yes")
            print(record["follow_up"]["complications"])
        """
        return step("following").with_entry(record, "complications", {"kind": kind, "day": day, **fields})

    def showVolumeResponse(self, recordNode):
        """Plot the tumor volumes of a record in percent of the baseline; a former plot is replaced.

        :return: the chart node.

        ::

            record = logic.addVolume({"levels": ["T8"]}, 0, 2.0)
            record = logic.addVolume(record, 60, 0.7)
            chart = logic.showVolumeResponse(logic.recordAssessment(record))
        """
        chart = step("following").volume_chart(recordNode)
        self.setLayout()
        step("showing").show_chart(chart)
        return chart
