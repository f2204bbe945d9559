"""The six steps on a DICOM-RT folder, or on the demo case where none is named.

Slicer --no-main-window --python-script six_steps.py [FOLDER TARGET CORD] [--report REPORT_FOLDER]
"""

import argparse
import sys

import slicer

parser = argparse.ArgumentParser(description="Evaluate a spine radiosurgery plan in 3D Slicer.")
parser.add_argument("plan", nargs="*", help="folder, target and cord")
parser.add_argument("--report", help="folder of the report")
arguments = parser.parse_args(sys.argv[1:])

logic = slicer.util.getModuleLogic("SpineRadiosurgery")
if arguments.plan:
    folder, targetID, cordID = arguments.plan
    case = logic.loadCase(folder)
    target = case.structuresNode
else:
    case = logic.loadDemoCase()
    cordID = "SpinalCord"
    sectors = logic.splitVertebra(case.structuresNode, "Vertebra_T08")
    target, targetID = logic.createTarget(sectors, "body")
structures = case.structuresNode
volume, volumeID = logic.createCordVolume(structures, cordID, target, targetID)
table = logic.evaluateTolerance(case.doseNode, target, targetID, structures, cordID)
evaluation = logic.evaluation(table)
sys.stdout.write(f"{evaluation['verdict']['status']}: {evaluation['verdict']['reason']}\n")
if arguments.report:
    sys.stdout.write(f"{logic.exportReport(arguments.report, table)}\n")
