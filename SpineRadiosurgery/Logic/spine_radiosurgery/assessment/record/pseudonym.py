"""Study codes in the place of names and patient IDs."""

from __future__ import annotations

import base64
import hashlib
import hmac

from ...geometry import InputError

PREFIX = "SRS"
CODE_CHARACTERS = 8
"""40 bits: among 1000 patients, two get the same code with a chance of 1 in 2 million."""


def study_code(identifier: str, secret: str = "") -> str:
    """Return a code that stands for a patient: the same one for the same identifier and secret.

    HMAC-SHA256 of the identifier (without surrounding blanks), in base 32.

    Parameters
    ----------
    identifier : str
        Such as the DICOM patient ID.
    secret : str
        Known to the study's center only, and the same for all of its patients. Without a secret
        the code is a label and no protection: whoever has a list of possible identifiers can try
        them all. With one, nobody can who does not know it; who knows it still can.

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
    digest = hmac.new(_bytes(secret), _bytes(text), hashlib.sha256).digest()
    code = base64.b32encode(digest).decode("ascii")[:CODE_CHARACTERS]
    return f"{PREFIX}-{code}"


def _bytes(text: str) -> bytes:
    # Identifiers out of damaged files may hold half characters.
    return text.encode("utf-8", "surrogatepass")
