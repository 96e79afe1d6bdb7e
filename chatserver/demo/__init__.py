"""A demonstration that is real: agencies, people, keys, rosters and hours, made as an installation makes them."""

from chatserver.demo.create import DemoLogin, create_demo

__all__ = ["DemoLogin", "create_demo"]
