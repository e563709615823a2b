"""The editor of question sets without JavaScript: one form, and each button saves it whole."""

import pytest

from domain import questions
from domain.questions import Kind, Same
from tests import cast, make
from tests.web import editing
from tests.web.editing import goes_on, press


@pytest.fixture
def admin(own_town):
    return own_town.browser("admin")


@pytest.fixture
def page(own_town, admin):
    return admin.get(editing.begun(own_town))


def ids(own_town):
    return [str(one.id) for one in editing.sketch(own_town).questions]


def test_it_says_which_version_is_edited_and_which_one_is_in_use(page, own_town):
    noted = sum(1 for talk in own_town.talks.values() if talk.question_set_version_id == own_town.cast.form.id)
    assert noted
    assert "Du retter i version 2 (kladde). Version 1 er i brug:" in page.words
    assert "Den bliver ikke ændret." in page.words
    assert "Nye samtaler bruger version 2." in page.words
    assert "gamle samtaler beholder version 1." in page.words
    assert "Telefoner uden net bruger version 1, til de har været på nettet. Svarene bliver taget imod." in page.words
    with own_town.database.reading() as session:
        hear = questions.who_hears(session, editing.stored(own_town).question_set, now=make.NOW)
    assert f"{len(hear)} ledere får besked." in page.words


def test_what_is_typed_is_saved_whatever_button_is_pressed(own_town, admin, page):
    first, second, third = ids(own_town)
    name = f"question.{first}.prompt.da"
    buttons = [
        "save",
        "keep",
        "tab en",
        f"up question.{second}",
        f"remove question.{third}",
        "add questions",
        "nonsense",
        "up nowhere",
    ]
    for number, do in enumerate(buttons):
        text = f"Hvad nu, nummer {number}?"
        goes_on(admin, press(admin, admin.get(editing.address(own_town)), do, **{name: text}))
        assert {str(one.id): one for one in editing.sketch(own_town).questions}[first].prompt["da"] == text, do


def test_questions_move_up_and_down_and_the_focus_follows(own_town, admin, page):
    first, second, third = ids(own_town)
    answer = press(admin, page, f"down question.{first}")
    assert answer.location.endswith(f"#down.question.{first}")
    assert ids(own_town) == [second, first, third]
    answer = press(admin, goes_on(admin, answer), f"down question.{first}")
    assert answer.location.endswith(f"#up.question.{first}"), "at the end the other button takes the focus"
    assert ids(own_town) == [second, third, first]
    press(admin, goes_on(admin, answer), f"down question.{first}")
    assert ids(own_town) == [second, third, first]


def test_a_question_taken_away_comes_back_by_undo_where_it_stood(own_town, admin, page):
    before = editing.sketch(own_town)
    second = before.questions[1]
    page = goes_on(admin, press(admin, page, f"remove question.{second.id}"))
    assert "Det er fjernet." in page.words
    assert str(second.id) not in ids(own_town)
    page = goes_on(admin, press(admin, page, "save", **{"title.da": "Et andet navn"}))
    [undo] = [button.get("value") for button in page.all("button") if button.get("id") == "undo"]
    page = goes_on(admin, press(admin, page, undo))
    assert editing.sketch(own_town).questions == before.questions
    assert editing.sketch(own_town).title["da"] == "Et andet navn"
    assert "Det er fjernet." not in page.words


def test_six_kinds_choices_help_and_required(own_town, admin, page):
    first = ids(own_town)[0]
    where = f"question.{first}"
    for kind in Kind:
        page = goes_on(admin, press(admin, page, "save", **{f"{where}.kind": kind}))
        assert editing.sketch(own_town).questions[0].kind is kind
    page = goes_on(admin, press(admin, page, "save", **{f"{where}.kind": "one_choice", f"{where}.required": "1"}))
    for text in ("Ja", "Nej", "Ved ikke"):
        page = goes_on(admin, press(admin, page, f"add {where}.choices"))
        name = page.path.split("at=")[1].split("&")[0]
        page = goes_on(admin, press(admin, page, "save", **{name: text, f"{where}.help.da": "Vælg ét"}))
    asked = editing.sketch(own_town).questions[0]
    assert [one.text["da"] for one in asked.choices] == ["Ja", "Nej", "Ved ikke"]
    assert (asked.required, asked.help) == (True, {"da": "Vælg ét"})
    last = f"{where}.choice.{asked.choices[2].code}"
    page = goes_on(admin, press(admin, page, f"up {last}"))
    page = goes_on(admin, press(admin, page, f"remove {where}.choice.{asked.choices[0].code}"))
    assert [one.text["da"] for one in editing.sketch(own_town).questions[0].choices] == ["Ved ikke", "Nej"]
    page = goes_on(admin, press(admin, page, "save", **{f"{where}.required": []}))
    assert not editing.sketch(own_town).questions[0].required


