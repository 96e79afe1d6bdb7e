"""Signing in by an identity provider (OpenID Connect): staff only, and in the place of the password only."""
