"""Hours: when a counsellor can be booked, as they set it themselves. When they are away stands in absences."""