def test_english_stands_beside_danish_and_what_is_missing_is_counted(own_town, admin, page):
    first = ids(own_town)[0]
    missing = len(questions.missing_english(editing.sketch(own_town)))
    assert f"{missing} mangler" in page.words
    english = goes_on(admin, press(admin, page, "tab en"))
    assert f"question.{first}.prompt.da" not in dict(english.fields(editing.address(own_town)))
    page = goes_on(admin, press(admin, english, "save", **{f"question.{first}.prompt.en": "How was it?"}))
    assert f"{missing - 1} mangler" in page.words
    asked = editing.sketch(own_town).questions[0]
    assert asked.prompt["en"] == "How was it?"
    assert asked.prompt["da"] == own_town.cast.form.content.questions[0].prompt["da"]


def test_a_question_that_reads_otherwise_is_asked_about_and_says_what_it_said_before(own_town, admin, page):
    first, known = ids(own_town)[0], own_town.cast.form.content.questions[0]
    assert "Er det det samme spørgsmål som før?" not in page.words
    page = goes_on(admin, press(admin, page, "save", **{f"question.{first}.prompt.da": "Noget helt andet?"}))
    assert f"Er det det samme spørgsmål som før? Før: »{known.prompt['da']}«" in page.words
    to = f"{editing.address(own_town)}/publication"
    refused = press(admin, page, "", to=to)
    assert refused.status == 422
    assert [one for one in refused.all("a") if one.get("href") == f"#question.{first}.same"]
    assert any(one.get("id") == f"question.{first}.same" for one in refused.all("input"))
    page = goes_on(admin, press(admin, page, "save", **{f"question.{first}.same": "meaning"}))
    assert "Spørgsmål 1 starter forfra." in page.words
    answer = press(admin, page, "", to=to)
    version = goes_on(admin, answer)
    assert "Version 2 er udgivet." in version.words
    with own_town.database.reading() as session:
        asked = questions.in_use(session, own_town.cast.leder)[0].content.questions[0]
    assert asked.follows == known.id


def test_publishing_takes_with_it_what_was_typed_last_and_who_helped(own_town, admin, page):
    answer = press(
        admin, page, "", to=f"{editing.address(own_town)}/publication",
        **{"title.da": "Nyt navn", "worded_by": ["citizens", "staff"], "power.aim": "Vi vil høre mere."},
    )  # fmt: skip
    version = goes_on(admin, answer)
    assert version.h1 == "Nyt navn"
    assert "borgere, medarbejdere" in version.words
    assert "Vi vil høre mere." in version.words
    assert editing.stored(own_town) is None
    difference = admin.get(f"/questions/{own_town.cast.form.question_set_id}/difference?first=1&second=2")
    assert "Nyt navn" in difference.words


def test_what_is_in_the_way_is_said_with_a_link_to_its_field_and_the_draft_is_kept(own_town, admin, page):
    first = ids(own_town)[0]
    to = f"{editing.address(own_town)}/publication"
    refused = press(admin, page, "", to=to, **{"title.da": "", f"question.{first}.prompt.da": " ", "voice.da": "x" * 61})
    assert refused.status == 422
    assert editing.sketch(own_town).voice["da"] == "x" * 61
    ids_there = {element.get("id") for element in refused.tree.iter()}
    [summary] = refused.all("div", css="error-summary")
    links = [one.get("href")[1:] for one in summary.iter("a")]
    assert links[:2] == ["title.da", "voice.da"]
    assert f"question.{first}.prompt.da" in links
    assert set(links) <= ids_there


@pytest.mark.parametrize("place", ["draft", "draft/publication"])
def test_two_who_wrote_otherwise_choose_before_anything_is_stored(own_town, admin, page, place):
    with own_town.database.writing() as session:
        base = editing.stored(own_town)
        theirs = base.sketch.model_copy(update={"title": {"da": "Deres titel", "en": "x"}})
        questions.save(session, own_town.cast.admin, base.question_set.id, seen=base.revision, sketch=theirs, now=make.NOW)
    to = f"/questions/{own_town.cast.form.question_set_id}/{place}"
    answer = press(admin, page, "save", to=to, **{"title.da": "Min titel", "promise.da": "Mit løfte"})
    assert answer.status == 409
    assert all(text in answer.words for text in ("Deres titel", "Min titel", "Nye forældre efter en måned"))
    assert editing.sketch(own_town).title["da"] == "Deres titel"
    goes_on(admin, admin.submit(answer, to, **{"choose title.da": "mine"}))
    if place == "draft":
        assert (editing.sketch(own_town).title["da"], editing.sketch(own_town).promise["da"]) == ("Min titel", "Mit løfte")


