"""The one complaint about input that every room raises and only panel and command line catch."""

from __future__ import annotations


class InputError(ValueError):
    """Input that cannot be used; the message is one sentence a clinician understands.

    It names what is wrong, where (file or structure), the value with its unit, and what to do.
    """
