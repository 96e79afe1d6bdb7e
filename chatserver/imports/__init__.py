"""Other calendars of counsellors: from a file, or from an address that is read again and again.

What is kept of them is when somebody is busy. What they say besides is not looked at, and never leaves the process
that reads it.
"""
