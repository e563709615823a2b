def test_a_living_process_says_so(app):
    answer = app.test_client().get("/health/live")
    assert answer.status_code == 200
    assert answer.json == {"status": "ok"}


def test_ready_means_that_the_database_answers(app):
    assert app.test_client().get("/health/ready").status_code == 200


def test_not_ready_while_the_database_is_away(app, tmp_path):
    from domain.base import open_database

    app.extensions["hoert.database"] = open_database(f"sqlite:////{tmp_path}/no-such-folder/hoert.sqlite")
    answer = app.test_client().get("/health/ready")
    assert answer.status_code == 503
    assert answer.json == {"status": "unavailable"}
