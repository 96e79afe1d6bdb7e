"""How the promises are kept, for everybody: counted in the journal, shown without anybody in it."""
