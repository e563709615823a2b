"""Settings of the web server, for `make run` and `make serve`."""

import gc
import os

worker_class = "tools.gathering.Worker"
workers = int(os.environ.get("WORKERS", "2"))
# More would wait for each other: one of a process at a time is in Python, and one writes. Each keeps memory of its own.
threads = 4
worker_connections = 500
timeout = 60
graceful_timeout = 30
keepalive = 15
# The line has method, path, status and time; no query (it may hold a search) and no body.
accesslog = "-" if os.environ.get("ACCESS_LOG", "off") == "on" else None
access_log_format = "%(m)s %(U)s %(s)s %(M)sms"
errorlog = "-"
loglevel = "warning"
control_socket_disable = True
# Everything is loaded once, before the processes part: they share it, and the second costs no time at start.
preload_app = True
# What is loaded stays. To go through it for garbage costs time at start, and writes into the pages that are shared.
gc.disable()


def when_ready(_server):
    """Before the first process parts."""
    gc.freeze()


def post_worker_init(worker):
    """Each process says that it serves, sees to it that there is room for erasing, and begins to look at the clock."""
    gc.enable()
    # A hundred talks are some ten thousand things that all live until the answer: to look for garbage among them at every
    # seven hundredth takes a tenth of the time.
    gc.set_threshold(10_000, 10, 10)
    worker.wsgi.serve()


def worker_exit(_server, worker):
    """It takes no more jobs; what is at work has a few seconds."""
    if getattr(worker, "wsgi", None) is not None:
        worker.wsgi.end()
