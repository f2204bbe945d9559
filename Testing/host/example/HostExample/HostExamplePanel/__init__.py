"""The pages of the example's panel."""
