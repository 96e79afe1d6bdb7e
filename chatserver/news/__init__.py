"""News: what a page is told without a socket, for networks that let none through."""
