"""Terms: when an agency works, which languages are spoken there, and by when it promises an answer."""
