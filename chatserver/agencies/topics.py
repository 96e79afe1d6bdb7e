"""The seventeen topics. A fixed table: every agency, every statistic and every client means the same by a code."""

from dataclasses import dataclass
from typing import Final

from chatserver.errors import TopicUnknown


@dataclass(frozen=True, slots=True)
class Words:
    """A name and one line, in one language."""

    name: str
    line: str


@dataclass(frozen=True, slots=True)
class Topic:
    """What somebody may come with. `young`: German pages say "du"."""

    code: str
    de: Words
    en: Words
    young: bool = False


# Whoever does not know where they belong belongs here.
GENERAL: Final = "general"

TOPICS: Final = (
    Topic(
        "family",
        Words("Eltern und Familie", "Streit zu Hause, Trennung, Sorgen um ein Kind oder einfach zu viel auf einmal."),
        Words("Parents and family", "Rows at home, a separation, worries about a child, or simply too much at once."),
    ),
    Topic(
        "youth",
        Words(
            "Kinder und Jugend", "Stress mit Eltern, Schule oder Freunden, oder etwas, das du niemandem sagen magst."
        ),
        Words(
            "Children and young people", "Trouble with parents, school or friends, or something you cannot tell anyone."
        ),
        young=True,
    ),
    Topic(
        "addiction",
        Words(
            "Sucht",
            "Alkohol, Drogen, Tabletten, Spielen, Medien: bei Ihnen selbst oder bei jemandem, der Ihnen nahesteht.",
        ),
        Words("Addiction", "Alcohol, drugs, pills, gambling, screens: your own, or that of somebody close to you."),
    ),
    Topic(
        "pregnancy",
        Words(
            "Schwangerschaft",
            "Fragen, Sorgen und Hilfen vor, während und nach einer Schwangerschaft, auch wenn alles offen ist.",
        ),
        Words("Pregnancy", "Questions, worries and support before, during and after a pregnancy, whatever you decide."),
    ),
    Topic(
        "debt",
        Words("Schulden", "Rechnungen, Mahnungen, Pfändung: gemeinsam ordnen, was jetzt wichtig ist."),
        Words("Debt", "Bills, reminders, bailiffs: sorting out together what matters now."),
    ),
    Topic(
        "migration",
        Words("Migration", "Ankommen, Aufenthalt, Sprache, Arbeit und Familie, wenn Deutschland neu für Sie ist."),
        Words("Migration", "Arriving, residence, language, work and family when Germany is new to you."),
    ),
    Topic(
        "emigration",
        Words("Auswandern und Rückkehr", "Ins Ausland gehen, für länger bleiben oder nach Jahren zurückkommen."),
        Words("Emigration and return", "Going abroad, staying for longer, or coming back after years."),
    ),
    Topic(
        "disability",
        Words(
            "Behinderung und seelische Gesundheit",
            "Leben mit Behinderung oder psychischer Erkrankung, für Betroffene und Angehörige.",
        ),
        Words(
            "Disability and mental health",
            "Living with a disability or a mental illness, for those concerned and their families.",
        ),
    ),
    Topic(
        "old_age",
        Words(
            "Leben im Alter", "Pflege, Wohnen, Alleinsein, Vergessen: für ältere Menschen und alle, die sich kümmern."
        ),
        Words(
            "Living in old age", "Care, housing, loneliness, forgetting: for older people and all who look after them."
        ),
    ),
    Topic(
        "guardianship",
        Words(
            "Rechtliche Betreuung",
            "Vollmacht, Betreuung, Patientenverfügung: wer entscheidet, wenn jemand es selbst nicht kann.",
        ),
        Words("Legal guardianship", "Powers of attorney, guardians, living wills: who decides when somebody cannot."),
    ),
    Topic(
        "offending",
        Words("Straffälligkeit", "Anzeige, Haft, Entlassung: für Menschen, die straffällig wurden, und ihre Familien."),
        Words("Offending", "Charges, prison, release: for people who have offended, and their families."),
    ),
    Topic(
        "hiv",
        Words("HIV und Aids", "Test, Ansteckung, Leben mit HIV: offen fragen, ohne beurteilt zu werden."),
        Words("HIV and Aids", "Tests, infection, living with HIV: ask openly, without being judged."),
    ),
    Topic(
        "hospice",
        Words(
            "Hospiz und Palliativ",
            "Wenn das Leben zu Ende geht: Begleitung für Schwerkranke und alle, die bei ihnen sind.",
        ),
        Words(
            "Hospice and palliative care",
            "When life comes to its end: company for the gravely ill and all who are with them.",
        ),
    ),
    Topic(
        "grief",
        Words("Trauer", "Jemand fehlt. Schreiben, was sonst keinen Platz hat, gleich oder nach langer Zeit."),
        Words("Grief", "Somebody is missing. Write what has no place elsewhere, right away or after a long time."),
    ),
    Topic(
        "men",
        Words(
            "Männer und Jungen",
            "Druck, Wut, Trennung, Vaterschaft, Gewalt erlebt oder ausgeübt: hier darf es zur Sprache kommen.",
        ),
        Words(
            "Men and boys", "Pressure, anger, separation, fatherhood, violence suffered or done: here it can be said."
        ),
    ),
    Topic(
        "health_cures",
        Words(
            "Kuren für Mütter und Väter", "Erschöpft sein dürfen: der Weg zu einer Kur, allein oder mit den Kindern."
        ),
        Words(
            "Health cures for mothers and fathers",
            "Being allowed to be exhausted: the way to a cure, alone or with the children.",
        ),
    ),
    Topic(
        GENERAL,
        Words(
            "Allgemeine Sozialberatung", "Alles andere, oder wenn Sie nicht wissen, wohin damit: hier sind Sie richtig."
        ),
        Words(
            "General social counselling",
            "Anything else, or if you do not know where it belongs: this is the right place.",
        ),
    ),
)
_BY_CODE: Final = {topic.code: topic for topic in TOPICS}


def topic_named(code: str) -> Topic:
    """The topic with this code; else TopicUnknown."""
    try:
        return _BY_CODE[code]
    except KeyError:
        raise TopicUnknown from None
