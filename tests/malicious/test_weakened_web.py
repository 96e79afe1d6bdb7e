"""The build that the attacks on the browser are shown with."""

from pathlib import Path

from tests.malicious.weakened_web import without


def test_every_defence_that_can_be_taken_out_is_in_the_build(weakened_site: Path) -> None:
    """And in it only: the product's own build knows no such switch."""
    built = "".join(one.read_text("utf-8") for one in (weakened_site / "assets").glob("*.js"))
    assert '__without?.has("T11")' in built
    sources = Path(__file__).parents[2] / "web" / "src"
    assert not any("__without" in one.read_text("utf-8") for one in sources.rglob("*.ts"))


def test_what_a_page_runs_first_names_the_attacks() -> None:
    """In the words of the build."""
    assert without("T1", "T11") == 'globalThis.__without = new Set(["T1", "T11"]);'
