"""Waivers: messages that nobody has to answer, and people who may write no more; each looked at by a coordinator."""
