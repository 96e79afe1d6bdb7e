"""Absences: who is away until when, and who stands in. Their time is the calendar's: it takes slots away, too."""
