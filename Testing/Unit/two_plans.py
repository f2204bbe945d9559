"""Documents made by hand: a small plan, to be changed into another one."""

from __future__ import annotations

import copy

PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=="
)


def metric(structure, name, value, uncertainty=0.01, reason=""):
    return {
        "structure": structure, "metric": name, "value": value,
        "unit": name.partition("[")[2].rstrip("]"), "uncertainty": uncertainty, "reason": reason,
    }  # fmt: skip


def constraint(structure, name, value, limit, **changes):
    status = "not_evaluable" if value is None else "pass" if value <= limit else "fail"
    return {
        **metric(structure, name, value, reason="" if value is not None else "is not contoured"),
        "protocol": "ryu-2015", "group": "", "role": "organ", "constraint_structure": structure,
        "comparator": "<=", "limit": limit, "caution_limit": None, "outside_dose_cc": 0.0,
        "status": status, "note": "", "citation": "Made up", "verified": True,
        **changes,
    }  # fmt: skip


def curve(structure, role, percent, cc=10.0):
    return {
        "structure": structure, "role": role, "covered_cc": cc, "max_gy": 0.5 * (len(percent) - 1),
        "volume_percent": percent,
    }  # fmt: skip


def falling(count, start=0):
    """A curve of `count` points that is 100 % up to a point and falls evenly after it."""
    fall = count - start - 1
    return [100.0] * start + [round(100.0 * (1 - n / fall), 3) for n in range(fall + 1)]


def structure(name, role, volume_cc):
    return {
        "name": name, "role": role, "volume_cc": volume_cc, "outside_dose_cc": 0.0,
        "interpreted_type": "",
    }  # fmt: skip


def document(**changes):
    """What `report.json` holds, as far as DVH and comparison read it."""
    made = {
        "schema_version": "1.4",
        "generated_by": "spine-radiosurgery 0.1.0",
        "generated_at": "2026-11-22T01:02:03+00:00",
        "case": {
            "identifier": "case-2eeb06",
            "patient": None,
            "image": {"modality": "CT"},
            "dose": {"label": "Plan", "summation": "PLAN", "maximum_gy": 18.0},
            "structures": [
                structure("CTV_T8", "target", 12.0), structure("SpinalCord", "cord", 5.0),
                structure("SpinalCord_Partial", "cord_volume", 1.3),
                structure("Esophagus", "organ", 10.0), structure("Vertebra_T8", "vertebra", 20.0),
            ],
        },
        "prescription": {"dose_gy": 16.0, "fractions": 1, "source": "RTPLAN"},
        "target": {
            "name": "CTV_T8", "indices": {"paddick": 0.8, "gradient": 4.0, "d2cm_gy": 6.0},
            "indices_uncertainty": {"paddick": 0.01}, "indices_reasons": {}, "indices_notes": [],
        },
        "targets": [{"name": "CTV_T8", "volume_cc": 12.0}],
        "cord": "SpinalCord",
        "cord_volumes": [
            {
                "name": "SpinalCord_Partial", "target": "CTV_T8", "volume_cc": 1.3,
                "superior_mm": 6.0, "inferior_mm": 6.0, "length_mm": 32.0, "truncated": False,
                "margin_mm": 6.0, "mode": "axial",
            }
        ],
        "verdict": {
            "status": "pass", "reason": "V10Gy = 2.7 % of the cord volume (limit 10 %)",
            "decided_by": "SpinalCord_Partial V10Gy[%]",
        },
        "metrics": [
            metric("CTV_T8", "V100%[%]", 95.0), metric("CTV_T8", "Max[Gy]", 18.0),
            metric("SpinalCord_Partial", "D10%[Gy]", 8.2), metric("SpinalCord", "Max[Gy]", 12.0),
            metric("Esophagus", "Mean[Gy]", 3.0), metric("Esophagus", "Volume[cc]", 10.0, 0.0),
        ],
        "constraints": [
            constraint("SpinalCord_Partial", "V10Gy[%]", 2.7, 10.0, role="decides"),
            constraint("SpinalCord_Partial", "V10Gy[cc]", 0.04, 0.35, role="advisory"),
            constraint("Heart", "V12Gy[cc]", None, 15.0),
        ],
        "falloff": None,
        "robustness": None,
        "biology": None,
        "dvh": {
            "dose_step_gy": 0.5,
            "curves": [
                curve("CTV_T8", "target", falling(37, 31), 12.0),
                curve("SpinalCord", "cord", falling(25), 5.0),
                curve("Esophagus", "organ", falling(20)),
                curve("SpinalCord_Partial", "cord_volume", falling(25, 3), 1.3),
                curve("Vertebra_T8", "vertebra", falling(37), 20.0),
                curve("External", "external", falling(37), 9000.0),
            ],
        },
        "warnings": [],
        "pictures": {},
        "provenance": {
            "versions": {"spine-radiosurgery": "0.1.0"},
            "parameters": {"between_contours": "slabs", "cord_margin_mm": 6.0},
            "input_files": [
                {"name": "CT/1.dcm", "kind": "CT", "sha256": "aa"},
                {"name": "RD.dcm", "kind": "RTDOSE", "sha256": "bb"},
            ],
            "protocol": {
                "identifier": "ryu-2015", "title": "Ryu 2015", "version": "1", "citation": "",
                "note": "", "sha256": "5930a7c11757d93c",
            },
        },
    }  # fmt: skip
    return {**copy.deepcopy(made), **changes}


def falloff(median_mm, **changes):
    row = {
        "plane": "axial", "from_percent": 90.0, "to_percent": 50.0, "toward": "SpinalCord",
        "median_mm": median_mm, "min_mm": 3.0, "max_mm": 8.0, "isodose_to_cord_mm": 1.0,
        "isodose_to_cord_median_mm": 2.0, "lower_bound": False, "reason": "", **changes,
    }  # fmt: skip
    return {**row, "planes": {"axial": row}}


def robustness(probability, *, sigma_mm=0.8, not_evaluable=0, toward_mm=1.0, **room):
    row = {
        "structure": "SpinalCord_Partial", "metric": "V10Gy[%]", "comparator": "<=", "limit": 10.0,
        "unit": "%", "probability": probability, "standard_error": 0.01, "lowest": probability,
        "highest": probability, "not_evaluable": not_evaluable,
    }  # fmt: skip
    return {
        "monte_carlo": {"count": 100, "sigma_mm": [sigma_mm] * 3, "sigma_deg": [0.5] * 3},
        "systematic": {"count": 39},
        "probability_of_violation": [row],
        "worst": {
            "a": {
                "structure": "SpinalCord_Partial", "metric": "V10Gy[%]", "unit": "%",
                "value": 20.0, "scenario": "2 mm toward A",
            }
        },
        "room": {
            "toward_target_mm": toward_mm, "more_than": False, "limit": "a <= 1", "reason": "",
            "scale_factor": 1.2, "scale_limit": "a <= 1", "scale_reason": "",
            "sentences": ["x <= 1"], **room,
        },
    }  # fmt: skip


def biology(bed_gy, alpha_beta_gy=2.0):
    row = {
        "structure": "SpinalCord_Partial", "metric": "D10%[Gy]", "dose_gy": 8.0, "bed_gy": bed_gy,
        "bed_uncertainty_gy": 0.1, "eqd2_gy": bed_gy / 2, "eqd2_uncertainty_gy": 0.1,
        "beyond_model": bed_gy > 100.0, "reason": "",
    }  # fmt: skip
    return {"alpha_beta_gy": alpha_beta_gy, "limits_of_use": "Handle with care.", "rows": [row]}
