"""Evaluate every plan below a folder; one line of summary.csv for each, whatever becomes of it.

Slicer --no-main-window --python-script batch.py FOLDER TARGET CORD --reports REPORTS

A plan whose report is there already is not evaluated again: the script can be stopped and started.
"""

import argparse
import csv
import json
import sys
from pathlib import Path

import slicer

COLUMNS = ("plan", "verdict", "reason", "cord_volume_cc")

parser = argparse.ArgumentParser(description="Evaluate many spine radiosurgery plans.")
parser.add_argument("folder", type=Path, help="holds one folder of DICOM-RT a plan")
parser.add_argument("target")
parser.add_argument("cord")
parser.add_argument("--reports", type=Path, required=True, help="folder of the reports")
arguments = parser.parse_args(sys.argv[1:])

logic = slicer.util.getModuleLogic("SpineRadiosurgery")


def evaluate(plan, report):
    """Write the report of a plan."""
    case = logic.loadCase(plan)
    node = case.structuresNode
    table = logic.evaluateTolerance(case.doseNode, node, arguments.target, node, arguments.cord)
    logic.exportReport(report, table, withScene=False)


def line(plan):
    """Tell what became of a plan."""
    report = arguments.reports / plan.name
    try:
        if not (report / "report.json").is_file():
            evaluate(plan, report)
    except ValueError as error:
        return (plan.name, "not evaluated", str(error), "")
    finally:
        slicer.mrmlScene.Clear()
    document = json.loads((report / "report.json").read_text(encoding="utf-8"))
    verdict = document["verdict"]
    volume_cc = sum(volume["volume_cc"] for volume in document["cord_volumes"])
    return (plan.name, verdict["status"], verdict["reason"], volume_cc)


arguments.reports.mkdir(parents=True, exist_ok=True)
with open(arguments.reports / "summary.csv", "w", newline="", encoding="utf-8") as file:
    table = csv.writer(file)
    table.writerow(COLUMNS)
    for plan in sorted(path for path in arguments.folder.iterdir() if path.is_dir()):
        made = line(plan)
        table.writerow(made)
        sys.stdout.write(f"{made[0]}: {made[1]}, {made[2]}\n")
