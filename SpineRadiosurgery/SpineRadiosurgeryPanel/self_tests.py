"""What the module checks of itself, inside Slicer ("Reload and Test", ctest) and on the test host."""

import tempfile
from pathlib import Path

import slicer
from slicer.ScriptedLoadableModule import ScriptedLoadableModuleTest

from .logic import SpineRadiosurgeryLogic
from .report_packages import missingReportPackages

MODULE = "SpineRadiosurgery"
VERTEBRA, CORD, TEMPLATE = "Vertebra_T08", "SpinalCord", "body"
STEPS = ("case", "target", "cord", "tolerance")


class SelfTests(ScriptedLoadableModuleTest):
    """The six steps on the demo case: by calls, and by clicks on the panel."""

    def setUp(self):
        """Begin with an empty scene."""
        slicer.mrmlScene.Clear()

    def runTest(self):
        """Run all tests."""
        for test in (
            self.test_calls_give_what_the_library_gives,
            self.test_clicks_give_what_calls_give_and_a_scene_keeps_it,
        ):
            self.setUp()
            test()

    def test_calls_give_what_the_library_gives(self):
        """The steps in the scene and one call of the library agree on every constraint."""
        import spine_radiosurgery as sr

        logic = SpineRadiosurgeryLogic()
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch) / "dicom"
            sr.write_dicom_case(sr.make_phantom(), folder)
            case = logic.loadCase(folder)
            expected = sr.evaluate(sr.read_dicom_case(folder), vertebrae=[VERTEBRA], template=TEMPLATE, cord=CORD)
            table = self._evaluateByCalls(logic, case)
            self.assertEqual(logic.evaluation(table)["verdict"]["reason"], expected.verdict.reason)
            for row, result in enumerate(expected.constraints):
                self.assertEqual(table.GetCellText(row, 0), result.status)
            self.delayDisplay(expected.verdict.reason)
            if not missingReportPackages():
                self.assertTrue(Path(logic.exportReport(Path(scratch) / "report")).is_file())

    def test_clicks_give_what_calls_give_and_a_scene_keeps_it(self):
        """The panel's buttons come to the verdict of the calls; marks follow what happens then."""
        workflow = self._clickThrough()
        logic, case = workflow.logic, workflow.case
        self.assertEqual(self._marks(workflow), ["done"] * 4)
        byClicks = logic.evaluation(case.constraintsTable)["verdict"]
        byCalls = logic.evaluation(self._evaluateByCalls(logic, case, robustness=False))["verdict"]
        self.assertEqual(byClicks, byCalls)
        verdict = workflow.ui.verdictLabel.text
        self.assertTrue(verdict.endswith(byClicks["reason"]))
        self.delayDisplay(verdict)
        case.cordMarginMm = 8.0
        self.assertEqual(self._marks(workflow), ["done", "done", "stale", "stale"])
        case.cordMarginMm = 6.0
        self.assertEqual(self._marks(workflow), ["done"] * 4)
        self._saveCloseAndLoad(workflow)
        self.assertEqual(self._marks(workflow), ["done"] * 4)
        self.assertEqual(workflow.ui.verdictLabel.text, verdict)
        slicer.mrmlScene.RemoveNode(workflow.case.targetNode)
        self.assertEqual(self._marks(workflow), ["done", "ready", "stale", "stale"])

    def _saveCloseAndLoad(self, workflow):
        with tempfile.TemporaryDirectory() as scratch:
            path = str(Path(scratch) / "case.mrb")
            self.assertTrue(slicer.util.saveScene(path))
            slicer.mrmlScene.Clear()
            self.assertEqual(self._marks(workflow), ["todo"] * 4)
            slicer.util.loadScene(path)

    def _evaluateByCalls(self, logic, case, **options):
        structures = case.structuresNode
        sectors = logic.splitVertebra(structures, VERTEBRA)
        target, targetID = logic.createTarget(sectors, TEMPLATE)
        logic.createCordVolume(structures, CORD, target, targetID)
        return logic.evaluateTolerance(
            case.doseNode, target, targetID, structures, CORD, roles=logic.rolesOf(case), **options
        )

    def _clickThrough(self):
        workflow = slicer.util.getModuleWidget(MODULE).workflow
        workflow.enter()
        for step, button in (
            ("case", "caseDemoButton"),
            ("case", "caseButton"),
            ("target", "targetSplitButton"),
            ("target", "targetButton"),
            ("cord", "cordButton"),
            ("tolerance", "toleranceButton"),
        ):
            workflow.goTo(step)
            pressed = getattr(workflow.page(step).ui, button)
            self.assertTrue(pressed.enabled, f"{button}: {pressed.toolTip}")
            pressed.click()
            slicer.app.processEvents()
            # The other test simulates setup errors; here they would only take time.
            workflow.case.robustness = False
        return workflow

    def _marks(self, workflow):
        slicer.app.processEvents()
        return [workflow.states[step].mark for step in STEPS]
