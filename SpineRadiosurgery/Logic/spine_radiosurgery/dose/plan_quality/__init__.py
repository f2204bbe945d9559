"""Conformity, gradient, homogeneity and dose away from the target."""
