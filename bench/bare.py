"""The smallest application that answers what `served` waits for: what Flask and gunicorn cost by themselves."""

from flask import Flask, Response, jsonify

app = Flask("bare")


@app.get("/health/live")
def live() -> Response:
    return jsonify(status="ok")


def _serve() -> None:
    """gunicorn.conf.py asks it of every application."""


app.serve = _serve  # type: ignore[attr-defined]
