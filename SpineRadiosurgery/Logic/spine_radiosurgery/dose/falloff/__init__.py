"""The fall-off between two isodoses toward the cord."""
