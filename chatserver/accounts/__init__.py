"""Who somebody is to the server: a name, a role, public keys, sessions."""
