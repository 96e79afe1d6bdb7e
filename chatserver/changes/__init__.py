"""Changes: keeping a hold longer, moving an appointment, saying that nobody came; and clocks whose rules change."""
