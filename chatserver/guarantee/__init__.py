"""The reply guarantee as rules: by when an answer is due, under which policy. Pure, and without a clock of its own."""
