"""Takes the pictures of the README from a running demo: `make run`, then `.venv/bin/python tools/screenshots.py`."""

import os
import shutil
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

BASE = f"http://127.0.0.1:{os.environ.get('PORT', '5000')}"
TARGET = Path(__file__).resolve().parents[1] / "docs" / "images"


def sign_in(page: Page, who: str) -> None:
    page.goto(f"{BASE}/auth/sign-in")
    page.get_by_label("E-mail").fill(f"{who}@demo.example")
    page.get_by_label("Adgangskode").fill("kun-til-demo")
    page.get_by_role("button", name="Log ind").click()


def main() -> None:
    TARGET.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"))
        phone = browser.new_context(viewport={"width": 390, "height": 844}, locale="da-DK").new_page()
        sign_in(phone, "leder")
        phone.get_by_role("link", name="Ny samtale").click()
        phone.get_by_label("Det, der har fyldt mest").fill(
            "Far afleverer på vej til toget. »Når der står én ved døren, kan jeg gå med ro i maven.«"
        )
        phone.screenshot(path=TARGET / "capture.png")
        desk = browser.new_context(viewport={"width": 1280, "height": 900}, locale="da-DK").new_page()
        sign_in(desk, "omraade")
        desk.get_by_role("link", name="Uge").nth(2).click()
        desk.screenshot(path=TARGET / "week.png")
        browser.close()


if __name__ == "__main__":
    main()
