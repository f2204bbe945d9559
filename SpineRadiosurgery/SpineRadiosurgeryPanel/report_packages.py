"""The Python packages that only reports need: asked for at the first report, never at start."""

import importlib.metadata
import importlib.util
from pathlib import Path

import slicer
from slicer.i18n import tr as _

REQUIREMENTS = Path(__file__).resolve().parents[1] / "Resources" / "requirements.txt"
REQUESTER = "Spine Radiosurgery"


def missingReportPackages():
    """Return the requirements that cannot be imported yet, as lines for pip."""
    lines = (line.strip() for line in REQUIREMENTS.read_text(encoding="utf-8").splitlines())
    wanted = [line for line in lines if line and not line.startswith("#")]
    return [line for line in wanted if importlib.util.find_spec(line.split(">")[0]) is None]


def ensureReportPackages():
    """Install what a report needs after asking; packages that are there keep their versions.

    :raises RuntimeError: if the user declines, or the packages are still missing afterwards.
    """
    missing = missingReportPackages()
    if not missing:
        return
    constraints = _installedVersions()
    if _hasPackaging():
        from slicer.packaging import pip_ensure

        pip_ensure(missing, constraints=constraints, requester=REQUESTER)
    elif not slicer.app.testingEnabled():
        question = _("The report needs these Python packages: {packages}. Install them now?")
        if not slicer.util.confirmOkCancelDisplay(question.format(packages=", ".join(missing))):
            raise RuntimeError(_("The report was not written: its packages were not installed."))
        slicer.util.pip_install([*missing, "-c", str(constraints)])
    importlib.invalidate_caches()
    if missingReportPackages():
        message = _("The report needs these Python packages: {packages}.")
        raise RuntimeError(message.format(packages=", ".join(missing)))


def _hasPackaging():
    """Slicer 5.12 and later ask, install and offer a restart by themselves."""
    return importlib.util.find_spec("slicer.packaging") is not None


def _installedVersions():
    """Write a constraints file that holds every installed package at its version."""
    found = {d.metadata["Name"]: d.version for d in importlib.metadata.distributions()}
    path = Path(slicer.app.temporaryPath) / "SpineRadiosurgery-constraints.txt"
    lines = (f"{name}=={version}" for name, version in sorted(found.items()) if name)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
