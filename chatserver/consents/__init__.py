"""Consents: that a client has agreed to what their words are used for, to which wording, and since when."""
