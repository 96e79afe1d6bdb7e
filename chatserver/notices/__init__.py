"""Notices: what people are told besides messages."""
