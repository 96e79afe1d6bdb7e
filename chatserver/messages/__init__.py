"""Messages: stored in groups, each with an answer of its own."""
