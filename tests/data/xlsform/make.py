"""Makes the workbooks of this folder anew: `.venv/bin/python tests/data/xlsform/make.py`. Invented, in the manner of pyxform's
documentation: what other tools' forms hold, and what Hørt has no word for."""

from pathlib import Path

from openpyxl import Workbook

HERE = Path(__file__).parent
LABELS = ("label::Dansk (da)", "label::English (en)")

FORMS = {
    "everything": {
        "survey": [
            ("type", "name", *LABELS, "hint::Dansk (da)", "required", "relevant", "calculation", "appearance", "constraint"),
            ("start", "began"),
            ("note", "welcome", "Velkommen til", "Welcome"),
            ("text", "month", "Den første måned", "The first month", "Et par linjer", "yes", None, None, "multiline"),
            ("text", "short", "Kort sagt", "In short"),
            ("begin_group", "food", "Mad", "Food", None, None, "${month} != ''"),
            ("select_one yes_no", "eats", "Spiser barnet?", "Does the child eat?", None, "${short} = 'x'"),
            ("select_multiple meals or_other", "meals", "Hvilke måltider?", "Which meals?"),
            ("end_group",),
            ("begin_repeat", "siblings", "Søskende", "Siblings"),
            ("text", "sibling", "Navn", "Name"),
            ("end_repeat",),
            ("integer", "age", "Alder i måneder", "Age in months", None, None, None, None, None, ". < 72"),
            ("calculate", "sum", None, None, None, None, None, "1 + 1"),
            ("geopoint", "where", "Hvor?", "Where?"),
            ("select_one nowhere", "lost", "Væk", "Lost"),
            ("text", "english_only", None, "Only in English"),
            ("text", "silent"),
        ],
        "choices": [
            ("list_name", "name", *LABELS),
            ("yes_no", "yes", "Ja", "Yes"),
            ("yes_no", "no", "Nej", "No"),
            ("yes_no", "no", "Nej igen", "No again"),
            ("meals", 1, "Morgenmad", "Breakfast"),
            ("meals", 2, "Frokost", "Lunch"),
            ("unused", "a", "A", "A"),
        ],
        "settings": [("form_title", "form_id", "default_language"), ("Mad og måned", "food", "Dansk (da)")],
    },
    "one_language": {
        "survey": [("type", "name", "label"), ("text", "a", "Hvordan går det?"), ("integer", "b", "Hvor mange?")],
        "settings": [("form_title", "form_id"), ("Kort", "short")],
    },
    "formula": {"survey": [("type", "name", "label"), ("text", "a", "=1+1")]},
}


def make() -> None:
    for name, sheets in FORMS.items():
        book = Workbook()
        book.remove(book.active)
        for title, rows in sheets.items():
            sheet = book.create_sheet(title)
            for row in rows:
                sheet.append(row)
        book.save(HERE / f"{name}.xlsx")


if __name__ == "__main__":
    make()
