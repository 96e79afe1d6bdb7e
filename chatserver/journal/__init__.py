"""The journal: what has become of each promise, in a chain of commitments that nobody can rewrite unseen."""
