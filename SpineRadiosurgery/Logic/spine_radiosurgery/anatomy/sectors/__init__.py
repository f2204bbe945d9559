"""The six sectors of a vertebra."""
