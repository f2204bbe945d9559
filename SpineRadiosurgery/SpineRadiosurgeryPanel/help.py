"""Where the pages of the documentation are; `make extension-card` writes the address."""

DOCUMENTATION = "https://github.com/SpineRadiosurgery/SlicerSpineRadiosurgery/blob/main/docs"


def pageOf(step):
    """Return the address of the part of the tutorial that tells about a step."""
    return f"{DOCUMENTATION}/tutorial.md#{step}"
