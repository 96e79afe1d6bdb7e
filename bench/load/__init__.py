"""The load generator: pages of its own, in a process of its own, so that it is never what is measured."""
