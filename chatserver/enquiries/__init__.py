"""Enquiries: writing for the first time, and being taken on."""
