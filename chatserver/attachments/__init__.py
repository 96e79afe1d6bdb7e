"""Attachments: sealed files in parts, kept for the members of a room. The server knows their length only."""
