"""Study codes in the place of names and patient IDs."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import re
from pathlib import Path

from ..geometry import InputError

PREFIX = "SRS"
CODE_CHARACTERS = 8
"""40 bits: among 1000 patients, two get the same code with a chance of 1 in 2 million."""
SECRET = "SPINE_RADIOSURGERY_STUDY_SECRET"
"""Environment variable that holds the study's secret."""
SECRET_FILE = f"{SECRET}_FILE"
"""Environment variable that names a text file with the study's secret."""
_CODE = re.compile(rf"{PREFIX}-[A-Z2-7]{{{CODE_CHARACTERS}}}")
_NO_IDENTIFIERS = frozenset("0 na n/a none unknown anon anonymous anonymized patient test".split())


def study_code(identifier: str, secret: str | None = None) -> str:
    """Return a code that stands for a patient: the same one for the same identifier and secret.

    HMAC-SHA256 of the identifier (without surrounding blanks), in base 32. A study code stays what
    it is: exported objects carry it as patient ID.

    Parameters
    ----------
    identifier : str
        Such as the DICOM patient ID.
    secret : str, optional
        Known to the study's center only, and the same for all of its patients; by default
        `study_secret`. Without a secret ("") the code is a label and no protection: whoever has a
        list of possible identifiers can try them all. With one, nobody can who does not know it;
        who knows it still can.

    Raises
    ------
    InputError
        The identifier is empty: all patients without one would get the same code.

    Examples
    --------
    >>> study_code("12345", secret="known to the center only")
    'SRS-HFZ5CYJT'
    """
    text = identifier.strip()
    if not text:
        raise InputError("There is no patient ID to make a study code of; give one.")
    if _CODE.fullmatch(text):
        return text
    key = study_secret() if secret is None else secret
    digest = hmac.new(_bytes(key), _bytes(text), hashlib.sha256).digest()
    code = base64.b32encode(digest).decode("ascii")[:CODE_CHARACTERS]
    return f"{PREFIX}-{code}"


def study_secret() -> str:
    """Return the secret that the environment gives, itself or in a file; "" where there is none.

    Raises
    ------
    InputError
        The file cannot be read or is empty: codes without the secret would be other ones.
    """
    secret = os.environ.get(SECRET, "").strip()
    named = os.environ.get(SECRET_FILE, "").strip()
    if secret or not named:
        return secret
    try:
        secret = Path(named).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"The file that {SECRET_FILE} names cannot be read ({error}).") from error
    if not secret:
        raise InputError(f"The file {named} that {SECRET_FILE} names is empty; put a secret in it.")
    return secret


def tells_a_patient(identifier: str) -> bool:
    """Whether a patient ID is one, and not the word of an anonymizer."""
    return bool(identifier.strip()) and identifier.strip().casefold() not in _NO_IDENTIFIERS


def _bytes(text: str) -> bytes:
    # Identifiers out of damaged files may hold half characters.
    return text.encode("utf-8", "surrogatepass")
