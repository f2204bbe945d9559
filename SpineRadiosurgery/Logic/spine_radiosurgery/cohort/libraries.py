"""Libraries that only cohorts need."""

from __future__ import annotations

from importlib.util import find_spec

from ..geometry import InputError

NEEDED = ("distributed", "filelock", "lifelines", "pyarrow", "statsmodels")


def check_libraries() -> None:
    """Refuse to begin where a library is missing.

    Raises
    ------
    InputError
        It says how to install them.
    """
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        raise InputError(
            f"Cohorts need {', '.join(missing)}, which this Python does not have; "
            "install them with: pip install 'spine-radiosurgery[cohort]'"
        )
