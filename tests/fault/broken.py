"""Rules broken on purpose, each as a real project broke it. test_the_tests.py shows that a fault test finds every one."""

from collections.abc import Callable, Mapping

from blueprints.shared.application import Hoert

#: What breaks in the server: called with the application before its first request.
SERVER: Mapping[str, Callable[[Hoert], None]] = {}
