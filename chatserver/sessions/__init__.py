"""Log-ins: a person's own, and the second factor shown once more in one of them."""
