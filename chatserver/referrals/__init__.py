"""Referrals: a client goes on at another agency, because they want to or because a counsellor has proposed it."""
