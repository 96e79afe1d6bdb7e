"""The vault: where a person's keys lie, sealed, so that a name and a password suffice in any browser."""
