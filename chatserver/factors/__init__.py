"""What somebody who works here shows besides a password: codes of an app, passkeys, spare codes on paper."""
