"""Staff: who works at an agency, as its own people see it."""
