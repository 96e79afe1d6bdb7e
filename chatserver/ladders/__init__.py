"""Ladders: at which hours of a promise somebody else hears that nobody has answered yet, for each agency."""
