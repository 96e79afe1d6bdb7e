"""Enquiries that arrive far above usual: the alarm, and setting a flood aside."""
