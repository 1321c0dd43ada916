"""The words of Moodle's headers: English, German, French, Spanish, Italian, Dutch, Portuguese (also of Brazil), Polish."""

from __future__ import annotations

WORDS: dict[str, tuple[str, ...]] = {
    "identifier": (
        "Identifier", "ID", "Identifiant", "Identificador", "Identificativo", "Identificatie", "Número de identificação",
        "Identyfikator",
    ),
    "grade": ("Grade", "Bewertung", "Note", "Calificación", "Valutazione", "Voto", "Cijfer", "Nota", "Avaliação", "Ocena"),
    "maximum": (
        "Maximum Grade", "Bestwertung", "Maximale Bewertung", "Note maximale", "Calificación máxima", "Valutazione massima",
        "Voto massimo", "Punteggio massimo", "Maximumcijfer", "Maximum cijfer", "Maximale cijfer", "Nota máxima",
        "Avaliação máxima", "Maksymalna ocena", "Ocena maksymalna",
    ),
    "scale": ("Scale", "Skala", "Barème", "Escala", "Scala", "Schaal"),
    "comments": (
        "Feedback comments", "Feedback als Kommentar", "Feedback par commentaires", "Commentaires de feedback", "Commentaires",
        "Comentarios de retroalimentación", "Comentarios de la retroalimentación", "Commenti di feedback", "Commenti",
        "Feedback tramite commenti", "Feedback commentaar", "Feedbackcommentaar", "Feedback commentaren", "Feedback opmerkingen",
        "Comentários de feedback", "Comentários", "Feedback por comentários", "Komentarze zwrotne", "Komentarz zwrotny",
        "Komentarze",
    ),
    "first name": ("First name", "Vorname", "Prénom", "Nombre", "Nome", "Voornaam", "Primeiro nome", "Imię"),
    "last name": (
        "Last name", "Surname", "Nachname", "Nom", "Nom de famille", "Apellido", "Apellidos", "Apellido(s)", "Cognome",
        "Achternaam", "Apelido", "Apelidos", "Apelido(s)", "Sobrenome", "Último nome", "Nazwisko",
    ),
    "email": (
        "Email address", "E-Mail-Adresse", "E-Mail", "Adresse de courriel", "Adresse e-mail", "Dirección de correo",
        "Dirección de correo electrónico", "Dirección email", "Indirizzo email", "Indirizzo e-mail", "E-mailadres",
        "Endereço de email", "Endereço de e-mail", "Endereço de correio eletrónico", "Adres e-mail", "Adres email", "Email",
    ),
    "id number": (
        "ID number", "ID-Nummer", "Numéro d'identification", "Número de ID", "Número ID", "Codice identificativo", "Numero ID",
        "ID-nummer", "Identificatienummer", "Número de identificação", "Número de identificação institucional", "Numer ID",
        "Numer identyfikacyjny",
    ),
    "feedback": (
        "Feedback", "Rückmeldung", "Commentaire", "Commentaires", "Retroalimentación", "Commento", "Terugkoppeling", "Comentário",
        "Comentários", "Informacja zwrotna",
    ),
    "not points": (
        "Percentage", "Letter", "Prozentsatz", "Prozent", "Prozentwert", "Buchstabe", "Note als Text", "Pourcentage", "Lettre",
        "Porcentaje", "Letra", "Percentuale", "Lettera", "Percentagem", "Porcentagem", "Procent", "Procenty", "Litera",
    ),
}  # fmt: skip
"""For each meaning the words that say it, as Moodle's language packs translate them."""

_MEANINGS = {meaning: frozenset(word.casefold() for word in words) for meaning, words in WORDS.items()}


def means(header: str, meaning: str) -> bool:
    """Whether a header, or a word of one, says this."""
    return " ".join(header.split()).casefold() in _MEANINGS[meaning]


def columns(header: list[str], meaning: str) -> list[int]:
    """The columns that a header says this of."""
    return [column for column, text in enumerate(header) if means(text, meaning)]
