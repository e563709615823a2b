"""Keys of the domain as words of the interface: the domain returns keys and numbers, this turns them into Danish."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext

from domain import digests
from domain.base import Week
from domain.digests import Change, Content, ThemeOfWeek
from domain.people import Label, Role, Sector
from domain.questions import Kind
from domain.themes import Tone


class Time(StrEnum):
    """What a sentence or a change is about."""

    WEEK = "week"
    FOUR_WEEKS = "four_weeks"
    MONTH = "month"
    YEAR = "year"


def role_name(role: str) -> str:
    return {
        Role.EMPLOYEE: _("medarbejder"),
        Role.INSTITUTION_LEADER: _("institutionsleder"),
        Role.AREA_LEADER: _("områdeleder"),
        Role.ADMINISTRATOR: _("administrator"),
    }[Role(role)]


def sector_name(sector: str | None) -> str:
    return {Sector.NURSERY: _("dagtilbud"), Sector.HOME_CARE: _("hjemmepleje")}[Sector(sector)] if sector else ""


def deed_name(verb: str) -> str:
    """What was done, for the administrator's counts."""
    return {
        "read": _("Sider med samtaler, der er læst"),
        "items_taken.talks": _("Samtaler, der er noteret"),
        "items_taken.edits": _("Samtaler, der er rettet"),
        "items_taken.withdrawals": _("Samtaler, der er taget tilbage"),
        "items_taken.kept": _("Samtaler, der havde brug for hjælp"),
        "box_exported": _("»Har brug for dig«, der er hentet for en anden"),
        "item_settled": _("Samtaler, der ikke længere har brug for hjælp"),
        "issue_made": _("Uger, der er samlet"),
        "issue_read": _("Uger, der er markeret som læst"),
        "issue_unread": _("Uger, der ikke længere er markeret som læst"),
        "headline_written": _("Overskrifter, der er skrevet om"),
        "closed_period_set": _("Lukkede perioder, der er skrevet ind"),
        "closed_period_removed": _("Lukkede perioder, der er fjernet"),
        "closed_period_restored": _("Lukkede perioder, der er sat ind igen"),
        "talks_exported": _("Filer med samtaler, der er hentet"),
        "package_imported": _("Pakker med spørgsmål og temaer, der er lagt ind"),
        "reply_written": _("Svar, der er skrevet"),
        "themes_decided": _("Samtaler, hvor temaerne er rettet"),
        "themes_undone": _("Rettelser af temaer, der er fortrudt"),
        "themes_objected": _("Indsigelser mod temaer"),
        "objection_kept": _("Indsigelser, hvor temaerne er beholdt"),
        "objection_put_back": _("Indsigelser, hvor temaerne er sat tilbage"),
        "unit_moved": _("Steder, der er flyttet"),
        "unit_closed": _("Steder, der er lukket for altid"),
        "unit_merged": _("Steder, der er lagt sammen med et andet"),
        "unit_split": _("Steder, der er delt ud fra et andet"),
        "person_shut_out": _("Brugere, der er spærret"),
        "device_shut_out": _("Telefoner, der er spærret"),
        "question_set_added": _("Spørgesæt, der er begyndt"),
        "question_set_published": _("Versioner af spørgsmål, der er udgivet"),
        "question_set_offered": _("Spørgsmål, der har fået et andet sted"),
        "question_set_closed": _("Spørgsmål, der er lukket"),
        "question_set_reopened": _("Spørgsmål, der er åbnet igen"),
        "version_chosen": _("Samtaler, hvor der er valgt mellem to udgaver"),
        "issue_time_set": _("Tider for, hvornår ugen samles, der er ændret"),
        "job_begun_anew": _("Opgaver, der er sat i gang igen"),
        "talk_erased": _("Samtaler, der er slettet overalt"),
        "backup_restored": _("Sikkerhedskopier, der er lagt tilbage"),
        "demo_loaded": _("Demodata, der er lagt ind"),
    }.get(verb, verb)


