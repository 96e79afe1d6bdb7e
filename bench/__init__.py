"""How fast Sprechraum is on this machine, and whether what was counted really happened. See README.md."""
