"""The operator's own words: read from files, looked for by the check, and in a demonstration plainly examples."""

from pathlib import Path

import pytest

from chatserver.checks import findings
from chatserver.config import Config, ConfigInvalid
from chatserver.operator_texts import NAMES, OF_THE_OPERATOR, OperatorText, read_texts


def written(folder: Path, **texts: str) -> None:
    """Files as an operator has them: `imprint_de="…"`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name.replace('_', '.')}.txt").write_text(text, "utf-8")


async def bad(config: Config) -> list[str]:
    """What the check finds about texts."""
    return [one.line for one in await findings(config) if one.bad and ("text" in one.line)]


async def test_the_check_fails_while_imprint_privacy_notice_or_accessibility_are_missing(tmp_path: Path) -> None:
    """And names the file that is to be written; one of blanks is none."""
    config = Config(var=tmp_path)
    assert len(await bad(config)) == 3
    written(config.texts_folder, imprint_de="Verein", privacy_de=" \n", accessibility_en="Only in English")
    lines = await bad(config)
    assert [line.split()[3].rstrip(":") for line in lines] == ["privacy", "accessibility"]
    assert str(config.texts_folder / "privacy.de.txt") in lines[0]
    written(config.texts_folder, privacy_de="Datenschutz", accessibility_de="Barrieren")
    assert await bad(config) == []


async def test_a_demonstration_has_examples_that_say_so(tmp_path: Path) -> None:
    """In both languages, in the first word; elsewhere nobody gets them."""
    demo, real = read_texts(Config(var=tmp_path, demo=True)), read_texts(Config(var=tmp_path))
    for name in OF_THE_OPERATOR:
        example = demo.named(name)
        assert (example.example, example.de.split()[0], example.en.split()[0]) == (True, "BEISPIEL.", "EXAMPLE.")
        assert real.named(name) == OperatorText()
    assert any("examples of the demonstration" in one.line for one in await findings(Config(var=tmp_path, demo=True)))


def test_what_is_said_before_the_first_message_comes_with_it_and_can_be_replaced(tmp_path: Path) -> None:
    """Minors, secrecy and consent: nobody starts without words."""
    config = Config(var=tmp_path)
    brought = read_texts(config)
    assert all(brought.named(name).de and brought.named(name).en for name in NAMES if name not in OF_THE_OPERATOR)
    written(config.texts_folder, secrecy_de="Wir schweigen.\r\nImmer.\n")
    own = read_texts(config)
    assert own.named("secrecy") == OperatorText("Wir schweigen.\nImmer.")
    assert own.named("minors") == brought.named("minors")


def test_with_the_least_change_it_is_another_version(tmp_path: Path) -> None:
    """Nobody has to remember to count; and a word that moves from one language to the other is a change, too."""
    assert len({OperatorText(*words).version for words in (("a", "b"), ("a.", "b"), ("ab", ""), ("", "ab"))}) == 4
    assert OperatorText("a", "b").version == OperatorText("a", "b", example=True).version
    assert read_texts(Config(var=tmp_path)).consent.version == read_texts(Config(var=tmp_path)).consent.version


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"x" * 100_001])
async def test_a_text_that_cannot_be_read_ends_the_start_with_one_sentence(tmp_path: Path, content: bytes) -> None:
    """Better than a page with half a notice."""
    config = Config(var=tmp_path)
    config.texts_folder.mkdir()
    (config.texts_folder / "imprint.de.txt").write_bytes(content)
    with pytest.raises(ConfigInvalid, match=r"imprint\.de\.txt"):
        read_texts(config)
    assert any("damaged" in line for line in await bad(config))
