import socket
from collections.abc import Iterator

import pytest

from tools import run


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server((run.HOST, 0)) as server:
        yield server.getsockname()[1]


def test_a_taken_port_is_named_with_the_way_out(taken_port: int) -> None:
    with pytest.raises(SystemExit) as stopped:
        run.complain_if_taken(taken_port)
    assert stopped.value.code == (
        f"Port {taken_port} is taken by another program."
        f" Choose another: PORT={taken_port + 1} make run"
    )


def test_a_port_taken_on_all_addresses_is_taken() -> None:
    with socket.create_server(("", 0)) as server, pytest.raises(SystemExit, match="is taken"):
        run.complain_if_taken(server.getsockname()[1])


def test_a_free_port_is_no_reason_to_complain() -> None:
    with socket.socket() as probe:
        probe.bind((run.HOST, 0))
        free = probe.getsockname()[1]
    run.complain_if_taken(free)


def test_the_port_is_8000_unless_it_is_chosen() -> None:
    assert run.chosen_port({}) == 8000
    assert run.chosen_port({"PORT": ""}) == 8000
    assert run.chosen_port({"PORT": "8001"}) == 8001


@pytest.mark.parametrize("text", ["http", "0", "65536", "-1", "80 01", "٨٠٠٠"])
def test_a_port_that_is_none_is_refused_by_its_name(text: str) -> None:
    with pytest.raises(SystemExit) as stopped:
        run.chosen_port({"PORT": text})
    assert repr(text) in str(stopped.value)


def test_a_local_server_is_in_development_and_accepts_its_own_pages() -> None:
    settings = run.development_settings({"DEBUG": "false", "HOME": "/home/anna"}, 8001)
    assert settings["DEBUG"] == "true"
    assert settings["PUBLIC_ORIGINS"] == "http://127.0.0.1:8001,http://localhost:8001"
    assert settings["HOME"] == "/home/anna"
    assert "DATABASE_URL" not in settings


def test_the_users_own_database_and_origins_are_kept() -> None:
    own = {"DATABASE_URL": "postgres://localhost/avis", "PUBLIC_ORIGINS": "http://pc.lan:8000"}
    assert run.development_settings(own, 8000) == {**own, "DEBUG": "true"}


def test_the_farewell_says_where_to_go_and_how_to_make_an_account() -> None:
    text = run.welcome({}, 8001)
    assert "http://127.0.0.1:8001/\n" in text
    assert "http://127.0.0.1:8001/admin/" in text
    assert "    DEBUG=true .venv/bin/python manage.py createsuperuser\n" in text


def test_the_account_is_made_in_the_database_that_is_served() -> None:
    text = run.welcome({"DATABASE_URL": "postgres://localhost/avis?a=1&b=2"}, 8000)
    assert "DATABASE_URL='postgres://localhost/avis?a=1&b=2' .venv/bin/python manage.py" in text
