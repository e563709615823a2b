"""What was wrong with a file, what was understood of it and what clashes, in sentences."""

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import ngettext

from domain.exchange import Clash, TakenIn
from domain.questions import BadFile, Form, Remark

from .language import pick
from .words import sector_name

#: Told of one package.
MOST_CLASHES, MOST_NAMED, MOST_OF_A_TITLE = 20, 5, 120


def bad_file(bad: BadFile) -> str:
    """Why it cannot be used, and what to do."""
    said = {
        "too_large": _("Filen fylder mere end %(most_mb)s MB. Del den, eller fjern billeder."),
        "too_much_inside": _("Der er mere i filen, end vi kan læse. Gem kun de ark, der skal bruges."),
        "old_excel": _("Filen er i Excels gamle format eller har adgangskode. Gem den som .xlsx uden adgangskode."),
        "no_workbook": _("Filen er ikke et regneark. Vælg en .xlsx-fil."),
        "broken": _("Filen er i stykker. Gem den igen, og prøv med den nye."),
        "bad_xml": _("Filens indre er ikke, som et regneark skal være. Gem den igen fra dit regneark."),
        "paths_inside": _("Filen har navne i sig, der fører ud af den. Den bliver ikke læst."),
        "macros": _("Filen har makroer. Gem den som .xlsx uden makroer."),
        "external_links": _("Filen henter noget i andre filer. Fjern forbindelserne, og gem den igen."),
        "formula": _("Der er en formel i arket %(sheet)s, række %(row)s. Skriv det, den viser, i stedet."),
        "too_many_rows": _("Arket %(sheet)s har mere end %(most)s rækker."),
        "too_many_columns": _("Arket %(sheet)s har mere end %(most)s kolonner."),
        "heading_twice": _("Kolonnen %(heading)s står to gange i arket %(sheet)s. Fjern den ene."),
        "no_survey": _("Der er intet ark, der hedder survey. Uden det er filen ikke en XLSForm."),
        "no_types": _("Arket survey har ingen kolonne, der hedder type."),
        "no_questions": _("Der er ingen spørgsmål i filen, som vi kan bruge."),
        "unusable": _("Spørgsmålene passer ikke sammen, så vi kan ikke bruge filen."),
        "text_too_long": _("En tekst er længere end de %(most)s tegn, en celle i et regneark kan holde."),
        "text_unreadable": _("Der er et tegn i en tekst, som vi ikke kan bruge. Skriv det om."),
        "no_json": _("Filen er ikke JSON, eller den er i stykker."),
        "no_package": _("Filen er ikke en pakke fra Hørt (%(schema)s)."),
        "unusable_package": _("Pakken kan ikke bruges. Se her: %(place)s"),
    }
    return said[bad.key] % bad.facts


def remark(told: Remark) -> str:
    """A line of the report, with the row it is about."""
    sentence = _sentence(told)
    return _("Række %(row)d: %(sentence)s", row=told.row, sentence=sentence) if told.row else sentence


def _sentence(told: Remark) -> str:
    said = {
        # missing
        "title": _("Titlen mangler på dansk."),
        "promise": _("Løftet, der siges først, mangler på dansk."),
        "voice": _("Hvis ord der står i »…«, mangler på dansk."),
        "no_danish": _("Der mangler dansk i række %(rows)s. Indtil det er skrevet, står den anden tekst der."),
        # left out
        "no_type": _("Rækken har ingen type og er ikke med."),
        "repeat": _("Gentagelsen »%(name)s« kan ikke bruges. Det, der står i den, er ikke med."),
        "in_a_repeat": _("Står i en gentagelse og er ikke med."),
        "note": _("En note, der hverken er løfte eller vejledning, er ikke med."),
        "calculation": _("En beregning er ikke med."),
        "metadata": _("%(type)s handler om udfyldningen og er ikke med."),
        "unknown_type": _("Typen %(type)s kender vi ikke. Spørgsmålet er ikke med."),
        "no_label": _("Spørgsmålet har ingen tekst og er ikke med."),
        "no_choices": _("Listen »%(list)s« er tom eller findes ikke. Spørgsmålet er ikke med."),
        "unusable_row": _("Rækken kan ikke bruges og er ikke med."),
        "unusable_choice": _("Valget mangler liste, navn eller tekst og er ikke med."),
        "choice_twice": _("Valget »%(code)s« står to gange. Det første er med."),
        "or_other": _("»Andet« som fri tekst er ikke med. Tilføj et valg eller et spørgsmål."),
        "unused_list": _("Listen »%(list)s« bruges ikke og er ikke med."),
        "column": _("Kolonnen %(column)s er ikke med (række %(rows)s)."),
        "required_sometimes": _("Svaret kræves kun nogle gange. Nu kræves det ikke."),
        "bad_more": _("Kolonnen hoert::more kan ikke læses og er ikke med."),
        # changed
        "group": _("Gruppen »%(name)s« er væk. Dens spørgsmål står i rækkefølgen."),
        "id_twice": _("Id'et står to gange. Spørgsmålet har fået et nyt."),
        "bad_id": _("Det, der står i %(column)s, er intet id."),
        "new_id": _("Nye id'er til spørgsmålene i række %(rows)s."),
        "prompt_is_label": _("Det, der siges, er det samme som over feltet (række %(rows)s)."),
        "taken_as_danish": _("Filen siger ikke hvilket sprog. Teksterne er læst som dansk (række %(rows)s)."),
        "no_english": _("Uden engelsk: række %(rows)s."),
    }
    return said[told.key] % told.facts if told.key in said else _counted(told.key, int(told.facts["n"]))


