"""A demonstration that is real: agencies, people, keys, rosters and opening hours, made as an installation would make them."""

from chatserver.demo.create import DemoLogin, create_demo

__all__ = ["DemoLogin", "create_demo"]
