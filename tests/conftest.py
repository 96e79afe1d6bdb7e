"""For all tests: how hard the property tests look. `make test-long` looks longer."""

import gc

from hypothesis import settings

settings.register_profile("long", max_examples=1000)

# Everything that is imported is looked through at each collection, a tenth of the time that the tests of the API take.
gc.set_threshold(50_000, 20, 20)
