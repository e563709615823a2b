"""How often somebody may send: counted within the last while, for each by themselves."""

from blueprints.sync.window import Window


def test_so_many_may_come_and_then_there_is_a_wait_until_the_oldest_is_past():
    window = Window(3, 60)
    assert [window.wait_s("anna", at=at) for at in (100, 110, 120)] == [0, 0, 0]
    assert window.wait_s("anna", at=130) == 30
    assert window.wait_s("anna", at=160) == 0
    assert window.wait_s("anna", at=161) == 9


def test_one_who_was_refused_does_not_wait_longer_for_having_asked():
    window = Window(1, 60)
    assert window.wait_s("anna", at=100) == 0
    assert [window.wait_s("anna", at=at) for at in (110, 159)] == [50, 1]
    assert window.wait_s("anna", at=160) == 0


def test_nobody_waits_for_another():
    window = Window(1, 60)
    assert [window.wait_s(who, at=100) for who in ("anna", "bo")] == [0, 0]


def test_who_was_silent_takes_no_room():
    window = Window(2, 60)
    for number in range(1_000):
        window.wait_s(number, at=100)
    window.wait_s("anna", at=161)
    assert list(window._hits) == ["anna"]


def test_a_clock_that_was_set_back_keeps_nobody_waiting():
    window = Window(2, 60)
    assert [window.wait_s("anna", at=at) for at in (10_000, 10_001)] == [0, 0]
    assert [window.wait_s("anna", at=at) for at in (100, 101)] == [0, 0]
    assert window.wait_s("anna", at=102) == 58
