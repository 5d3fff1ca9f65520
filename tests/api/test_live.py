"""The live channel, with the client's side of it."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import msgspec
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from deepforge.client import Client
from deepforge.client.http import Http
from deepforge.client.live import follow
from deepforge.client.server_file import ServerFile
from deepforge.core.errors import Unauthenticated
from deepforge.core.ids import ProjectId
from deepforge.core.run import RunRequest, RunView
from deepforge.server import live as channel
from deepforge.services import identity, live
from deepforge.store import events
from tests.api.conftest import Played, write_project
from tests.support.running_server import RunningServer, running_server


@pytest.fixture
def run(client: Client, project: ProjectId) -> RunView:
    return client.runs.start(RunRequest(project, "train", cache=False))


def test_a_run_is_followed_from_its_first_event_to_its_last(
    client: Client, run: RunView, played: Played
) -> None:
    attempt = played.take()["make"]
    played.ship(attempt.print("hello\n").metrics(0.0, loss=0.5))
    played.finish()
    seen = []
    for event in client.live(f"run:{run.id}", after=0):
        assert event is not None
        seen.append(event)
        if event.kind == "run" and event.data["state"] == "success":
            break
    assert {event.kind for event in seen} >= {"run", "job", "metrics", "log"}
    assert [event.seq for event in seen] == sorted({event.seq for event in seen})
    states = [event.data["state"] for event in seen if event.kind == "job" and event.data["name"] == "make"]
    assert states[-2:] == ["running", "success"]


def test_following_goes_on_behind_the_event_that_was_seen_last(
    client: Client, run: RunView, played: Played
) -> None:
    played.finish()
    whole = []
    for event in client.live(f"run:{run.id}", after=0, idle=0.2):
        if event is None:
            break
        whole.append(event)
    rest = []
    for event in client.live(f"run:{run.id}", after=whole[2].seq, idle=0.2):
        if event is None:
            break
        rest.append(event)
    assert rest == whole[3:]


def test_only_topics_that_were_asked_for_are_told(client: Client, run: RunView, played: Played) -> None:
    events_ = client.live("runs", idle=5)
    played.exchange()
    client.runs.stop(run.id)
    event = next(events_)
    assert event is not None
    assert (event.topic, event.kind, event.data["id"]) == ("runs", "run", run.id)


def test_without_news_the_follower_hears_that_time_passes(client: Client) -> None:
    assert next(client.live("runs", idle=0.01)) is None


def test_who_missed_events_that_are_no_longer_kept_is_told(
    server: RunningServer, client: Client, run: RunView, played: Played
) -> None:
    client.runs.stop(run.id)
    with server.house.database.write() as connection:
        events.prune(connection, 1)
    first = next(client.live(f"run:{run.id}", after=0, idle=5))
    assert first is not None
    assert (first.kind, first.topic) == ("gap", f"run:{run.id}")


def test_one_connection_follows_several_topics_and_drops_them(
    server: RunningServer, client: Client, run: RunView
) -> None:
    headers = {"Authorization": f"Bearer {server.token}"}
    topic = f"run:{run.id}"
    with connect(f"ws://localhost:{server.port}/api/v1/live", additional_headers=headers) as socket:

        def heard() -> tuple[str, str]:
            message = msgspec.json.decode(socket.recv(timeout=5))
            return message["topic"], message["kind"]

        socket.send(msgspec.json.encode({"subscribe": topic}).decode())
        assert heard() == (topic, "subscribed")
        socket.send(msgspec.json.encode({"unsubscribe": topic, "subscribe": "runs"}).decode())
        assert heard() == ("runs", "subscribed")
        client.runs.stop(run.id)
        assert heard() == ("runs", "run")


def test_a_follower_outlives_a_restart_of_the_server_and_misses_nothing(tmp_path: Path) -> None:
    """1. Follow a run. 2. The server ends. 3. Another one starts, elsewhere and with another token, and the
    run goes
    on. 4. The follower has seen every event, once."""
    home = tmp_path / "home"
    servers: list[ServerFile] = []
    with running_server(home) as first:
        write_project(first.house.data.projects / "sums")
        with first.client() as client:
            project = client.projects.find("sums").id
            run = client.runs.start(RunRequest(project, "train"))
        servers.append(ServerFile(first.url, 1, "", first.token))
        http = Http(first.url, first.token, renew=lambda: servers[-1])
        following = follow(http, [f"run:{run.id}"], after=0, idle=5)
        worker = Played(first.house)
        worker.register()
        worker.take()
        seen = [event for event in (next(following) for _ in range(2)) if event is not None]
        assert len(seen) == 2
    with running_server(home) as second:
        servers.append(ServerFile(second.url, 1, "", second.token))
        worker.house = second.house
        worker.finish()
        for event in following:
            if event is not None:
                seen.append(event)
                if event.kind == "run" and event.data["state"] == "success":
                    break
        kept = live.events_after(second.house, second.owner, [f"run:{run.id}"], 0)
        http.close()
    assert [event.seq for event in seen] == [event.seq for event in kept]


def test_a_follower_whose_token_is_refused_is_told(server: RunningServer) -> None:
    with Http(server.url, "dfx_x_y") as http, pytest.raises(Unauthenticated):
        next(follow(http, ["runs"]))


def closed_with(socket: ClientConnection) -> int | None:
    with suppress(ConnectionClosed):
        while True:
            socket.recv(timeout=30)
    return socket.close_code


def test_signing_out_ends_the_channel(server: RunningServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channel, "CHECK_SECONDS", 0.02)
    cookie = server.sign_in()
    headers = {"Cookie": cookie, "Origin": server.url}
    with connect(f"ws://localhost:{server.port}/api/v1/live", additional_headers=headers) as socket:
        socket.send('{"subscribe": "runs"}')
        assert "subscribed" in str(socket.recv(timeout=30))
        identity.end_session(server.house, cookie.partition("=")[2])
        assert closed_with(socket) == channel.SIGNED_OUT


@pytest.mark.parametrize("topic", ["projects", "artifacts", f"project:{'0' * 26}"])
def test_each_topic_takes_the_permission_of_what_it_tells(server: RunningServer, topic: str) -> None:
    token = identity.create_token(server.house, server.owner, "runs", frozenset({"runs:read"}))[1]
    headers = {"Authorization": f"Bearer {token}"}
    with connect(f"ws://localhost:{server.port}/api/v1/live", additional_headers=headers) as socket:
        socket.send('{"subscribe": "runs"}')
        assert "subscribed" in str(socket.recv(timeout=30))
        socket.send(f'{{"subscribe": "{topic}"}}')
        assert closed_with(socket) == channel.NO_SUCH_TOPIC
