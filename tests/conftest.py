"""For all tests: how hard the property tests look. `make test-long` looks longer."""

from hypothesis import settings

settings.register_profile("long", max_examples=1000)
