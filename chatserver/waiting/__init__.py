"""Lines: who would come earlier, and is asked when a time becomes free."""