def kind_name(kind: str) -> str:
    """How a question is answered."""
    return {
        Kind.LONG_TEXT: _("Lang tekst"),
        Kind.SHORT_TEXT: _("Kort tekst"),
        Kind.ONE_CHOICE: _("Ét valg"),
        Kind.SEVERAL_CHOICES: _("Flere valg"),
        Kind.FIVE_FACES: _("Fem ansigter"),
        Kind.NUMBER: _("Et tal"),
    }[Kind(kind)]


def face(number: int) -> str:
    """One of five faces in words; a face alone says too little."""
    return (_("Slet ikke godt"), _("Ikke så godt"), _("Midt imellem"), _("Godt"), _("Rigtig godt"))[number - 1]


def teller(sector: str | None) -> str:
    """Whose words a quotation is, and no more than that."""
    return _("Forælder") if sector == Sector.NURSERY else _("Borger eller pårørende")


def unnamed(label: str | None) -> str:
    match Label(label or Label.HOUSE):
        case Label.WARD:
            return _("en afdeling i området")
        case Label.DISTRICT:
            return _("et distrikt i området")
        case _house:
            return _("et hus i området")


def houses(label: str | None, n: int) -> str:
    """`1 hus`, `4 huse`, by the local word."""
    match Label(label or Label.HOUSE):
        case Label.WARD:
            return ngettext("%(num)d afdeling", "%(num)d afdelinger", n)
        case Label.DISTRICT:
            return ngettext("%(num)d distrikt", "%(num)d distrikter", n)
        case _:
            return ngettext("%(num)d hus", "%(num)d huse", n)


def all_closed(label: str | None) -> str:
    return {
        Label.HOUSE: _("Alle huse holder lukket."),
        Label.WARD: _("Alle afdelinger holder lukket."),
        Label.DISTRICT: _("Alle distrikter holder lukket."),
    }[Label(label or Label.HOUSE)]


def houses_heard(label: str | None) -> str:
    return {
        Label.HOUSE: _("Huse med samtaler"),
        Label.WARD: _("Afdelinger med samtaler"),
        Label.DISTRICT: _("Distrikter med samtaler"),
    }[Label(label or Label.HOUSE)]


def number(n: int) -> str:
    """Small numbers as words, as they read best at the beginning of a sentence."""
    return str(_NUMBERS[n] if n < len(_NUMBERS) else n)


_NUMBERS = (
    lazy_gettext("Ingen"), lazy_gettext("Én"), lazy_gettext("To"), lazy_gettext("Tre"), lazy_gettext("Fire"),
    lazy_gettext("Fem"), lazy_gettext("Seks"), lazy_gettext("Syv"), lazy_gettext("Otte"), lazy_gettext("Ni"),
    lazy_gettext("Ti"), lazy_gettext("Elleve"), lazy_gettext("Tolv"),
)  # fmt: skip


def in_a_sentence(name: str) -> str:
    """A theme's name inside a sentence: »Aflevering om morgenen« → »aflevering om morgenen«."""
    return name[:1].lower() + name[1:]


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def headline(content: Content, names: dict[str, str], *, label: str | None) -> str:
    """One or two sentences made from counts: the strongest change, else the biggest theme, else how many were heard.

    Never a cause, and no adjective that the numbers do not carry. `names`: theme id → name.
    """
    if not content.talks and content.late:
        return ngettext(
            "Ingen samtaler fra ugen selv. %(num)d samtale kom med senere.",
            "Ingen samtaler fra ugen selv. %(num)d samtaler kom med senere.",
            content.late,
        )
    if not content.talks:
        return _("En stille uge. Ingen samtaler er kommet ind.")
    found = about(content, names, Time.WEEK)
    if found:
        return found
    return heard_from(content, label)


def period_headline(content: Content, names: Mapping[str, str], *, label: str | None, time: Time) -> str:
    """The same of a month or a year."""
    if not content.talks and content.late:  # a late talk may be of the month itself, only of another week of it
        return ngettext(
            "Ingen samtaler kom med i deres egen uge. %(num)d samtale kom med senere.",
            "Ingen samtaler kom med i deres egen uge. %(num)d samtaler kom med senere.",
            content.late,
        )
    if not content.talks:
        return _("Ingen samtaler er kommet ind.")
    return about(content, names, time) or heard_from(content, label)


