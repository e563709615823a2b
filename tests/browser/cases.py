"""What a case of pages.py is, and the simplest ways to a page."""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

Way = Callable[[Page], object]


@dataclass(frozen=True)
class Case:
    """A page as one role meets it. `endpoint`: whose address it has; `statuses`: answers from 400 on that belong to it."""

    role: str | None
    name: str
    endpoint: str | None
    way: Way
    statuses: tuple[int, ...] = ()

    @property
    def id(self) -> str:
        return f"{self.role or 'signed out'}: {self.name}"


def at(address: str) -> Way:
    return lambda page: page.goto(address)


def through(way: Way, *links: str) -> Way:
    """Goes on by the first link in the content that the selector fits, one after the other."""

    def go(page: Page) -> None:
        way(page)
        for link in links:
            with page.expect_navigation():
                page.get_by_role("main").locator(link).first.click()

    return go