def test_who_else_saved_is_named_and_publishing_waits_until_it_was_seen(own_town, admin, page):
    other = own_town.cast.omraade  # any other person's id: another administrator's
    with own_town.database.writing() as session:
        base = editing.stored(own_town)
        theirs = base.sketch.model_copy(update={"voice": {"da": "Deres ord"}})
        actor = own_town.cast.admin.__class__(**{**own_town.cast.admin.__dict__, "person_id": other.person_id})
        questions.save(session, actor, base.question_set.id, seen=base.revision, sketch=theirs, now=make.NOW)
    answer = press(admin, page, "", to=f"{editing.address(own_town)}/publication", **{"title.da": "Min titel"})
    assert answer.status == 409
    assert "Kladden er ændret imens." in answer.words
    assert f"{other.name} har også rettet i kladden for 1 min. siden." in answer.words
    assert editing.sketch(own_town).title["da"] == "Min titel"
    assert editing.sketch(own_town).voice["da"] == "Deres ord"
    assert press(admin, admin.get(editing.address(own_town)), "", to=f"{editing.address(own_town)}/publication").status == 302


def test_a_draft_that_was_published_meanwhile_takes_no_text_with_it(own_town, admin, page):
    with own_town.database.writing() as session:
        draft = editing.stored(own_town)
        questions.publish_draft(session, own_town.cast.admin, draft.question_set.id, seen=draft.revision, now=make.NOW)
    answer = press(admin, page, "save", **{"title.da": "Skrevet for sent"})
    assert answer.status == 409
    assert "Skrevet for sent" in answer.words
    goes_on(admin, admin.submit(answer, editing.address(own_town)))
    assert editing.sketch(own_town).title["da"] == "Skrevet for sent"
    assert [one.id for one in editing.sketch(own_town).questions] == [one.id for one in own_town.cast.form.content.questions]


def test_what_met_an_expired_sign_in_is_given_back(own_town, page):
    admin = own_town.new_browser("admin")
    page = admin.get(editing.address(own_town))
    fields = [pair for pair in page.fields(editing.address(own_town)) if pair[0] != "title.da"]
    admin.forget_cookies()
    refused = admin.post(editing.address(own_town), [*fields, ("title.da", "Skrevet længe"), ("do", "save")])
    assert refused.status == 401
    back = admin.submit(refused, "/auth/sign-in", email=cast.email("admin"), password=make.PASSWORD)
    assert "Dine rettelser er her; tryk Gem." in back.words
    assert "Ikke gemt endnu" in back.words
    answer = admin.post(editing.address(own_town), [*back.fields(editing.address(own_town)), ("do", "save")])
    assert answer.status == 302
    assert editing.sketch(own_town).title["da"] == "Skrevet længe"


def test_a_stale_token_gives_the_texts_back(own_town, admin, page):
    fields = [*page.fields(editing.address(own_town)), ("title.da", "Skrevet længe")]
    fields = [pair for pair in fields if pair[0] != "title.da" or pair[1] == "Skrevet længe"]
    answer = admin.post(editing.address(own_town), fields, token="IjAi.wrong.token")
    assert answer.status == 419
    assert dict(answer.fields(editing.address(own_town)))["title.da"] == "Skrevet længe"
    assert editing.sketch(own_town).title["da"] != "Skrevet længe"


def test_a_draft_is_set_aside_and_comes_back(own_town, admin, page):
    here = editing.address(own_town)
    aside = goes_on(admin, admin.submit(page, f"{here}/discarding"))
    assert editing.stored(own_town) is None
    assert admin.get(here).status == 404
    assert goes_on(admin, admin.submit(aside, f"{here}/discarding/undo")).path.startswith(here)
    assert editing.stored(own_town)


def test_going_back_to_an_earlier_version_fills_the_draft_and_is_undone(own_town, admin, page):
    first = ids(own_town)[0]
    goes_on(admin, press(admin, page, "", to=f"{editing.address(own_town)}/publication", **{"title.da": "Anden"}))
    editing.begun(own_town)
    goes_on(admin, press(admin, admin.get(editing.address(own_town)), "save", **{"title.da": "Tredje"}))
    old = admin.get(f"/questions/{own_town.cast.form.id}")
    page = goes_on(admin, admin.submit(old, f"{editing.address(own_town)}/beginning"))
    assert page.h1 == own_town.cast.form.content.title["da"]
    [undo] = [button.get("value") for button in page.all("button") if button.get("id") == "undo"]
    goes_on(admin, press(admin, page, undo))
    assert editing.sketch(own_town).title["da"] == "Tredje"
    assert ids(own_town)[0] == first


