"""The command line: `spine-radiosurgery`."""

from __future__ import annotations

import os

# Our matrix products are thin: threads of the linear algebra library would only wait for each
# other and for the threads that sample structures side by side. It reads this when numpy loads.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from .app import main

__all__ = ["main"]
