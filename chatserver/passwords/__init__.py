"""Another password, or a way in without one: what the server checks and the vault's slots change together, or not."""
