"""What the tests' own Chromium is started with."""

import re


def test_what_playwright_leaves_out_stays_out(chromium):
    """Chromium heeds the last `--disable-features` alone: ours names all that the one before it names."""
    page = chromium.new_page()
    try:
        page.goto("chrome://version")
        lists = re.findall(r"--disable-features=(\S+)", page.locator("#command_line").inner_text())
    finally:
        page.close()
    playwrights, ours = (set(one.split(",")) for one in lists)
    assert playwrights < ours
