"""The audit log: what the people of an agency have done there, for its coordinators."""
