"""The report's pictures; matplotlib is needed here and nowhere else."""
