"""Foundings: agencies that an operator has planned, and the moment in which one of them comes into being."""
