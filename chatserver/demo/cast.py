"""The demonstration's agencies and the people who work there. Names are invented, postal codes are real.

The telephone numbers are from a block that the Bundesnetzagentur keeps free for films: nobody is called by mistake.
"""

import hashlib
from dataclasses import dataclass
from typing import Final

from chatserver.agencies.model import Area

ZONE: Final = "Europe/Berlin"


@dataclass(frozen=True, slots=True)
class Worker:
    """Somebody who works at an agency. The password is printed at every start: it protects invented letters only."""

    name: str
    display_name: str
    password: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoAgency:
    """One agency, its three counsellors and the person who keeps its roster."""

    name: str
    about_de: str
    about_en: str
    address: str
    phone: str
    areas: tuple[Area, ...]
    topics: tuple[str, ...]
    counsellors: tuple[Worker, Worker, Worker]
    coordinator: Worker
    fallback: bool = False
    # People may also call there, or come.
    meets: bool = False


def demo_secret(name: str) -> bytes:
    """What the codes of this person's app come from: the same in every demonstration, and no secret to anybody."""
    return hashlib.sha256(f"sprechraum demonstration {name}".encode()).digest()[:20]


MUENSTER: Final = Area("48143", "48167")

KREUZVIERTEL: Final = DemoAgency(
    name="Beratungshaus Kreuzviertel",
    about_de="Für Familien, Jugendliche und alle, die es einmal waren, mitten in Münster.",
    about_en="For families, young people and everybody who once was one, in the middle of Münster.",
    address="Kreuzweg 14, 48147 Münster",
    phone="030 23125 017",
    areas=(MUENSTER,),
    topics=("family", "youth", "pregnancy", "men", "health_cures"),
    counsellors=(
        Worker("lohmann", "Frau Lohmann", "kastanie rollt heimlich 58"),
        Worker("ebbers", "Herr Ebbers", "drei krumme leuchttürme"),
        Worker("akkerman", "Robin Akkerman", "teekanne pfeift im regen"),
    ),
    coordinator=Worker("demir", "Frau Demir", "zwölf gläser pflaumenmus"),
    meets=True,
)

ANKER: Final = DemoAgency(
    name="Anker Suchtberatung",
    about_de="Bei Sucht, nach der Haft, bei Schulden und rund um HIV: vertraulich und ohne Vorwürfe.",
    about_en="On addiction, after prison, with debts and around HIV: in confidence and without reproach.",
    address="Am Hafenbecken 3, 48155 Münster",
    phone="030 23125 024",
    areas=(MUENSTER, Area("48268", "48268"), Area("48291", "48291")),
    topics=("addiction", "debt", "offending", "hiv"),
    counsellors=(
        Worker("berger", "Frau Berger", "lampe sucht garten 71"),
        Worker("yilmaz", "Herr Yilmaz", "granatapfel auf dem dach"),
        Worker("nowak", "Herr Nowak", "leiser zug nach norden"),
    ),
    coordinator=Worker("hagemann", "Frau Hagemann", "siegellack und brombeeren"),
)

LOTSENSTELLE: Final = DemoAgency(
    name="Lotsenstelle Münsterland",
    about_de="Erste Anlaufstelle für alles, was nirgends hineinpasst, und für alle, die nicht wissen, wohin.",
    about_en="The first place to go with whatever fits nowhere, and for all who do not know where to turn.",
    address="Domgasse 8, 48143 Münster",
    phone="030 23125 031",
    areas=(MUENSTER,),
    topics=(
        "general", "migration", "emigration", "disability", "old_age", "guardianship", "hospice", "grief",
    ),
    counsellors=(
        Worker("okafor", "Frau Okafor", "papierdrachen über wiesen"),
        Worker("schulte", "Herr Schulte", "alte standuhr geht vor"),
        Worker("haddad", "Frau Haddad", "zimt im morgenkaffee 26"),
    ),
    coordinator=Worker("brandt", "Herr Brandt", "kompass ohne nadelöhr"),
    fallback=True,
)  # fmt: skip

EMSUFER: Final = DemoAgency(
    name="Emsufer Beratung Warendorf",
    about_de="Beratung im Kreis Warendorf und in Hamm, für jedes Alter.",
    about_en="Counselling in the district of Warendorf and in Hamm, for every age.",
    address="Uferstraße 21, 48231 Warendorf",
    phone="030 23125 038",
    areas=(
        Area("48231", "48231"),
        Area("48291", "48291"),
        Area("48317", "48346"),
        Area("59063", "59077"),
        Area("59227", "59229"),
        Area("59269", "59269"),
        Area("59302", "59320"),
    ),
    topics=("general", "family", "youth", "debt", "disability", "old_age", "pregnancy"),
    counsellors=(
        Worker("kowalczyk", "Frau Kowalczyk", "silberne gabel im heu"),
        Worker("nguyen", "Herr Nguyen", "bambus neben apfelbaum"),
        Worker("althoff", "Frau Althoff", "wolldecke für den esel"),
    ),
    coordinator=Worker("terhorst", "Frau Terhorst", "neun fenster zum fluss"),
)

BAUMBERGE: Final = DemoAgency(
    name="Baumberge Beratung",
    about_de="Für den Kreis Coesfeld: Familie, Schwangerschaft, Alter, Abschied und Trauer.",
    about_en="For the district of Coesfeld: family, pregnancy, old age, farewell and grief.",
    address="Sandsteinweg 5, 48653 Coesfeld",
    phone="030 23125 045",
    areas=(
        Area("48653", "48653"),
        Area("48249", "48249"),
        Area("59348", "59348"),
        Area("48301", "48308"),
        Area("48720", "48727"),
    ),
    topics=("general", "family", "pregnancy", "old_age", "guardianship", "hospice", "grief", "health_cures"),
    counsellors=(
        Worker("petrovic", "Herr Petrović", "birnbaum trägt laternen"),
        Worker("lindner", "Frau Lindner", "vierzig schritte barfuß"),
        Worker("sommer", "Frau Sommer", "hummel im handschuh 93"),
    ),
    coordinator=Worker("reismann", "Herr Reismann", "sandstein wird nie müde"),
)

TORHAUS: Final = DemoAgency(
    name="Torhaus Rheine-Steinfurt",
    about_de="Für den Kreis Steinfurt: Ankommen, Sucht, Gesundheit, Recht und alles dazwischen.",
    about_en="For the district of Steinfurt: arriving, addiction, health, law and all between.",
    address="Torplatz 2, 48431 Rheine",
    phone="030 23125 052",
    areas=(Area("48429", "48432"), Area("48565", "48565"), Area("48268", "48268"), Area("48282", "48282")),
    topics=(
        "general",
        "migration",
        "emigration",
        "addiction",
        "disability",
        "guardianship",
        "men",
        "youth",
        "offending",
    ),
    counsellors=(
        Worker("mensah", "Frau Mensah", "trommel unter der treppe"),
        Worker("van-dijk", "Herr van Dijk", "fahrrad mit rückenwind 12"),
        Worker("kaya", "Frau Kaya", "salzstein am fensterbrett"),
    ),
    coordinator=Worker("overbeck", "Frau Overbeck", "brücke aus nussbaumholz"),
)

AGENCIES: Final = (KREUZVIERTEL, ANKER, LOTSENSTELLE, EMSUFER, BAUMBERGE, TORHAUS)
