"""Deleting a thread or an account: first the share, so that nothing anywhere can be opened, then all the rest."""
