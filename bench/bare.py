"""The smallest application that answers what `served` waits for: what Flask and gunicorn cost by themselves."""

from flask import Flask, Response, jsonify

app = Flask("bare")


@app.get("/health/live")
def live() -> Response:
    return jsonify(status="ok")


def _nothing() -> None:
    """gunicorn.conf.py asks both of every application."""


app.serve = app.end = _nothing  # type: ignore[attr-defined]