def heard_from(content: Content, label: str | None) -> str:
    talks = ngettext("%(n)s samtale", "%(n)s samtaler", content.talks, n=number(content.talks))
    return _(
        "%(talks)s fra %(heard)d af %(open)s.", talks=talks, heard=content.houses_heard, open=houses(label, content.houses_open)
    )


def time_before(time: Time) -> str:
    """What a time is compared with, at the end of a sentence."""
    match time:
        case Time.WEEK:
            return _("i ugerne før")
        case Time.FOUR_WEEKS:
            return _("i de fire uger før")
        case Time.MONTH:
            return _("i de tre måneder før")
        case Time.YEAR:
            return _("året før")


def about(content: Content, names: Mapping[str, str], time: Time) -> str:
    """What it was mostly about; nothing where no theme leads. `names`: theme id → name."""
    first = digests.leading(content)
    if first is None:
        return ""
    said = {
        Time.WEEK: _("%(count)s af ugens %(of)s samtaler handlede om %(about)s."),
        Time.FOUR_WEEKS: _("%(count)s af %(of)s samtaler i de sidste fire uger handlede om %(about)s."),
        Time.MONTH: _("%(count)s af månedens %(of)s samtaler handlede om %(about)s."),
        Time.YEAR: _("%(count)s af årets %(of)s samtaler handlede om %(about)s."),
    }[time]
    theme = in_a_sentence(names.get(str(first.theme), ""))
    text = said % {"count": number(first.count), "of": content.talks, "about": theme}
    if first.change == Change.MORE:
        text += " " + _were_before(time) % {"count": first.before, "of": first.talks_before}
    if first.change == Change.NEW:
        text += " " + _was_none(time)
    return text


def _were_before(time: Time) -> str:
    return {
        Time.WEEK: _("I ugerne før var det %(count)d af %(of)d."),
        Time.FOUR_WEEKS: _("I de fire uger før var det %(count)d af %(of)d."),
        Time.MONTH: _("I de tre måneder før var det %(count)d af %(of)d."),
        Time.YEAR: _("Året før var det %(count)d af %(of)d."),
    }[time]


def _was_none(time: Time) -> str:
    return {
        Time.WEEK: _("I de syv uger før var der ingen."),
        Time.FOUR_WEEKS: _("I de fire uger før var der ingen."),
        Time.MONTH: _("I de tre måneder før var der ingen."),
        Time.YEAR: _("Året før var der ingen."),
    }[time]


def house_headline(this_week: Content, recent: Content, names: Mapping[str, str]) -> str:
    """Of the running week, where something leads in it; else of the last four."""
    found = about(this_week, names, Time.WEEK) or about(recent, names, Time.FOUR_WEEKS)
    if found:
        return found
    if not recent.talks:
        return _("Ingen samtaler i de sidste fire uger.")
    return ngettext(
        "%(n)s samtale i de sidste fire uger.",
        "%(n)s samtaler i de sidste fire uger.",
        recent.talks,
        n=number(recent.talks),
    )


def change(theme: ThemeOfWeek, *, of: int, time: Time = Time.WEEK) -> str:
    """The change in words, always with both denominators where it claims one."""
    match theme.change:
        case Change.MORE:
            text = _(
                "Flere end før: %(count)d af %(of)d mod %(before)d af %(of_before)d %(time)s",
                count=theme.count,
                of=of,
                before=theme.before,
                of_before=theme.talks_before,
                time=time_before(time),
            )
        case Change.NEW:
            text = _(
                "Nyt: %(count)d af %(of)d mod ingen af %(of_before)d %(time)s",
                count=theme.count,
                of=of,
                of_before=theme.talks_before,
                time=time_before(time),
            )
        case Change.TOO_EARLY:
            return _("For tidligt at sige")
        case _:
            return _("Som det plejer")
    return f"{text}. {_('Under fem samtaler: læs ordene')}" if theme.count < 5 else text


def tones(theme: ThemeOfWeek, *, label: str | None) -> str:
    """`4 med bøvl, 1 ros · fra 4 huse`."""
    return f"{tones_alone(theme)} · {_('fra %(houses)s', houses=houses(label, theme.houses))}"


