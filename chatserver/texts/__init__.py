"""Texts: what the operator has to say on pages of their own, and before somebody writes."""
