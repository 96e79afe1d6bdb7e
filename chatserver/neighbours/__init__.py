"""Neighbours: other agencies of the region, asked to help before a promise is broken, if the client wants that."""
