"""Returns: a client who writes again is offered first to whoever counselled them."""
