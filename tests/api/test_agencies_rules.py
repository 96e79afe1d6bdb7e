"""Who is responsible, and what is a postal code: rules without a database."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from chatserver.agencies.model import Agency, Area, Candidate, check_postal_code, codes_that_begin, responsible
from chatserver.agencies.topics import GENERAL, TOPICS, topic_named
from chatserver.demo.cast import AGENCIES
from chatserver.errors import PostalCodeInvalid, TopicUnknown
from crypto import check_name, check_strength


def agency(name: str) -> Agency:
    return Agency(
        id=name, name=name, about_de="", about_en="", address="", phone="", zone="Europe/Berlin",
        root_fingerprint=bytes(32), fallback=False,
    )  # fmt: skip


def test_the_narrowest_area_comes_first_then_the_fewest_who_wait_then_the_name() -> None:
    """The nearest agency, and always in the same order; one that serves a code twice is there once."""
    wide, busy, calm, same = (
        Candidate(agency("Alpha"), Area("48000", "48999"), 0),
        Candidate(agency("Beta"), Area("48143", "48167"), 3),
        Candidate(agency("Gamma"), Area("48143", "48167"), 1),
        Candidate(agency("Delta"), Area("48143", "48167"), 1),
    )
    again = Candidate(wide.agency, Area("48147", "48147", "debt"), 0)
    assert [one.name for one in responsible([wide, busy, calm, same])] == ["Delta", "Gamma", "Beta", "Alpha"]
    assert [one.name for one in responsible([wide, busy, again])] == ["Alpha", "Beta"]
    assert responsible([]) == []


def test_at_most_five_are_offered() -> None:
    """The first five of the order."""
    many = [Candidate(agency(f"Haus {number}"), Area("48143", "48143")) for number in range(9)]
    assert [one.name for one in responsible(reversed(many))] == [f"Haus {number}" for number in range(5)]


@pytest.mark.parametrize(
    ("begins", "first", "last"), [("48", "48000", "48999"), ("0106", "01060", "01069"), ("48143", "48143", "48143")]
)
def test_the_beginning_of_a_code_stands_for_all_that_begin_so(begins: str, first: str, last: str) -> None:
    """Two digits at least: one is a tenth of the country."""
    assert codes_that_begin(begins) == Area(first, last)


@pytest.mark.parametrize("begins", ["", "4", "00", "48143x", "481430", "٤٨", "99999", "-1"])
def test_what_no_code_begins_with_is_refused(begins: str) -> None:
    """As what is no code at all."""
    with pytest.raises(PostalCodeInvalid):
        codes_that_begin(begins)


@pytest.mark.parametrize("code", ["48143", "01067", "99998", "01001"])
def test_five_digits_of_germany_are_a_postal_code(code: str) -> None:
    """Leading noughts included."""
    assert check_postal_code(code) == code


@pytest.mark.parametrize(
    "code", ["", "4814", "481430", "00999", "99999", "4814a", "٤٨١٤٣", "48143\n", " 48143", "D-48143", "1" * 10_000]
)
def test_anything_else_is_none(code: str) -> None:
    """Foreign digits and stray spaces included."""
    with pytest.raises(PostalCodeInvalid):
        check_postal_code(code)


@given(some.text(max_size=60))
def test_only_the_seventeen_codes_are_topics(code: str) -> None:
    """No other text is one, whatever it looks like."""
    known = {topic.code for topic in TOPICS}
    if code in known:
        assert topic_named(code).code == code
    else:
        with pytest.raises(TopicUnknown):
            topic_named(code)


def test_there_are_seventeen_topics_with_words_in_both_languages() -> None:
    """And one of them is for whoever does not know where they belong."""
    assert len({topic.code for topic in TOPICS}) == 17
    assert topic_named(GENERAL) in TOPICS
    assert all(words.name and words.line for topic in TOPICS for words in (topic.de, topic.en))


def test_the_demonstration_covers_every_topic_and_has_one_fallback() -> None:
    """Six agencies, three counsellors each."""
    assert len(AGENCIES) == 6
    assert {code for plan in AGENCIES for code in plan.topics} == {topic.code for topic in TOPICS}
    assert [plan.fallback for plan in AGENCIES].count(True) == 1


def test_every_login_of_the_demonstration_is_a_valid_and_strong_one() -> None:
    """Each name once, each password good enough for a client's own rules."""
    workers = [worker for plan in AGENCIES for worker in (*plan.counsellors, plan.coordinator)]
    assert len({worker.name for worker in workers}) == len({worker.password for worker in workers}) == 24
    for worker in workers:
        assert check_name(worker.name) == worker.name
        check_strength(worker.password, worker.name)
