"""Groups: several people take seats at one time with a counsellor, each under a name of their own choice."""
