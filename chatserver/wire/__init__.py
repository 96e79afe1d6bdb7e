"""What travels: types that several nouns share, and the contracts generated from the nouns' own structs."""
