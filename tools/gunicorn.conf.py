"""Settings of the web server, for `make run` and `make serve`."""

import os

worker_class = "tools.gathering.Worker"
workers = int(os.environ.get("WORKERS", "2"))
threads = 8
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


def post_worker_init(worker):
    """Each process says that it serves, sees to it that there is room for erasing, and begins to look at the clock."""
    worker.wsgi.serve()


def worker_exit(_server, worker):
    """It takes no more jobs; what is at work has a few seconds."""
    if getattr(worker, "wsgi", None) is not None:
        worker.wsgi.end()
