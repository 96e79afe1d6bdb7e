"""Profile and terms of an agency as a file that people edit: JSON, every mistake with its line or its field."""

import json
from typing import Final

import msgspec

from chatserver.profiles.wire import Profile
from chatserver.terms.wire import WantedTerms

ENDING: Final = ".settings"
_LONGEST: Final = 1024 * 1024


class FileInvalid(Exception):  # noqa: N818  named by what is the case
    """A file that holds no settings. Its text is the sentence that the operator gets to read."""


class Settings(msgspec.Struct, forbid_unknown_fields=True):
    """Whose, and which. The agency is known by its name, which no file changes."""

    agency: str
    profile: Profile
    terms: WantedTerms


def settings_as_text(settings: Settings) -> str:
    """The file, to be read and edited."""
    return msgspec.json.format(msgspec.json.encode(settings), indent=2).decode() + "\n"


def settings_in(text: str) -> Settings:
    """Reads one. Raises FileInvalid."""
    if len(text) > _LONGEST:
        raise FileInvalid(f"the file has more than {_LONGEST // 2**20} MB.")
    try:
        return msgspec.convert(json.loads(text), Settings)
    except json.JSONDecodeError as reason:
        raise FileInvalid(f"line {reason.lineno}, column {reason.colno}: this is no JSON ({reason.msg}).") from None
    except msgspec.ValidationError as reason:
        raise FileInvalid(f"{reason}.") from None
    except RecursionError:
        raise FileInvalid("this is too deep for a file of settings.") from None
