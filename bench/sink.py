"""A mail server that takes everything and keeps nothing, as cheaply as can be: what is measured is Hørt. `python -m bench.sink`
prints its port, and how many messages it took when it is told to end."""

import signal
import socketserver
import sys
import threading

ANSWERS = {b"EHLO": b"250 sink\r\n", b"HELO": b"250 sink\r\n", b"DATA": b"354 go on\r\n", b"QUIT": b"221 bye\r\n"}
taken = [0]


class Desk(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.wfile.write(b"220 sink\r\n")
        while line := self.rfile.readline():
            verb = line[:4].upper()
            self.wfile.write(ANSWERS.get(verb, b"250 OK\r\n"))
            if verb == b"QUIT":
                return
            if verb == b"DATA":
                while self.rfile.readline() not in (b".\r\n", b""):
                    pass
                taken[0] += 1
                self.wfile.write(b"250 OK\r\n")


class Sink(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


def main() -> None:
    with Sink(("127.0.0.1", 0), Desk) as sink:
        print(sink.server_address[1], flush=True)
        signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=sink.shutdown).start())
        sink.serve_forever()
    print(taken[0], flush=True)


if __name__ == "__main__":
    sys.exit(main())
