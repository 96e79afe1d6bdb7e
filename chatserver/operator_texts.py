"""What the operator has to say in their own words: imprint, privacy notice and the like, read once at the start.

A text is a file of its own, `imprint.de.txt`, with paragraphs between blank lines; a line that begins with "# " is a
heading, one that begins with "- " stands in a list. It never becomes HTML: pages show it as text.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, Literal, get_args

from chatserver.config import Config, ConfigInvalid

TextName = Literal["imprint", "privacy", "accessibility", "minors", "secrecy", "consent"]
NAMES: Final[tuple[TextName, ...]] = get_args(TextName)
# Nobody but the operator knows what stands there.
OF_THE_OPERATOR: Final[tuple[TextName, ...]] = ("imprint", "privacy", "accessibility")
LONGEST: Final = 100_000
_BROUGHT: Final = Path(__file__).parent / "texts"


@dataclass(frozen=True, slots=True)
class OperatorText:
    """One text in both languages, either of which may be empty. `example`: a demonstration's, which binds nobody."""

    de: str = ""
    en: str = ""
    example: bool = False

    @property
    def version(self) -> str:
        """Names these very words: with the least change it is another."""
        return hashlib.sha256(f"{self.de}\0{self.en}".encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class OperatorTexts:
    """All of them, by name."""

    by_name: Mapping[TextName, OperatorText] = field(default_factory=dict)

    def named(self, name: TextName) -> OperatorText:
        """That text; an empty one where nobody has written it."""
        return self.by_name.get(name, OperatorText())

    @property
    def consent(self) -> OperatorText:
        """What clients agree to before they write."""
        return self.named("consent")


def read_texts(config: Config) -> OperatorTexts:
    """The operator's files; where one is missing, the words that come with Sprechraum. Raises ConfigInvalid.

    Imprint, privacy notice and accessibility come with it for a demonstration only, and say what they are.
    """
    return OperatorTexts({name: _text(config, name) for name in NAMES})


def _text(config: Config, name: TextName) -> OperatorText:
    own = _both(config.texts_folder, name)
    if own.de or own.en:
        return own
    if name not in OF_THE_OPERATOR:
        return _both(_BROUGHT / "words", name)
    return replace(_both(_BROUGHT / "examples", name), example=True) if config.demo else own


def _both(folder: Path, name: TextName) -> OperatorText:
    return OperatorText(de=_read(folder / f"{name}.de.txt"), en=_read(folder / f"{name}.en.txt"))


def _read(path: Path) -> str:
    try:
        text = path.read_text("utf-8-sig")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as reason:
        raise ConfigInvalid(f"The text {path} cannot be read as UTF-8: {reason}.") from reason
    if len(text) > LONGEST:
        raise ConfigInvalid(f"The text {path} is longer than {LONGEST} characters.")
    return text.strip().replace("\r\n", "\n")
