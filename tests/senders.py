"""In the place of push services and mail servers: callables that keep what left, and answer as they are told."""

from domain.notices import Channel, Outcome, Status


class Senders(dict):
    """By channel; `answers`: an Outcome, or what makes one of a Message."""

    def __init__(self, *channels, answers=None):
        super().__init__({channel: self.sender(channel) for channel in channels or (Channel.PUSH, Channel.MAIL)})
        self.left, self.answers = [], answers or {}

    def sender(self, channel):
        def send(message):
            self.left.append((channel, message))
            answer = self.answers.get(channel, Outcome(Status.SENT))
            return answer(message) if callable(answer) else answer

        return send

    @property
    def ways(self):
        return [channel for channel, _message in self.left]
