"""The directory: an operator's file, row by row; who is found near whom; what is too old."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.cli import main
from app.directory import import_sample
from restitution.directory import Directory, directory, search
from restitution.geography import commune_key, haversine
from restitution.paper import SCREEN_ONLY
from restitution.places import Place, national
from restitution.places_file import BadPlaces, read_places
from store import places
from store.database import open_database
from tests.advising import rules
from tests.professionals import House
from tests.serving import make

TODAY = date(2026, 11, 26)
HEAD = (
    "Nom;Thème;Adresse;Commune;Code postal;Latitude;Longitude;Téléphone;Horaires;Langues;Coût;"
    "Relu le"
)
LILLE = (
    "CSAPA du Port;Addictions;1 rue du Port;Lille;59000;50,63;3,06;320000000;9 h-17 h;"
    "français, anglais;gratuit;01/10/2026"
)


def file(*rows: str, head: str = HEAD, encoding: str = "utf-8-sig") -> bytes:
    return "\r\n".join((head, *rows, "")).encode(encoding)


def read(*rows: str, **how: str) -> list[Place]:
    return read_places(file(*rows, **how), rules().subjects, TODAY)


def problems(*rows: str, **how: str) -> tuple[str, ...]:
    with pytest.raises(BadPlaces) as found:
        read(*rows, **how)
    return found.value.problems


def test_the_cartography_has_its_seven_subjects_and_twelve_maps():
    subjects = rules().subjects
    assert len(subjects) == 7
    assert sum(len(each.maps) for each in subjects) == 12


# -- the file --------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_file_is_read_as_french_spreadsheets_write_it(encoding):
    (place,) = read(LILLE, encoding=encoding)
    assert replace(place, id="") == Place(
        id="", name="CSAPA du Port", themes=("addictions",), address="1 rue du Port",
        commune="Lille", postcode="59000", latitude=50.63, longitude=3.06, phone="03 20 00 00 00",
        hours="9 h-17 h", languages=("fr", "en"), cost="gratuit", reviewed="2026-10-01",
    )  # fmt: skip


@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_other_separators_and_english_headings_are_taken(separator):
    head = separator.join(("name", "theme", "city", "postcode", "reviewed"))
    row = separator.join(("A", "tobacco", "Lille", "59000", "2026-10-01"))
    (place,) = read(row, head=head)
    assert (place.themes, place.reviewed) == (("tobacco",), "2026-10-01")


def test_a_postcode_and_a_number_that_lost_their_zero_get_it_back():
    (place,) = read("Centre;Dépistage;;Bourg;1000;;;474000000;;;;")
    assert (place.postcode, place.phone) == ("01000", "04 74 00 00 00")


def test_several_themes_stand_in_one_cell():
    (place,) = read("Centre;tabac, Alcool ;;Lille;59000;;;;;;;")
    assert place.themes == ("tobacco", "alcohol")


def test_a_cell_with_a_line_break_counts_as_one_row():
    two = '"Centre\nde santé";tabac;;Lille;59000;;;;;;;'
    assert read(two)[0].name == "Centre de santé"
    assert problems(two, "B;inconnu;;Lille;59000;;;;;;;")[0].startswith("row 3, theme: ")


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (";tabac;;Lille;59000;;;;;;;", "row 2, nom: empty: fill it in"),
        ("A;;;Lille;59000;;;;;;;", "row 2, theme: empty: fill it in"),
        ("A;tabac;;;59000;;;;;;;", "row 2, commune: empty: fill it in"),
        ("A;tabacc;;Lille;59000;;;;;;;", "row 2, theme: no theme called 'tabacc': use one of Vacc"),
        ("A;tabac;;Lille;590;;;;;;;", "row 2, code postal: '590' is no postcode"),
        ("A;tabac;;Lille;59000;50,6;;;;;;", "row 2, longitude: empty: give both"),
        ("A;tabac;;Lille;59000;nord;3,06;;;;;", "row 2, latitude: 'nord' is no number"),
        ("A;tabac;;Lille;59000;nan;3,06;;;;;", "row 2, latitude: 'nan' is no number"),
        ("A;tabac;;Lille;59000;95;3,06;;;;;", "row 2, latitude: over 90"),
        ("A;tabac;;Lille;59000;3,06;50,6;;;;;", "row 2, latitude: 3.06 and 50.6 look exchanged"),
        ("A;tabac;;Lille;59000;;;03 20 00;;;;", "row 2, telephone: '03 20 00' is no phone number"),
        ("A;tabac;;Lille;59000;;;;;latinois;;", "row 2, langues: no language called 'latinois'"),
        ("A;tabac;;Lille;59000;;;;;;;31/02/2026", "row 2, relu le: '31/02/2026' is no date"),
        ("A;tabac;;Lille;59000;;;;;;;27/11/2026", "row 2, relu le: '27/11/2026' has not come yet"),
        (f"{'A' * 301};tabac;;Lille;59000;;;;;;;", "row 2, nom: over 300 characters"),
        ("A;tabac;;Lille;59000;;;;;;;;surplus", "row 2: more cells than columns"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_by_its_row_and_column(row, told):
    (only,) = problems(row)
    assert only.startswith(told)


def test_every_mistake_of_every_row_is_named_at_once():
    found = problems(LILLE, ";tabac;;;59000;;;;;;;", "A;x;;Lille;59000;;;;;;;", LILLE)
    assert [each.split(":")[0] for each in found] == [
        "row 3, nom", "row 3, commune", "row 4, theme", "row 5",
    ]  # fmt: skip
    assert "the same place as row 2" in found[-1]


@pytest.mark.parametrize(
    ("head", "told"),
    [
        ("Nom;Thème;Commune", "row 1: the column 'code postal' is missing"),
        (HEAD + ";Note", "row 1, column 13: no column called 'Note'"),
        (HEAD + ";Nom", "row 1, column 13: 'Nom' stands twice"),
    ],
)
def test_headings_are_checked_before_rows(head, told):
    assert problems("x", head=head)[0].startswith(told)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "the file is empty"),
        (file(), "no place under the names"),
        (b"PK\x03\x04", "this is a spreadsheet"),
        (b'nom;theme;commune;code postal\n"a;b', "not a CSV file"),
    ],
)
def test_a_file_that_is_no_list_of_places_is_refused_with_what_to_do(content, told):
    with pytest.raises(BadPlaces) as found:
        read_places(content, rules().subjects, TODAY)
    assert found.value.problems[0].startswith(told)


@given(st.binary(max_size=300) | st.text(max_size=200).map(lambda it: (HEAD + "\n" + it).encode()))
def test_no_file_ever_ends_in_anything_but_places_or_problems(content):
    try:
        assert read_places(content, rules().subjects, TODAY)
    except BadPlaces as error:
        assert error.problems


# -- kept ------------------------------------------------------------------------------------------


def rows(found: list[Place]) -> list[dict[str, object]]:
    return [{k: v for k, v in asdict(it).items() if k not in ("use", "national")} for it in found]


def test_an_import_replaces_the_last_one_and_is_seen_at_once(tmp_path):
    house = House(tmp_path)
    kept = places.Kept(lambda it: directory(rules().subjects, rules().resources, it))
    first, second = read(LILLE, "B;tabac;;Lens;62300;;;;;;;"), read("C;tabac;;Arras;62000;;;;;;;")
    with house.store.transaction() as tx:
        assert kept.of(tx).places == ()
        places.replace(tx, rows(first))
    with house.store.reading() as tx:
        assert kept.of(tx).places == tuple(first)
        assert kept.of(tx) is kept.of(tx)
    with house.store.transaction() as tx:
        places.replace(tx, rows(second))
    with house.store.reading() as tx:
        assert kept.of(tx).places == tuple(second)
    house.writer.close()


def test_the_same_place_keeps_its_id_when_imported_again():
    again = LILLE.replace("9 h-17 h", "10 h-18 h").replace("Port;Add", "PORT;Add")
    assert read(LILLE)[0].id == read(again)[0].id


# -- searching -------------------------------------------------------------------------------------


def place(name: str, theme: str = "tobacco", **more: object) -> Place:
    usual = {"commune": "Lille", "postcode": "59000", "reviewed": "2026-10-01"}
    return Place(id=name, name=name, themes=(theme,), **{**usual, **more})  # type: ignore[arg-type]


def inside(*found: Place) -> Directory:
    library = rules()
    return Directory(found, national(library.subjects, library.resources), library.subjects)


PARIS = {"commune": "Paris", "postcode": "75018", "latitude": 48.89, "longitude": 2.35}
SAINT_DENIS = {
    "commune": "Saint-Denis",
    "postcode": "93200",
    "latitude": 48.936,
    "longitude": 2.357,
}
REUNION = {"commune": "Saint-Denis", "postcode": "97400", "latitude": -20.88, "longitude": 55.45}
LYON = {"commune": "Lyon", "postcode": "69001", "latitude": 45.77, "longitude": 4.83}
FRANCE = inside(
    place("csapa", "addictions", cost="gratuit", languages=("fr", "ar")),
    place("tabacologue", cost="sur devis"),
    place("vieux", reviewed="2025-11-10"), place("jamais relu", reviewed=None),
    place("paris", "nutrition", **PARIS), place("st denis", "nutrition", **SAINT_DENIS),
    place("reunion", "nutrition", **REUNION), place("lyon", "nutrition", **LYON),
    place("sans adresse", "nutrition", commune="Saint Denis", postcode="93210"),
    place("alcool", "alcohol", commune="Lens", postcode="62300"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ({"themes": ["tobacco"]}, ["csapa", "jamais relu", "tabacologue", "vieux"]),
        ({"themes": ["alcohol"]}, ["alcool", "csapa"]),
        ({"themes": ["addictions"]}, ["alcool", "csapa", "jamais relu", "tabacologue", "vieux"]),
        ({"themes": ["unknown"]}, []),
        ({"themes": ["tobacco"], "fresh_only": True}, ["csapa", "tabacologue"]),
        ({"themes": ["tobacco"], "free": True}, ["csapa"]),
        ({"themes": ["tobacco"], "language": "ar"}, ["csapa"]),
        ({"near": "59000"}, ["csapa", "jamais relu", "tabacologue", "vieux"]),
        ({"near": "LILLE cedex 2", "free": True}, ["csapa"]),
        ({"near": "lens"}, ["alcool"]),
        ({"near": "Paris"}, ["paris", "st denis"]),
        ({"near": "Paris 18e"}, ["paris", "st denis"]),
        ({"near": "75018 Paris"}, ["paris", "st denis"]),
        ({"near": "Paris", "within_km": 3}, ["paris"]),
        ({"near": "st-denis"}, ["reunion", "st denis", "sans adresse", "paris"]),
        ({"near": "93200"}, ["st denis", "paris"]),
        ({"near": "93999"}, ["st denis", "paris", "sans adresse"]),
        ({"near": "Atlantis"}, []),
        ({"near": "13001"}, []),
    ],
)
def test_a_search_finds_what_fits_nearest_first(filters, names):
    found = search(FRANCE, TODAY, **filters)
    assert [each.place.name for each in found.local] == names
    assert found.total == len(names)


def test_an_unknown_commune_is_said_to_be_unknown():
    assert not search(FRANCE, TODAY, near="Atlantis").known
    assert search(FRANCE, TODAY, near="Lyon", themes=["tobacco"]).known


def test_distances_are_told_only_where_coordinates_are_given():
    by_name = {it.place.name: it.km for it in search(FRANCE, TODAY, near="93200").local}
    assert by_name["st denis"] == pytest.approx(0, abs=0.01)
    assert by_name["paris"] == pytest.approx(5.14, abs=0.05)
    assert search(FRANCE, TODAY, near="59000").local[0].km is None


def test_a_long_list_is_cut_but_counted():
    found = search(FRANCE, TODAY, limit=2)
    assert (len(found.local), found.total) == (2, 10)


@pytest.mark.parametrize(
    ("a", "b", "km"),
    [
        ((48.8566, 2.3522), (48.8566, 2.3522), 0),
        ((48.8566, 2.3522), (50.6292, 3.0573), 203.6),
        ((0, 0), (0, 180), 20015.1),
        ((0, 0), (0, 90), 10007.5),
        ((48, 2), (49, 2), 111.2),
    ],
)
def test_distances_on_the_sphere(a, b, km):
    assert haversine(a, b) == pytest.approx(km, abs=1)


@given(st.floats(41, 51), st.floats(-5, 9), st.floats(-0.5, 0.5), st.floats(-0.5, 0.5))
def test_what_is_within_reach_is_found_and_nothing_else(north, east, up, along):
    there = place(
        "there", latitude=north + up, longitude=east + along, commune="B", postcode="2A000"
    )
    here = place("here", latitude=north, longitude=east, commune="A")
    km = haversine((north, east), (north + up, east + along))
    if abs(km - 30) > 0.01:
        found = search(inside(here, there), TODAY, near="A")
        assert (len(found.local) == 2) is (km < 30)


@pytest.mark.parametrize(
    ("written", "same"),
    [("Saint-Étienne", "ST ETIENNE"), ("L'Haÿ-les-Roses", "l hay les roses"),
     ("Lyon 3ème", "lyon"), ("Sainte-Foy", "Ste Foy"), ("Lille Cedex", "lille")],
)  # fmt: skip
def test_a_commune_is_known_however_it_is_written(written, same):
    assert commune_key(written) == commune_key(same)


@pytest.mark.parametrize(
    ("cost", "free"),
    [("gratuit", True), ("Gratuite", True), ("0 €", True), ("gratuit et anonyme", True),
     ("gratuit sous conditions", False), ("prix d'un appel", False), ("", False)],
)  # fmt: skip
def test_free_means_without_a_condition(cost, free):
    assert place("x", cost=cost).free is free


@pytest.mark.parametrize(
    ("reviewed", "fresh"),
    [("2026-11-26", True), ("2025-11-26", True), ("2025-11-25", False), (None, False)],
)
def test_a_place_nobody_checked_for_twelve_months_is_marked(reviewed, fresh):
    (hit,) = search(inside(place("x", reviewed=reviewed)), TODAY).local
    assert hit.fresh is fresh
    assert len(search(inside(place("x", reviewed=reviewed)), TODAY, fresh_only=True).local) == fresh


def test_national_resources_come_with_their_maps_and_none_tells_a_confidence():
    found = {it.place.id for it in search(inside(), TODAY, themes=["tobacco"]).national}
    assert found == {"tabac_3989"}
    assert not SCREEN_ONLY & {it.id for it in inside().national}


def test_the_command_imports_all_or_nothing(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("AVANT_BILAN_DATA_DIR", str(tmp_path))
    good, bad = tmp_path / "bon.csv", tmp_path / "faux.csv"
    good.write_bytes(file(LILLE))
    bad.write_bytes(file("B;tabac;;Lens;62300;;;;;;;", "C;inconnu;;Lens;62300;;;;;;;"))
    assert main(["directory", "import", str(good)]) == 0
    assert "1 places imported" in capsys.readouterr().out
    assert main(["directory", "import", str(bad)]) == 1
    told = capsys.readouterr().err
    assert told.startswith("The file has mistakes; nothing was imported.\n- row 3, theme: ")
    assert main(["directory", "import", str(tmp_path / "nowhere.csv")]) == 1
    assert "nowhere.csv" in capsys.readouterr().err
    kept = open_database(f"sqlite:///{tmp_path}/avant-bilan.db")
    with kept.connect() as connection:
        names = connection.exec_driver_sql("select name from place").scalars().all()
    assert names == ["CSAPA du Port"]


def test_the_sample_file_imports_as_it_is():
    sample = (Path(__file__).parent.parent / "docs" / "annuaire-exemple.csv").read_bytes()
    found = read_places(sample, rules().subjects, TODAY)
    assert {"tobacco", "vaccination_adult"} <= {it for each in found for it in each.themes}


def test_the_demonstration_has_places_a_patient_may_see(tmp_path):
    service = make(tmp_path)
    import_sample(service)
    with service.store.reading() as tx:
        inside = service.places.of(tx)
    assert len(inside.places) == 6
    assert all(each.fresh(date(2026, 11, 18)) for each in inside.places)
    service.writer.close()
