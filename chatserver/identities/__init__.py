"""A new identity, for a client whose vault somebody else may have opened. All moves to new keys at once, or nothing."""
