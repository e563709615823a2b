"""The smallest application that answers what `served` waits for: what Flask and gunicorn cost by themselves."""

from flask import Flask, Response, jsonify, request

app = Flask("bare")


@app.get("/health/live")
def live() -> Response:
    return jsonify(status="ok")


@app.post("/null")
def null() -> Response:
    """Reads what phones send and answers, no more."""
    return jsonify(items=len(request.get_json()["items"]))


def _nothing() -> None:
    """gunicorn.conf.py asks both of every application."""


app.serve = app.end = _nothing  # type: ignore[attr-defined]
