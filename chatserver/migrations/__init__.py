"""The history of the database's form. Each step is compatible with the release before it.

`make revision MESSAGE="…"` writes the next step from the difference between the tables and the history.
"""
