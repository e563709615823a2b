"""`flask digests weekly`: a week becomes an issue, for the eye and as text."""

import re

from playwright.sync_api import expect

from tests.browser import steps

WAITS = re.compile("samlet snart|Indtil nu i denne uge")


def test_a_week_that_is_issued_stands_in_the_list_on_its_page_and_as_text(own_server, watched):
    page = watched(own_server).page()
    steps.sign_in(page, "omraade")
    waiting = page.get_by_role("link", name=re.compile("Samles snart"))
    expect(waiting).to_have_count(1)
    number = re.search(r"Uge (\d+)", waiting.inner_text()).group(1)
    waiting.click()
    expect(page.get_by_text(WAITS)).to_be_visible()
    talks_before = page.get_by_role("link", name=re.compile(r"^Læs (alle )?\S+ samtale")).inner_text()

    assert "Område Syd: " in own_server.flask("digests", "weekly")
    page.reload()
    expect(page.get_by_text(WAITS)).to_have_count(0)
    assert page.get_by_role("link", name=re.compile(r"^Læs (alle )?\S+ samtale")).inner_text() == talks_before
    headline = page.get_by_role("heading", level=1).inner_text()

    page.goto("/digests/")
    expect(page.get_by_role("link", name=re.compile("Samles snart"))).to_have_count(0)
    page.get_by_role("link", name=re.compile(rf"^Uge {number}\b.* samtale")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(headline)
    address = page.get_by_role("link", name="Hent som tekst").get_attribute("href")
    answer = page.request.get(address)
    assert answer.headers["content-type"].startswith("text/markdown")
    assert "indtil nu" not in answer.text()
    for theme in page.get_by_role("article").get_by_role("heading").all_inner_texts():
        assert f"### {theme}" in answer.text()


def test_a_second_run_changes_nothing_and_a_late_talk_comes_with_the_next_issue(own_server, watched):
    page = watched(own_server).page()
    steps.sign_in(page, "omraade")
    steps.open_running_week(page)
    week = re.search(r"\d{4}-W\d{2}", page.url).group(0)
    own_server.flask("digests", "weekly", "--week", week)
    page.reload()
    issued = page.get_by_role("main").inner_text()
    assert "issued before" in own_server.flask("digests", "weekly", "--week", week)
    steps.sign_out(page)
    steps.sign_in(page, "leder")
    steps.note_talk(page, "»Jeg kom efter at ugen blev samlet, og det er der ingen der kan se endnu.«")
    steps.sign_out(page)
    steps.sign_in(page, "omraade")
    page.get_by_role("main").get_by_role("link").first.click()
    expect(page).to_have_url(re.compile(week))
    assert page.get_by_role("main").inner_text() == issued
