"""Appointments: agreeing on a time, and the live chat when it has come."""
