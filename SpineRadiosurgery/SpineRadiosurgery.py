"""Spine radiosurgery after Ryu et al. 2015 in 3D Slicer: targets, cord volume, tolerance, report.

The numbers come from the library ``spine_radiosurgery`` in ``Logic``, loaded when a step is first
taken; logic, parameter node and pages are in ``SpineRadiosurgeryPanel``.
"""

import sys
from pathlib import Path

import slicer
from slicer.i18n import tr as _
from slicer.i18n import translate
from slicer.ScriptedLoadableModule import (
    ScriptedLoadableModule,
    ScriptedLoadableModuleWidget,
)

# In front, so that a copy installed with pip never shadows the extension's.
sys.path.insert(0, str(Path(__file__).resolve().parent / "Logic"))

PACKAGES = ("spine_radiosurgery", "SpineRadiosurgeryPanel")

if hasattr(slicer.modules, "SpineRadiosurgeryInstance"):
    # The module is being reloaded: its packages are to be read anew, too.
    for name in [name for name in sys.modules if name.split(".")[0] in PACKAGES]:
        del sys.modules[name]


from SpineRadiosurgeryPanel.help import DOCUMENTATION  # noqa: E402
from SpineRadiosurgeryPanel.logic import SpineRadiosurgeryLogic  # noqa: E402
from SpineRadiosurgeryPanel.parameters import SpineRadiosurgeryParameterNode  # noqa: E402, F401
from SpineRadiosurgeryPanel.sample_data import registerSampleData  # noqa: E402
from SpineRadiosurgeryPanel.self_tests import SelfTests  # noqa: E402


class SpineRadiosurgery(ScriptedLoadableModule):
    """What Slicer shows of the module in its lists."""

    def __init__(self, parent):
        ScriptedLoadableModule.__init__(self, parent)
        self.parent.title = _("Spine Radiosurgery")
        self.parent.categories = [translate("qSlicerAbstractCoreModule", "Radiotherapy")]
        # SlicerRT is asked for when it is used: the module works with nodes loaded otherwise.
        self.parent.dependencies = []
        self.parent.contributors = ["SpineRadiosurgery contributors"]
        self.parent.helpText = _(
            "Says what the spinal cord receives in a spine radiosurgery plan and whether that is"
            " within published tolerance: sectors of the vertebra, RTOG 0631 targets, the cord"
            " volume from 6 mm above to 6 mm below the target, constraints, dose fall-off and a"
            " report.<p>Research tool, not a medical device.</p>"
        ) + '<p><a href="{address}">{text}</a></p>'.format(
            address=f"{DOCUMENTATION}/tutorial.md", text=_("Tutorial: one plan, step by step")
        )
        self.parent.acknowledgementText = _(
            "Method: Ryu S, Yoon H, Stessin A, et al. Contemporary treatment with radiosurgery for"
            " spine metastasis and spinal cord compression in 2015. Radiat Oncol J 2015;33(1):1-11."
        )
        slicer.app.connect("startupCompleted()", registerSampleData)


class SpineRadiosurgeryWidget(ScriptedLoadableModuleWidget):
    """The panel's frame; what is in it comes from ``SpineRadiosurgeryPanel``."""

    def __init__(self, parent=None):
        # Slicer calls `setup` by itself where there is no parent.
        self.logic = None
        self.workflow = None
        ScriptedLoadableModuleWidget.__init__(self, parent)

    def setup(self):
        """Make the panel; called when the module is first opened or its logic is asked for."""
        # First of all: the console needs the logic even if a part of the panel cannot be made.
        self.logic = SpineRadiosurgeryLogic()
        ScriptedLoadableModuleWidget.setup(self)
        from SpineRadiosurgeryPanel.workflow import Workflow

        self.workflow = Workflow(self.parent, self.logic)

    def enter(self):
        """The user opens the module."""
        if self.workflow is not None:
            self.workflow.enter()

    def exit(self):
        """The user goes to another module."""
        if self.workflow is not None:
            self.workflow.exit()

    def cleanup(self):
        """The module is about to be reloaded, or Slicer to end."""
        if self.workflow is not None:
            self.workflow.cleanup()


class SpineRadiosurgeryTest(SelfTests):
    """The six steps on the demo case, by calls and by clicks."""
