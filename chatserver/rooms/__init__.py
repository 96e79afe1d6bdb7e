"""Rooms: gapless, hash-chained sequences of sealed items that their members share."""
