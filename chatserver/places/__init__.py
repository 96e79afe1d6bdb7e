"""Places: the rooms of an agency in which people meet, and what whoever comes there has to know."""
