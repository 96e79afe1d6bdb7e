"""Assignments: a coordinator asks a colleague to take what waits. The colleague carries it out, with their own keys."""