def tones_alone(theme: ThemeOfWeek) -> str:
    return tone_counts(theme.trouble, theme.praise, neutral(theme))


def tone_counts(trouble: int, praise: int, neither: int) -> str:
    """`4 med bøvl, 1 ros`."""
    said = (
        _("%(n)d med bøvl", n=trouble) if trouble else "",
        _("%(n)d ros", n=praise) if praise else "",
        _("%(n)d uden bøvl eller ros", n=neither) if neither else "",
    )
    return ", ".join(part for part in said if part)


def late_weeks(content: Content, *, year: int) -> str:
    """`2 fra uge 46, 1 fra uge 45`: how many came later from which week; the year only where it is another. Empty: not known."""
    return ", ".join(_("%(n)d fra %(week)s", n=n, week=week(Week.parse(label), year=year)) for label, n in content.late_weeks)


def breaks(weeks: Sequence[Week], *, year: int) -> str:
    """The line under weeks that do not go on from one another; empty where all do."""
    if not weeks:
        return ""
    said = ", ".join(week(one, year=year) for one in weeks)
    return _("Nye spørgsmål fra %(weeks)s: sammenlign med varsomhed.", weeks=said)


def week(which: Week, *, year: int) -> str:
    """`uge 46`, in another year than the one that is read `uge 53, 2026`."""
    if which.year == year:
        return _("uge %(number)d", number=which.number)
    return _("uge %(number)d, %(year)d", number=which.number, year=which.year)


def tone(key: str | None) -> str:
    return {Tone.TROUBLE: _("bøvl"), Tone.PRAISE: _("ros")}[Tone(key)] if key else ""


def toned(name: str, key: str | None) -> str:
    """`Mad (ros)`."""
    return f"{name} ({tone(key)})" if key else name


def neutral(theme: ThemeOfWeek) -> int:
    return theme.count - theme.trouble - theme.praise


def problem(code: str, *, over: int = 0) -> str:
    """What is wrong with something that was written, and what to do."""
    return {
        "nothing_written": _("Skriv mindst ét svar."),
        "missing": _("Det her spørgsmål skal have et svar."),
        "too_long": ngettext(
            "Teksten er %(num)d tegn for lang. Del den i to samtaler.",
            "Teksten er %(num)d tegn for lang. Del den i to samtaler.",
            over,
        ),
        "unreadable": _("Der er et tegn i teksten, som vi ikke kan gemme. Skriv det om."),
        "unknown_choice": _("Vælg en af mulighederne."),
        "unknown_question": _("Spørgsmålene er blevet ændret. Dine svar er her stadig; tryk Gem igen."),
        "unknown_version": _("Spørgsmålene er blevet ændret. Dine svar er her stadig; tryk Gem igen."),
        "other_sector": _("Spørgsmålene hører til et andet sted. Vælg stedet igen."),
        "unknown_unit": _("Vælg et sted, hvor du kan notere samtaler."),
        "unknown_theme": _("Vælg temaer fra listen."),
        "unknown_tone": _("Vælg også det tema, det gælder."),
        "contradiction": _("Et tema er både valgt til og fra. Vælg det ene."),
        "unknown_number": _("Skriv et helt tal, der kan passe."),
        "no_group": _("Skriv et tal fra 2 til 500."),
        "wrong_kind": _("Svaret passer ikke til spørgsmålet. Svar igen."),
        "twice": _("Der er to svar på det samme spørgsmål. Behold det ene."),
        "unknown_talk": _("Den samtale, der skulle rettes, er her ikke. Gem det her som en ny."),
        "no_canonical_form": _("Der er et tegn i teksten, som vi ikke kan gemme. Skriv det om."),
        "too_deep": _("Den er for indviklet til, at vi kan læse den."),
        "cpr_masked": _("Der stod et CPR-nummer. Det er dækket til."),
        "unit_followed": _("Stedet er lukket. Samtalen er gemt under det sted, der er fortsat efter det."),
        "taken": _("Den er brugt før af en anden. Dine svar er her stadig; tryk Gem igen."),
    }.get(code, _("Noget her kunne vi ikke læse. Ret det, og tryk Gem igen."))
