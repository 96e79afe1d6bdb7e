"""What the server promises when something breaks, shown by counted and seeded trials; see docs/reliability.md."""
