"""Ways: where people want to be told that there is something new while no page of theirs is open."""
