"""Profiles: what an agency says of itself, and which topics and postal codes it serves."""