def _counted(key: str, n: int) -> str:
    """What was understood."""
    return {
        "kind_long_text": ngettext("%(num)d spørgsmål med lang tekst", "%(num)d spørgsmål med lang tekst", n),
        "kind_short_text": ngettext("%(num)d spørgsmål med en linje", "%(num)d spørgsmål med en linje", n),
        "kind_one_choice": ngettext("%(num)d spørgsmål med ét valg", "%(num)d spørgsmål med ét valg", n),
        "kind_several_choices": ngettext("%(num)d spørgsmål med flere valg", "%(num)d spørgsmål med flere valg", n),
        "kind_five_faces": ngettext("%(num)d spørgsmål med fem ansigter", "%(num)d spørgsmål med fem ansigter", n),
        "kind_number": ngettext("%(num)d spørgsmål med et tal", "%(num)d spørgsmål med et tal", n),
        "facts": ngettext("%(num)d faktum om den, der tales med", "%(num)d fakta om den, der tales med", n),
    }[key]


def clash(found: Clash) -> str:
    """What is here already, and is another."""
    said = {
        "other_sector": _("Spørgsmålssættet %(id)s er her i forvejen og hører til %(sector)s."),
        "other_talk_type": _("Spørgsmålssættet %(id)s er her i forvejen og er til en anden slags samtale."),
        "other_version": _("Version %(number)s (%(id)s) er her i forvejen med andet indhold."),
        "number_taken": _("Spørgsmålssættet %(id)s har allerede en anden version %(number)s."),
        "reads_otherwise": _(
            "Version %(number)s: »%(question)s« lyder anderledes her, og pakken siger ikke, om det betyder det samme."
        ),
        "asked_elsewhere": _("Version %(number)s: »%(question)s« hører her til et andet spørgesæt og lyder anderledes."),
        "other_theme": _("Temaet %(theme)s (%(id)s) er her i forvejen og er anderledes."),
        "theme_taken": _("Der er allerede et andet tema, der hedder %(theme)s."),
    }
    facts = {**found.facts, "id": str(found.id)}
    if "sector" in facts:
        facts["sector"] = sector_name(str(facts["sector"]))
    return said[found.key] % facts


def clashes(found: Sequence[Clash]) -> list[str]:
    """Why nothing was taken in, and what to do."""
    said = [_("Intet er tilføjet."), *map(clash, found[:MOST_CLASHES])]
    if any(one.key == "reads_otherwise" for one in found):
        said.append(_("Læs versionen ind som XLSForm: så bliver den en kladde, hvor du vælger."))
    return said


def taken_in(taken: TakenIn) -> list[str]:
    """What is new, what new talks use of it, and who hears of that."""
    if not taken.is_new:
        return [_("Alt i pakken er her i forvejen.")]
    parts = (
        ngettext("%(num)d spørgesæt", "%(num)d spørgesæt", taken.sets),
        ngettext("%(num)d version", "%(num)d versioner", taken.versions),
        ngettext("%(num)d tema", "%(num)d temaer", taken.themes),
    )
    said = [_("Tilføjet: %(what)s.", what=", ".join(parts))]
    if not taken.in_use:
        return [*said, _("Der spørges om det samme som før.")]
    names = [_in_use(form) for form in taken.in_use[:MOST_NAMED]]
    if more := len(taken.in_use) - len(names):
        names.append(ngettext("%(num)d til", "%(num)d til", more))
    said.append(_("I brug nu: %(what)s.", what=", ".join(names)))
    return [*said, ngettext("%(num)d leder får besked.", "%(num)d ledere får besked.", taken.told)]


def _in_use(form: Form) -> str:
    title = pick(form.content.title)[:MOST_OF_A_TITLE]
    return _("%(title)s (version %(number)d)", title=title, number=form.number)
