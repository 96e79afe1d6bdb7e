"""Holdings: everything that the server holds about one person, for that person."""