def test_a_new_set_from_nothing_and_from_another_one(own_town, admin):
    form = admin.get("/questions/new")
    empty = goes_on(admin, admin.submit(form, "/questions/new", sector="nursery", talk_type="group_talk"))
    assert empty.h1 == "Spørgsmål uden titel"
    copied = goes_on(admin, admin.submit(form, "/questions/new", talk_type="quick_note", beginning=str(own_town.cast.form.id)))
    assert copied.h1 == own_town.cast.form.content.title["da"]
    known = {str(one.id) for one in own_town.cast.form.content.questions}
    asked = [value for name, value in copied.fields(copied.path.split("?")[0]) if name == "questions"]
    assert len(asked) == len(known)
    assert not known & set(asked), "no series of the one goes on in the other"
    listing = admin.get("/questions/")
    assert listing.words.count("kladde") == 2
    assert "gruppesamtale" in listing.words


def test_a_new_set_from_each_ready_one(own_town, admin):
    form = admin.get("/questions/new")
    assert questions.ready_sets()
    for ready in questions.ready_sets():
        page = goes_on(admin, admin.submit(form, "/questions/new", talk_type=ready.talk_type, beginning=ready.key))
        assert page.h1 == ready.sketch.title["da"]
        assert admin.post("/questions/new", {"sector": "nursery", "talk_type": "quick_note", "beginning": "none"}).status == 404


def test_where_it_is_offered_and_whether(own_town, admin):
    form = own_town.cast.form
    page = admin.get(f"/questions/{form.id}")
    here = f"/questions/{form.question_set_id}"
    page = goes_on(admin, admin.submit(page, f"{here}/place", place=str(own_town.cast.mariehuset.id)))
    with own_town.database.reading() as session:
        assert [one.id for one in questions.in_use(session, own_town.cast.leder)] == [form.id]
        assert questions.in_use(session, own_town.cast.leder2) == []
    assert own_town.cast.mariehuset.name in admin.get("/questions/").words
    page = goes_on(admin, admin.submit(page, f"{here}/closing"))
    assert "lukket" in page.words
    with own_town.database.reading() as session:
        assert questions.in_use(session, own_town.cast.leder) == []
    goes_on(admin, admin.submit(page, f"{here}/closing/undo"))
    with own_town.database.reading() as session:
        assert len(questions.in_use(session, own_town.cast.leder)) == 1


def test_more_than_three_questions_are_warned_of_and_hard_words_are_named(own_town, admin, page):
    page = goes_on(admin, press(admin, page, "add questions"))
    assert "Du har 4. Flere end tre tager mere end et minut i en garderobe." in page.words
    hard = "Hvordan oplever du kommunikationsstrategien?"
    page = goes_on(admin, press(admin, page, "save", **{"promise.da": hard}))
    assert "Langt ord: »kommunikationsstrategien«." in page.words


@pytest.mark.parametrize(
    "fields",
    [
        {"questions": ["nonsense", "' OR 1=1"]},
        {"about": ["../../etc", "a" * 300]},
        {"title.da": "\x00\x1b[31m\ud7ff"},
        {"seen": "99999999999999999999"},
        {"undo": "1 question.<script>"},
        {"worded_by": "nobody"},
        {"lang": "xx"},
    ],
    ids=str,
)
def test_a_form_that_no_browser_sends_breaks_nothing(own_town, admin, page, fields):
    answer = press(admin, page, "save", **fields)
    assert answer.status in (302, 409)
    assert admin.get(editing.address(own_town)).status == 200


def test_the_phone_in_its_frame_sends_nothing_and_stands_nowhere_else(own_town, admin, page):
    framed = admin.get(f"{editing.address(own_town)}/phone")
    policy = dict(part.split(" ", 1) for part in framed.headers["Content-Security-Policy"].split("; "))
    assert (policy["frame-ancestors"], framed.headers["X-Frame-Options"]) == ("'self'", "SAMEORIGIN")
    assert {policy[name] for name in ("connect-src", "worker-src", "form-action")} == {"'none'"}
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
    assert page.headers["X-Frame-Options"] == "DENY"
    assert "frame-src" not in admin.get("/questions/").headers["Content-Security-Policy"]


def test_same_and_other_words_are_told_apart_on_the_page(own_town, admin, page):
    first = ids(own_town)[0]
    changed = {f"question.{first}.prompt.da": "Hvordan er det gået?", f"question.{first}.same": Same.WORDING}
    page = goes_on(admin, press(admin, page, "save", **changed))
    page = goes_on(admin, press(admin, page, "save", **{f"question.{first}.same": Same.WORDING}))
    pills = ["".join(one.itertext()).strip() for one in page.all("span", css="pill")]
    assert pills[1:4] == ["Kun stavning", "Uændret", "Uændret"]
