"""Nodes: several processes on one PostgreSQL, and what they tell each other through Redis.

Redis only wakes up. The database is the truth, so a word that is lost on the way delays a page until it asks again.
"""
