"""The vertebral levels: their names, label numbers, order and neighbours."""
