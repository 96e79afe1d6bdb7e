"""Declines: a counsellor does not take an enquiry, and says why; it stays with their colleagues."""
