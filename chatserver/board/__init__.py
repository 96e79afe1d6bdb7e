"""The board: whether an agency's promises are kept, for its coordinators. Times and topics, no names of clients."""
