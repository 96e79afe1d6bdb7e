"""Takeovers: a colleague on duty answers in the place of one who cannot."""
