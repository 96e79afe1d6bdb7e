"""What outsiders and insiders try. docs/security.md names every attack with its tests, wherever these stand."""
