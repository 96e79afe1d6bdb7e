"""Deliveries: the outbox for what leaves the server by itself, neutral mails and pushes to those who asked."""
