"""Servers that lie: one test for each numbered attack, and what the reader sees of it."""
