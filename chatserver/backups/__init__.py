"""Backups: the database in one place, the shares and keys in another; and restoring without what was deleted since."""
