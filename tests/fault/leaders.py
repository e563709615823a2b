"""What leaders do with their phones in the fault tests, by a seed: note, correct, answer, take back, send."""

import time
from random import Random

from tests.fault.phones import Phone
from tests.fault.town import words

#: How a day goes, in parts of a whole.
NEW, EDITED, ANSWERED, TAKEN_BACK = 0.70, 0.14, 0.10, 0.06


class Leader:
    """One who uses a phone. Every deed makes one item: a talk, an edit, an answer or a withdrawal."""

    def __init__(self, phone: Phone, seed: object) -> None:
        self.phone, self.chance, self.talks = phone, Random(f"{seed} {phone.person}"), list[str]()

    def note(self) -> None:
        about = {"relation": ["mother", "father"]} if self.chance.random() < 0.3 else {}
        texts = [words(self.chance) for _ in range(self.chance.randint(1, 3))]
        self.talks.append(self.phone.note(*texts, about=about))

    def do_something(self) -> None:
        draw = self.chance.random()
        if draw < NEW or not self.talks:
            self.note()
        elif draw < NEW + EDITED:
            self.phone.do("edit", first=self.chance.choice(self.talks), texts=[words(self.chance)])
        elif draw < NEW + EDITED + ANSWERED:
            scope = self.chance.choice(["none", "area", "municipality"])
            self.phone.do("amend", first=self.chance.choice(self.talks), answers={"quote_scope": scope})
        else:
            self.phone.do("withdraw", first=self.talks.pop(self.chance.randrange(len(self.talks))))

    def do(self, count: int) -> None:
        for _ in range(count):
            self.do_something()

    def send(self) -> str:
        """Presses the button; what the app says of the net afterwards."""
        return self.phone.do("kick", pressed=True)

    def send_at_last(self) -> str:
        """The same, when the time that the server asked for is up."""
        back_off = self.phone.do("back_off") or {"obliged_until": 0}
        time.sleep(max(0.0, back_off["obliged_until"] / 1000 - time.time()))
        return self.send()
