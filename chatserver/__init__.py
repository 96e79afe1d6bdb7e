"""Everything that happens over a socket, over HTTP, or by the clock."""

from typing import Final

__version__: Final = "0.1.0"
