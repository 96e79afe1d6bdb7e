"""docs/privacy.md names everything that is stored: whoever adds a column says what for, and for how long."""

import re
from pathlib import Path
from typing import Final

import chatserver.tables
from booking.tables import metadata

ROOT: Final = Path(__file__).parents[2]
PAGE: Final = (ROOT / "docs" / "privacy.md").read_text("utf-8")
WEB: Final = ROOT / "web" / "src"
IN_THE_BROWSER: Final = {"cookie", "sessionStorage", "IndexedDB"}
_ROW: Final = re.compile(r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
_NAMED: Final = re.compile(r"`([^`]+)`")
# Every way in which a page can keep something.
_KEEPS: Final = re.compile(
    r"localStorage|sessionStorage|indexedDB|openDB|document\.cookie|cookieStore|\bcaches\b|navigator\.storage"
)
# Where something is kept, and which keys: whoever keeps more adds it here and to the page.
_KEEPERS: Final = {
    "ui/shared/language.svelte.ts": {"language"},
    "state/provider.ts": {"provider-journey"},
    "store/outbox-shelf.ts": {"sprechraum/drafts", "sprechraum/outbox"},
}
_OBJECT_STORE: Final = re.compile(r'createObjectStore\("([^"]+)"')
_STORAGE_KEY: Final = re.compile(r"sessionStorage\.(?:get|set|remove)Item\(([^,)]+)")


def rows() -> list[tuple[str, set[str], str, str]]:
    """Every row of every table of the page: what, its names, what for, until when."""
    listed = [
        (row[0].strip(), set(_NAMED.findall(row[1])), row[2].strip(), row[3].strip()) for row in _ROW.findall(PAGE)
    ]
    return [row for row in listed if row[1]]


def without_comments(source: str) -> str:
    """What runs."""
    return re.sub(r"/\*.*?\*/|//[^\n]*", "", source, flags=re.DOTALL)


def test_every_table_and_column_is_listed_and_nothing_that_is_not_there() -> None:
    """The declared tables are what migrations make of the database; another test compares these."""
    assert chatserver.tables.accounts.metadata is metadata
    listed = {what: names for what, names, _, _ in rows() if what not in IN_THE_BROWSER}
    stored = {table.name: {column.name for column in table.columns} for table in metadata.sorted_tables}
    assert listed == stored


def test_everything_that_is_listed_says_what_for_and_until_when() -> None:
    """A row with an empty cell would tell nobody anything."""
    assert [what for what, _, purpose, until in rows() if len(purpose) < 8 or len(until) < 4] == []


def test_no_page_keeps_anything_that_is_not_listed() -> None:
    """Found in the source: every place that could keep something in a browser is known, with its keys."""
    sources = [
        path for path in WEB.rglob("*") if path.suffix in {".ts", ".svelte", ".js"} and ".test." not in path.name
    ]
    # Generated for the words, with ways to keep a language that this build does not choose.
    files = [path for path in sources if "paraglide" not in path.parts]
    keeping = {str(path.relative_to(WEB)) for path in files if _KEEPS.search(without_comments(path.read_text("utf-8")))}
    assert keeping == set(_KEEPERS)
    listed = set().union(*(names for where, names, _, _ in rows() if where in IN_THE_BROWSER - {"cookie"}))
    assert listed == set().union(*_KEEPERS.values())


def test_the_keys_are_those_that_the_source_uses() -> None:
    """A second object store, or a second key beside the language, is found, too."""
    shelf = (WEB / "store/outbox-shelf.ts").read_text("utf-8")
    name = re.search(r'^const NAME = "([^"]+)";', shelf, re.MULTILINE)
    assert name is not None
    assert {f"{name[1]}/{store}" for store in _OBJECT_STORE.findall(shelf)} == _KEEPERS["store/outbox-shelf.ts"]
    language = (WEB / "ui/shared/language.svelte.ts").read_text("utf-8")
    assert set(_STORAGE_KEY.findall(language)) == {"KEPT_AS"}
    assert 'const KEPT_AS = "language";' in language
