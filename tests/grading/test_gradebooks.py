"""Gradebooks: the points stand in the row of whom they belong to, in that gradebook's writing, and nothing else has changed."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from derivcheck.grading.gradebooks.filling import Filled, Result, filled
from derivcheck.grading.gradebooks.tables import harmless, read
from derivcheck.grading.layouts import Identity
from derivcheck.usage import UsageError


def of_canvas(number: str, points: float | None, feedback: str = "") -> Result:
    return Result(f"s{number}", Identity("canvas", number, "name"), points, feedback)


def of_moodle(number: str, points: float | None, feedback: str = "", name: str = "") -> Result:
    return Result(f"s{number}", Identity("moodle", number, name), points, feedback)


def of_nobody(path: str, points: float | None) -> Result:
    return Result(f"s{path}", Identity(None, path=path), points)


CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Section,Essay 1 (101),Derivation (102),Current Score\r\n"
    ",,,,,,Manual Posting,\r\n"
    "    Points Possible,,,,,100.00,10.00,(read only)\r\n"
    '"Muster, Anna",11,U11,anna,"A ""1"", with\nbreak",88.00,,88\r\n'
    '"Öz, Ben",12,U12,ben,A,,3.00,\r\n'
    '"Excused, Eva",13,U13,eva,A,,EX,\r\n'
    '"Student, Test",99,,0f,A,,,\r\n'
)


def test_canvas_is_filled_by_the_numbers_of_users() -> None:
    results = [of_canvas("12", 7.5), of_canvas("11", 10.0), of_canvas("77", 1), of_canvas("13", 2), of_moodle("11", 3)]
    given = filled(CANVAS.encode(), results, "Derivation", 10)
    expected = CANVAS.replace("88.00,,88", "88.00,10,88").replace("3.00", "7.5")
    assert given == Filled(expected.encode(), 2, (), ("s77", "s11"), (), ("the student in line 7 is excused and was left so",))


def test_whom_a_person_must_judge_first_keeps_the_cell() -> None:
    given = filled(CANVAS.encode(), [of_canvas("12", None)], "102")
    assert given == Filled(CANVAS.encode(), 0, ("s12",), (), (4, 7), ())


def test_points_that_do_not_fit_the_column_are_told() -> None:
    assert filled(CANVAS.encode(), [], "Derivation (102)", 10).warnings == ()
    (warning,) = filled(CANVAS.encode(), [], "Derivation (102)", 12).warnings
    assert "“Derivation (102)” is out of 10.00 and the key is worth 12" in warning


@pytest.mark.parametrize("column", [None, "Current Score", "ID", "Derivat", "(102)", "Section"])
def test_no_column_is_guessed(column: str | None) -> None:
    with pytest.raises(UsageError, match=r"--column NAME, one of “Essay 1 \(101\)”, “Derivation \(102\)”"):
        filled(CANVAS.encode(), [of_canvas("11", 1)], column)


def test_a_column_that_is_named_in_full_is_meant() -> None:
    data = b"Student,ID,Section,Essay (1),Essay (1) (2)\nA,1,x,,\n"
    assert filled(data, [of_canvas("1", 5)], "Essay (1)").data.endswith(b"\nA,1,x,5,\n")
    assert filled(data, [of_canvas("1", 5)], "Essay (1) (2)").data.endswith(b"\nA,1,x,,5\n")


def test_the_only_assignment_needs_no_name() -> None:
    data = b"Student,ID,SIS Login ID,Section,Task (5),Final Score\nPoints Possible,,,,4,\nA,1,a,x,,\n"
    assert b"\nA,1,a,x,2.5,\n" in filled(data, [of_canvas("1", 2.5)]).data
    with pytest.raises(UsageError, match="no column for points; say --column NAME"):
        filled(b"Student,ID,Section\nA,1,x\n", [])


def test_canvas_with_semicolons_has_decimal_commas() -> None:
    text = "\ufeffStudent;ID;SIS Login ID;Task (5)\nPoints Possible;;;10,00\nAnna;11;a;\n"
    given = filled(text.encode(), [of_canvas("11", 7.5)], worth=10)
    assert given.data.decode() == text.replace("a;\n", "a;7,5\n")
    assert given.warnings == ()


WORKSHEETS = {
    "en": (
        'Identifier,"Full name","Email address",Status,Grade,"Maximum Grade","Grade can be changed","Last modified (submission)",'
        '"Last modified (grade)","Feedback comments"',
        "Participant {}",
    ),
    "de": (
        'ID,"Vollständiger Name","ID-Nummer",E-Mail-Adresse,Status,Bewertung,Bestwertung,"Bewertung kann geändert werden",'
        '"Zuletzt geändert (Abgabe)","Zuletzt geändert (Bewertung)","Feedback als Kommentar"',
        "Teilnehmer/in{}",
    ),
    "fr": (
        'Identifiant,"Nom complet","Adresse de courriel",Statut,Note,"Note maximale","La note peut être modifiée",'
        '"Dernière modification (travail remis)","Dernière modification (note)","Feedback par commentaires"',
        "Participant{}",
    ),
    "es": (
        'Identificador,"Nombre completo","Dirección de correo",Estatus,Calificación,"Calificación máxima",'
        '"La calificación puede cambiarse","Última modificación (entrega)","Última modificación (calificación)",'
        '"Comentarios de retroalimentación"',
        "Participante{}",
    ),
    "it": (
        "Identificativo,Nome completo,Indirizzo email,Stato,Valutazione,Valutazione massima,Commenti di feedback",
        "Partecipante {}",
    ),
    "nl": ("Identificatie,Volledige naam,E-mailadres,Status,Cijfer,Maximumcijfer,Feedback commentaar", "Deelnemer {}"),
    "pt": (
        "Número de identificação,Nome completo,Endereço de email,Estado,Nota,Nota máxima,Comentários de feedback",
        "Participante {}",
    ),
    "pt_br": ("Identificador,Nome completo,Endereço de email,Status,Nota,Nota máxima,Comentários de feedback", "Participante {}"),
    "pl": ("Identyfikator,Pełna nazwa,Adres e-mail,Status,Ocena,Maksymalna ocena,Komentarze zwrotne", "Uczestnik {}"),
}


@pytest.mark.parametrize("language", WORKSHEETS)
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_worksheets_of_moodle_are_known_in_each_language(language: str, separator: str) -> None:
    header, participant = WORKSHEETS[language]
    header = header.replace(",", separator)
    names = next(csv.reader([header], delimiter=separator))
    rows = []
    for number in (1234567, 12):
        row = dict.fromkeys(names, "x")
        row |= {names[0]: participant.format(number), names[-1]: "old"}
        for name in names:
            if name in ("Grade", "Bewertung", "Note", "Calificación", "Valutazione", "Cijfer", "Nota", "Ocena"):
                row[name] = ""
                maximum = names[names.index(name) + 1]
        row[maximum] = '"24,00"'
        rows.append(separator.join(row.values()))
    text = "\r\n".join((header, *rows, ""))
    given = filled(text.encode(), [of_moodle("12", 3.5, "good\nso")], worth=24)
    assert (given.filled, given.missing, given.warnings, given.without) == (1, (), (), (2,))
    value = '"3,5"' if separator == "," else "3,5"
    expected = (
        rows[1].replace(f'{separator}{separator}"24,00"', f'{separator}{value}{separator}"24,00"')[: -len("old")] + "good<br>so"
    )
    assert given.data.decode() == "\r\n".join((header, rows[0], expected, ""))


def test_numbers_are_written_as_the_gradebook_writes_them() -> None:
    def grade(text: str, value: float) -> str:
        data = f"Identifier;Full name;Grade;Maximum Grade\nParticipant 1;A;{text};100\n".encode()
        return filled(data, [of_moodle("1", value)]).data.decode().splitlines()[1].split(";")[2]

    assert [grade("1,00", 2.5), grade("1.00", 2.5), grade("", 2.5), grade("-", 1000000.0)] == ["2,5", "2.5", "2,5", "1000000"]
    assert [grade("", 1 / 3), grade("", 0.0), grade("", 10)] == ["0,333333", "0", "10"]


def test_a_scale_has_no_points() -> None:
    data = "ID,Vollständiger Name,Bewertung,Skala\nTeilnehmer/in1,A,,nicht bestanden bestanden\n"
    with pytest.raises(UsageError, match="on a scale"):
        filled(data.encode(), [of_moodle("1", 1)])


def test_feedback_is_escaped_and_no_formula() -> None:
    data = b"Identifier,Full name,Grade,Feedback comments\nParticipant 1,A,,\n"
    for text, cell in (
        ("<b>x</b> & y", "&lt;b&gt;x&lt;/b&gt; &amp; y"),
        ("=1+2", "'=1+2"),
        ('=HYPERLINK("x")', '"\'=HYPERLINK(""x"")"'),
        ("@x", "'@x"),
        ("-x", "'-x"),
        ("+x, y", '"\'+x, y"'),
        ("\ud800", "?"),
    ):
        assert filled(data, [of_moodle("1", 1, text)]).data.splitlines()[1].decode() == f"Participant 1,A,1,{cell}"
    assert [harmless(c + "x")[0] for c in "=+-@\t\r\n"] == ["'"] * 7
    assert harmless("x=1") == "x=1"


GRADEBOOK = (
    '"First name",Surname,"ID number",Institution,Department,"Email address","Assignment: Derivation (Real)",'
    '"Assignment: Derivation (Feedback)","Assignment: Derivation (Percentage)","Course total (Real)"\n'
    "Anna,Muster,4711,,,anna@example.org,,,-,-\n"
    'Ben,"O\'Brien Öz",,,,ben@example.org,,,-,-\n'
    "Eva,Doppelt,,,,e1@example.org,,,-,-\n"
    "Eva,Doppelt,,,,e2@example.org,,,-,-\n"
)


def test_the_gradebook_of_moodle_is_filled_by_names_that_only_one_person_has() -> None:
    results = [
        of_moodle("1", 5, "fine", "Muster Anna"),
        of_moodle("2", 6, "", "Ben OBrien Öz"),
        of_moodle("3", 7, "", "Eva Doppelt"),
        of_moodle("4", 8, "", "Participant"),
        of_canvas("4711", 9),
    ]
    given = filled(GRADEBOOK.encode(), results)
    expected = GRADEBOOK.replace("anna@example.org,,,", "anna@example.org,5,fine,").replace(
        "ben@example.org,,", "ben@example.org,6,"
    )
    assert given == Filled(expected.encode(), 2, (), ("s3", "s4", "s4711"), (4, 5), ())


def test_two_submissions_of_one_student_are_for_a_person() -> None:
    given = filled(GRADEBOOK.encode(), [of_moodle("1", 5, "", "Anna Muster"), of_nobody("4711.md", 6)])
    assert given.data == GRADEBOOK.encode()
    assert given.missing == ("s1", "s4711.md")


@pytest.mark.parametrize("path", ["4711", "4711.md", "anna@example.org.tex", "ANNA@example.org"])
def test_files_named_after_a_number_or_an_address_find_their_row(path: str) -> None:
    assert filled(GRADEBOOK.encode(), [of_nobody(path, 5)]).filled == 1
    assert filled(GRADEBOOK.encode(), [of_nobody(f"x{path}", 5)]).filled == 0


LOCALISED = [
    "Vorname,Nachname,ID-Nummer,Institution,Abteilung,E-Mail-Adresse,Aufgabe: X (Punkte),Aufgabe: X (Prozentsatz),Kurs gesamt",
    "Prénom,Nom,Numéro d'identification,Institution,Département,Adresse de courriel,Devoir : X (Brut),Devoir : X (Pourcentage)",
    "Nombre,Apellido(s),Número de ID,Institución,Departamento,Dirección de correo,Tarea: X (Real),Tarea: X (Retroalimentación)",
    "Nome,Cognome,Codice identificativo,Istituzione,Dipartimento,Indirizzo email,Compito: X (Punteggio),Compito: X (Lettera)",
    "Voornaam,Achternaam,ID-nummer,Instelling,Afdeling,E-mailadres,Opdracht: X (Ruw),Feedback: X",
    "Nome,Apelido,Número de identificação,Instituição,Departamento,Endereço de email,Teste: X (Valor),Teste: X (Percentagem)",
    "Imię,Nazwisko,Numer ID,Instytucja,Wydział,Adres e-mail,Zadanie: X (Wartość),Zadanie: X (Procenty)",
]


@pytest.mark.parametrize("header", LOCALISED)
def test_gradebooks_of_moodle_are_known_in_each_language(header: str) -> None:
    row = f"Anna,Muster,,,,a@example.org{',' * (header.count(',') - 5)}"
    given = filled(f"{header}\n{row}\n".encode(), [of_moodle("1", 5, "", "Anna Muster")])
    assert given.data.decode().splitlines()[1] == "Anna,Muster,,,,a@example.org,5" + row.removeprefix(
        "Anna,Muster,,,,a@example.org,"
    )


def test_several_activities_are_not_guessed_among() -> None:
    data = b"First name,Last name,Email address,Quiz: A (Real),Assignment: B (Real),Assignment: B (Letter)\nA,B,c,,,\n"
    with pytest.raises(UsageError, match=r"several columns.*one of “Quiz: A \(Real\)”, “Assignment: B \(Real\)”$"):
        filled(data, [])
    for column in ("Assignment: B (Real)", "assignment: b", "B", "B (Real)"):
        assert filled(data, [of_moodle("1", 5, "", "A B")], column).data.decode().splitlines()[1] == "A,B,c,,5,"


@pytest.mark.parametrize(
    "data", [b"", b"\n\n", b"a,b\n1,2\n", b"\xff\x00\x01", b"PK\x03\x04\x00", "Anna\t12".encode("utf-16-le"), b"\x81\x8d"]
)
def test_what_is_no_gradebook_is_refused(data: bytes) -> None:
    with pytest.raises(UsageError):
        filled(data, [])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_the_encoding_stays(encoding: str) -> None:
    text = "ID;Vollständiger Name;Bewertung;Feedback als Kommentar\r\nTeilnehmer/in1;Öz;;\r\n"
    given = filled(text.encode(encoding), [of_moodle("1", 1.5, "gut – ∑")])
    shown = "gut – ∑" if encoding.startswith("utf") else "gut – ?"
    assert given.data == text.replace("Öz;;", f"Öz;1,5;{shown}").encode(encoding)


CELL = st.text(st.sampled_from('ab"",;\t\r\n =é'), max_size=6)


@st.composite
def tables(draw: st.DrawFn) -> tuple[str, list[list[str]]]:
    """A file as it may come: cells quoted or not, line ends of each kind, with or without one at the end, empty lines."""
    separator = draw(st.sampled_from(",;\t"))
    width = draw(st.integers(2, 5))
    rows = [
        [f"c{n}" for n in range(width)],
        *draw(st.lists(st.lists(CELL, min_size=width, max_size=width), min_size=1, max_size=5)),
    ]

    def written(cell: str) -> str:
        must = any(c in cell for c in f'"\r\n{separator}')
        return '"' + cell.replace('"', '""') + '"' if must or draw(st.booleans()) else cell

    lines = [separator.join(map(written, row)) + draw(st.sampled_from(["\n", "\r\n", "\r", "\n\n"])) for row in rows]
    text = "".join(lines)
    return (text[:-1] if draw(st.booleans()) and text.endswith("\n") and not text.endswith("\r\n") else text), rows


@given(tables())
def test_tables_are_read_as_the_csv_module_reads_them(made: tuple[str, list[list[str]]]) -> None:
    text, rows = made
    table = read(text.encode())
    assert [[cell.value for cell in row] for row in table.rows] == rows
    assert rows == [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=table.separator) if row]


@given(tables(), st.data())
def test_filling_changes_the_cells_that_it_says_and_no_other_byte(made: tuple[str, list[list[str]]], data: st.DataObject) -> None:
    text, rows = made
    table = read(text.encode())
    places = [(row, column) for row in range(1, len(rows)) for column in range(len(rows[0]))]
    changes = data.draw(st.dictionaries(st.sampled_from(places), CELL))
    after = table.spliced(changes).decode()
    again = read(after.encode())
    assert [[cell.value for cell in row] for row in again.rows] == [
        [changes.get((r, c), value) for c, value in enumerate(row)] for r, row in enumerate(rows)
    ]
    position = 0  # what stands between and in the other cells is the same, byte by byte
    for (r, c), cell in sorted(((at, table.rows[at[0]][at[1]]) for at in changes), key=lambda pair: pair[1].start):
        now = again.rows[r][c]
        assert after[now.start - (cell.start - position) : now.start] == text[position : cell.start]
        position = cell.end
    assert after.endswith(text[position:])


def test_a_row_that_is_too_short_gets_what_it_lacks() -> None:
    table = read(b"a,b,c,d\n1\n2,x\n")
    assert table.spliced({(1, 3): "z", (1, 2): "y", (2, 3): "w"}) == b"a,b,c,d\n1,,y,z\n2,x,,w\n"


def test_lines_are_counted_as_they_stand_in_the_file() -> None:
    assert read(b'a,b\r\n"x\r\ny\rz\n",1\r\r2,3\n').lines == (1, 2, 7)
