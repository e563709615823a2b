"""Takes the pictures of the README from a running demo: `make run`, then `.venv/bin/python tools/screenshots.py`."""

import os
import shutil
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

BASE = f"http://127.0.0.1:{os.environ.get('PORT', '5000')}"
TARGET = Path(__file__).resolve().parents[1] / "docs" / "images"
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
SAID = "Far afleverer på vej til toget. »Når der står én ved døren, kan jeg gå med ro i maven.«"


def sign_in(page: Page, who: str) -> None:
    page.goto(f"{BASE}/auth/sign-in")
    page.get_by_label("E-mail").fill(f"{who}@demo.example")
    page.get_by_label("Adgangskode").fill("kun-til-demo")
    page.get_by_role("button", name="Log ind").click()
    expect(page.get_by_label("Adgangskode")).to_have_count(0)


def of_the_phone(page: Page) -> None:
    sign_in(page, "leder")
    page.goto(f"{BASE}/phone/")
    page.locator("#new").click()
    page.locator("textarea").nth(1).fill(SAID)
    expect(page.get_by_role("status").get_by_text("Gemt")).to_be_visible()
    page.screenshot(path=TARGET / "capture.png")
    page.context.set_offline(True)
    page.locator("#save").click()
    page.locator("#themes label").first.click()
    page.locator("#quoting-area").check(force=True)
    page.evaluate("() => scrollTo(0, 0)")
    page.wait_for_timeout(400)  # colours change in 120 ms
    page.screenshot(path=TARGET / "saved.png")
    page.locator("#done").click()
    page.locator("#tab-outbox").click()
    expect(page.locator("#send")).to_be_visible()
    page.screenshot(path=TARGET / "outbox.png")


def main() -> None:
    TARGET.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"))
        of_the_phone(browser.new_context(viewport=PHONE, locale="da-DK", timezone_id="Europe/Copenhagen").new_page())
        desk = browser.new_context(viewport=DESK, locale="da-DK").new_page()
        sign_in(desk, "omraade")
        desk.locator("main .item:not(:has(.pill))").first.click()
        expect(desk.locator("h1.headline")).to_be_visible()
        desk.screenshot(path=TARGET / "week.png")
        browser.close()


if __name__ == "__main__":
    main()
