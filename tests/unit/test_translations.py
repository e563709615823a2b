"""The catalogues say everything the interface says, and the tool that keeps them notices when they do not."""

import gettext
import io
import shutil

import pytest

from tools import translations

CODE = """\
from flask_babel import gettext as _, lazy_gettext, ngettext
SAVED = lazy_gettext("Gemt")
def count(n): return f"{ngettext('%(num)d hus', '%(num)d huse', n)} · {_('fra %(place)s', place=n)}"
"""
PO = """\
msgid ""
msgstr ""

msgid "%(num)d hus"
msgid_plural "%(num)d huse"
msgstr[0] "%(num)d house"
msgstr[1] "%(num)d houses"

msgid "Gem"
msgstr "Save"

msgid "Gemt"
msgstr "Saved"

msgid "Luk"
msgstr "Close"

msgid "fra %(place)s"
msgstr "from %(place)s"
"""


@pytest.fixture
def house(tmp_path, monkeypatch):
    """A small house with a string in each place where strings can be, all translated and compiled."""
    monkeypatch.setattr(translations, "FEWEST", 5)
    contents = {
        "blueprints/capture/routes.py": CODE,
        "templates/page.html": "<p>{{ _('Luk') }}</p>",
        "static/js/modules/save.js": 'say(_("Gem"));',
        "translations/en/LC_MESSAGES/messages.po": PO,
    }
    for name, text in contents.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    shutil.copy(translations.ROOT / "translations/babel.cfg", tmp_path / "translations")
    assert translations.update(tmp_path) == []
    assert translations.check(tmp_path) == []
    return tmp_path


def po(house):
    return house / "translations/en/LC_MESSAGES/messages.po"


def change(path, old, new):
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_every_string_of_the_interface_is_translated_and_compiled():
    assert translations.check() == []


def test_english_is_among_the_languages_and_each_has_its_module_for_scripts():
    assert "en" in [files.language for files in translations.languages()]
    assert sorted(path.stem for path in (translations.ROOT / "static/js/words").glob("*.js")) == [
        files.language for files in translations.languages()
    ]


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("blueprints/capture/routes.py", "Gemt", "Gemt igen"),
        ("blueprints/capture/routes.py", "'%(num)d huse'", "'%(num)d husene'"),
        ("blueprints/capture/routes.py", "fra %(place)s", "hos %(place)s"),
        ("templates/page.html", "Luk", "Luk siden"),
        ("static/js/modules/save.js", "Gem", "Gem igen"),
    ],
    ids=["in code", "a plural", "in an f-string", "in a template", "in a script"],
)
def test_a_new_string_is_named_with_its_place(house, name, old, new):
    change(house / name, old, new)
    assert [one for one in translations.check(house) if one.startswith("en: new, without a translation") and name in one]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('msgstr "Saved"', 'msgstr ""', "untranslated: 'Gemt'"),
        ('msgid "Gemt"', '#, fuzzy\nmsgid "Gemt"', "fuzzy: 'Gemt'"),
        ('msgstr[1] "%(num)d houses"', 'msgstr[1] ""', "untranslated: '%(num)d hus'"),
        ('msgstr "from %(place)s"', 'msgstr "from there"', "other placeholders"),
        ('msgstr "from %(place)s"', 'msgstr "from %(house)s"', "other placeholders"),
        ('msgstr "from %(place)s"', 'msgstr "from %(place)d"', "other placeholders"),
        ('msgstr "from %(place)s"', 'msgstr "100 % from %(place)s"', "other placeholders"),
        ('msgstr[0] "%(num)d house"', 'msgstr[0] "a house"', "other placeholders"),
        ('msgstr "Saved"', 'msgstr "Saved "', "other blanks"),
        ('msgid "Gemt"', 'msgid "Slettet"\nmsgstr "Deleted"\n\nmsgid "Gemt"', "no longer in use: 'Slettet'"),
        ('msgid "Gemt"', '#~ msgid "Slettet"\n#~ msgstr "Deleted"\n\nmsgid "Gemt"', "no longer in use: 'Slettet'"),
        ('msgstr "Saved"', 'msgstr "Kept"', "messages.mo is not made from the catalogue"),
        ('msgstr "Save"', 'msgstr "Keep"', "static/js/words/en.js is not made from the catalogue"),
    ],
)
def test_what_is_wrong_with_a_translation_is_told(house, old, new, said):
    change(po(house), old, new)
    assert [one for one in translations.check(house) if said in one]


@pytest.mark.parametrize("name", ["translations/en/LC_MESSAGES/messages.mo", "static/js/words/en.js"])
def test_a_compiled_file_that_is_gone_is_missed(house, name):
    (house / name).unlink()
    assert [one for one in translations.check(house) if name in one]


def test_a_string_that_cannot_be_read_from_the_code_is_refused(house):
    change(house / "blueprints/capture/routes.py", '"Gemt"', '"Gemt" + ""')
    with pytest.raises(SystemExit, match=r"routes\.py:2"):
        translations.extract(house)


def test_an_update_keeps_translations_guesses_none_and_says_what_it_let_go(house, capsys):
    change(house / "blueprints/capture/routes.py", "Gemt", "Gemt nu")
    wrong = translations.update(house)
    assert [one for one in wrong if "untranslated: 'Gemt nu'" in one] == wrong
    assert "'Gemt' = 'Saved'" in capsys.readouterr().out
    text = po(house).read_text("utf-8")
    assert 'msgid "Gemt nu"\nmsgstr ""' in text
    assert 'msgstr "Close"' in text
    assert "fuzzy" not in text
    assert "#~" not in text


def test_the_same_strings_make_the_same_bytes(house):
    made = [po(house), po(house).with_suffix(".mo"), house / "static/js/words/en.js"]
    before = [path.read_bytes() for path in made]
    translations.update(house)
    assert [path.read_bytes() for path in made] == before
    assert b"Date" not in before[0] + before[1]


def test_what_is_compiled_is_what_pages_say(house):
    english = gettext.GNUTranslations(io.BytesIO(po(house).with_suffix(".mo").read_bytes()))
    assert english.gettext("Gemt") == "Saved"
    assert [english.ngettext("%(num)d hus", "%(num)d huse", n) for n in (0, 1, 2)] == [
        "%(num)d houses",
        "%(num)d house",
        "%(num)d houses",
    ]


def test_the_module_for_scripts_holds_what_scripts_say_and_no_more(house):
    script = (house / "static/js/words/en.js").read_text("utf-8")
    assert '"Gem": "Save"' in script
    assert "Saved" not in script
