"""Live documents among other programs and in hard times: half-written files, large ones, long logs, kills."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from pycrdt import Map, UndoManager

from deepforge.core.ids import ProjectId
from deepforge.core.user import Caller
from deepforge.services import removed_projects
from deepforge.services.documents import Rooms, clerk, compaction
from deepforge.services.documents.replica import Fallen, Replica
from deepforge.services.documents.wire import UPDATE, BadMessage, sync_message
from deepforge.services.house import House
from deepforge.store import document_file, yaml_text
from deepforge.store import documents as rows
from tests.services.peers import Peer
from tests.support.waiting import until

PATH = "pipelines/train.yaml"
CODE = "operations/load.py"


@pytest.fixture
def file(folder: Path) -> Path:
    return folder / PATH


@pytest.fixture
def code(folder: Path) -> Path:
    return folder / CODE


@pytest.fixture
def rooms(house: House) -> Iterator[Rooms]:
    made = Rooms(house.database, house.data.projects, house.signals)
    yield made
    made.close()


@pytest.fixture
def still(rooms: Rooms) -> Rooms:
    """Rooms of a server in which nothing happens by itself."""
    rooms._clerk.end()
    rooms.watches.close()
    return rooms


def test_a_pipeline_is_read_once_for_its_document(
    house: House, still: Rooms, project: ProjectId, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = []
    compose = yaml_text.compose
    monkeypatch.setattr(yaml_text, "compose", lambda *given: read.append(given) or compose(*given))
    Peer().enter(still, project, PATH)
    assert len(read) == 1
    Peer().enter(Rooms(house.database, house.data.projects, house.signals), project, PATH)
    assert len(read) == 2


def test_a_file_is_taken_over_once_the_program_that_writes_it_is_done(
    still: Rooms, project: ProjectId, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    peer = Peer().enter(still, project, PATH)
    nodes = peer.content()["nodes"]
    done = file.read_text().replace("epochs: 5", "epochs: 6")
    steps = iter(["", done[:20], done[:60], done, done])
    monkeypatch.setattr(document_file, "read", lambda *_: next(steps, done))
    assert peer.room is not None
    peer.room.look()
    assert "gone" not in peer.kinds()
    assert "unreadable" not in peer.kinds()
    expected = {**nodes, "n-train": {**nodes["n-train"], "attributes": {"epochs": 6}}}
    assert peer.content()["nodes"] == expected


def test_a_file_that_is_away_for_a_moment_is_not_gone(
    still: Rooms, project: ProjectId, monkeypatch: pytest.MonkeyPatch, code: Path
) -> None:
    peer = Peer().enter(still, project, CODE)
    there = code.read_text()
    steps = iter([None, there])
    monkeypatch.setattr(document_file, "read", lambda *_: next(steps, there))
    assert peer.room is not None
    peer.room.look()
    assert "gone" not in peer.kinds()


def test_what_another_program_writes_in_the_last_moment_is_not_overwritten(
    still: Rooms, project: ProjectId, code: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    peer = Peer().enter(still, project, CODE)
    peer.type("# mine\n", 0)
    note = rows.begin_writing
    late = iter([lambda: code.write_text(code.read_text() + "# vim\n")])

    def begin(*facts: object) -> None:
        note(*facts)  # type: ignore[arg-type]
        next(late, lambda: 0)()

    monkeypatch.setattr(rows, "begin_writing", begin)
    still.flush(project)
    text = code.read_text()
    assert (text.count("# mine"), text.count("# vim"), text.count("def load")) == (1, 1, 1)
    assert peer.content()["text"] == text


def test_a_file_that_never_rests_is_not_overwritten_either(
    still: Rooms, project: ProjectId, code: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is written at a later try, and everything is in it."""
    peer = Peer().enter(still, project, CODE)
    peer.type("# mine\n", 0)
    with monkeypatch.context() as patched:
        patched.setattr(rows, "begin_writing", lambda *_: code.write_text(code.read_text() + "# vim\n"))
        still.flush(project)
        vims = code.read_text().count("# vim")
        assert "# mine" not in code.read_text()
    still.flush(project)
    text = code.read_text()
    assert (text.count("# mine"), text.count("# vim")) == (1, vims)


BROKEN = "nodes:\n  load: {operation: load\n  train: {operation: Train, attributes: {epochs: 5}\n"


def test_a_text_that_is_corrected_here_and_elsewhere_at_once_has_both_corrections(
    still: Rooms, project: ProjectId, file: Path
) -> None:
    """1. The file cannot be read in two places. 2. Somebody mends one in the editor, and it is not written
    yet. 3. Another program mends the other. 4. The pipeline can be drawn."""
    file.write_text(BROKEN)
    peer = Peer().enter(still, project, PATH)
    peer.type("}", BROKEN.index("\n  train"))
    file.write_text(BROKEN.replace("epochs: 5}\n", "epochs: 5}}\n"))
    still.flush(project)
    assert peer.kinds()[-1] == "saved"
    assert sorted(peer.content()["nodes"]) == ["n-load", "n-train"]
    assert peer.content()["text"] == ""
    assert file.read_text() == BROKEN.replace("load\n", "load}\n").replace("5}\n", "5}}\n")


def test_a_text_that_is_broken_anew_elsewhere_keeps_what_was_typed_here(
    still: Rooms, project: ProjectId, file: Path
) -> None:
    file.write_text(BROKEN)
    peer = Peer().enter(still, project, PATH)
    peer.type("}", BROKEN.index("\n  train"))
    file.write_text(BROKEN + "<<<<<<< ours\n")
    still.flush(project)
    both = BROKEN.replace("load\n", "load}\n") + "<<<<<<< ours\n"
    assert (peer.content()["text"], file.read_text()) == (both, both)


def test_a_file_that_was_mended_elsewhere_is_drawn_with_what_was_typed_here_where_that_fits(
    still: Rooms, project: ProjectId, file: Path
) -> None:
    file.write_text(BROKEN)
    peer = Peer().enter(still, project, PATH)
    peer.type("# typed here\n", 0)
    peer.type("  more: {operation: load}\n")
    mended = BROKEN.replace("load\n", "load}\n").replace("5}\n", "5}}\n")
    file.write_text(mended)
    still.flush(project)
    assert sorted(peer.content()["nodes"]) == ["n-load", "n-more", "n-train"]
    assert file.read_text() == mended + "  more: {operation: load}\n"


def test_a_file_that_was_mended_elsewhere_is_not_broken_by_half_a_correction_here(
    still: Rooms, project: ProjectId, file: Path
) -> None:
    file.write_text(BROKEN)
    peer = Peer().enter(still, project, PATH)
    peer.type("[", 0)
    mended = BROKEN.replace("load\n", "load}\n").replace("5}\n", "5}}\n")
    file.write_text(mended)
    still.flush(project)
    assert sorted(peer.content()["nodes"]) == ["n-load", "n-train"]
    assert file.read_text() == mended


def test_what_is_too_large_for_the_file_is_kept_and_written_once_it_is_smaller(
    rooms: Rooms, project: ProjectId, code: Path
) -> None:
    before = code.read_text()
    peer = Peer().enter(rooms, project, CODE)
    peer.type("x" * document_file.LARGEST, 0)
    until(lambda: "trouble" in peer.kinds())
    assert "1 MiB" in next(said["message"] for said in peer.words if said["kind"] == "trouble")
    assert code.read_text() == before
    del peer.text[0 : document_file.LARGEST - 3]
    rooms.flush(project)
    assert code.read_text() == "xxx" + before


def test_the_log_of_a_document_that_stays_open_is_made_short_too(
    house: House, rooms: Rooms, project: ProjectId, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clerk, "LOG_ENOUGH", 250)
    peer = Peer().enter(rooms, project, CODE)
    for number in range(260):
        peer.type(f"# {number}\n")
    assert peer.room is not None
    document = peer.room.id

    def length() -> int:
        with house.database.read() as connection:
            return rows.extent(connection, document)[0]

    until(lambda: peer.kinds()[-1] == "saved" and length() < 10)
    peer.type("# end\n")
    rooms.flush(project)
    fresh = Peer().enter(Rooms(house.database, house.data.projects, house.signals), project, CODE)
    assert fresh.content() == peer.content()


def test_a_log_of_many_bytes_forgets_what_was_deleted(
    house: House, rooms: Rooms, project: ProjectId, caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compaction, "LARGEST", 100_000)
    peers = [Peer(caller.user), Peer("01M7ZAZRRH27RW2CEZGQC4X09Q")]
    for peer in peers:
        peer.enter(rooms, project, CODE)
    for number in range(20):
        peer = peers[number % 2].listen()
        peer.type(str(number % 10) * 20_000, 0)
        peer.text.clear()
        peer.type("left\n")
    rooms.flush(project)
    assert peers[0].room is not None
    document, expected = peers[0].room.id, peers[0].content()
    rooms.close()
    compaction.compact(house.database, document)
    with house.database.read() as connection:
        count, size = rows.extent(connection, document)
    assert (count, size < 30_000) == (2, True)
    again = Rooms(house.database, house.data.projects, house.signals)
    assert Peer().enter(again, project, CODE).content() == expected


def test_what_a_killed_server_had_logged_is_in_the_file_though_nobody_opens_it(
    house: House, still: Rooms, project: ProjectId, file: Path
) -> None:
    peer = Peer().enter(still, project, PATH)
    peer.nodes["n-train"]["attributes"]["epochs"] = 7
    assert peer.room is not None
    peer.room.commit()
    still._rooms.clear()
    next_rooms = Rooms(house.database, house.data.projects, house.signals)
    next_rooms.catch_up()
    assert "epochs: 7" in file.read_text()
    next_rooms.close()
    with house.database.read() as connection:
        assert rows.unwritten(connection) == []


def test_a_project_that_is_removed_takes_its_documents_along(
    house: House, rooms: Rooms, project: ProjectId, caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clerk, "LINGER_SECONDS", 0.0)
    peer = Peer().enter(rooms, project, CODE)
    removed_projects.remove(house, caller, project)
    peer.type("# late\n")
    until(lambda: "gone" in peer.kinds())
    peer.leave()
    until(lambda: not rooms._rooms)


def test_updates_with_broken_bytes_are_refused_and_the_room_goes_on(
    house: House, still: Rooms, project: ProjectId, file: Path
) -> None:
    """Some of these make the library of the CRDT give up; others pass as edits."""
    chance = random.Random(7)
    sent: list[bytes] = []
    writer, forger = Peer().enter(still, project, PATH), Peer().enter(still, project, PATH)
    watch = writer.doc.observe(lambda event: sent.append(event.update))
    for number in range(20):
        writer.nodes["n-train"]["at"] = [number, number]
        writer.nodes["n-load"]["name"] = f"load {number}"
    writer.doc.unobserve(watch)
    assert forger.room is not None
    refused = 0
    for _ in range(400):
        broken = bytearray(chance.choice(sent))
        for _ in range(chance.randrange(1, 4)):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        try:
            forger.room.take(forger.member, sync_message(UPDATE, bytes(broken)))
        except (BadMessage, ValueError):
            refused += 1
    assert refused > 100
    late = Peer().enter(still, project, PATH)
    late.nodes["n-new"] = Map({"name": "late", "operation": "load"})
    still.flush(project)
    assert "late: {operation: load}" in file.read_text()
    again = Peer().enter(Rooms(house.database, house.data.projects, house.signals), project, PATH)
    assert again.content()["nodes"]["n-new"]["name"] == "late"


def test_a_panic_of_the_library_is_survived_with_all_that_was_not_logged_yet(
    still: Rooms, project: ProjectId, code: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    peer, forger = Peer().enter(still, project, CODE), Peer().enter(still, project, CODE)
    assert forger.room is not None
    peer.type("# mine\n", 0)

    def fall(*_: object) -> None:
        raise Fallen

    with monkeypatch.context() as patched:
        patched.setattr(Replica, "apply", fall)
        with pytest.raises(BadMessage):
            forger.room.take(forger.member, sync_message(UPDATE, b"forged"))
    peer.type("# more\n", 0)
    still.flush(project)
    assert code.read_text().startswith("# more\n# mine\n")
    assert peer.content()["text"] == code.read_text()


COMMENTED = """# about the whole
nodes:
  load:  # where it comes from
    operation: Load
    attributes:
      count: 3  # few

  train: {operation: Train, inputs: {numbers: load}, attributes: {epochs: 5}}  # slow
  keep: {operation: Output, inputs: {data: train}, attributes: {name: net}}
"""


def test_what_is_put_back_comes_back_with_its_comments_and_in_its_place(
    still: Rooms, project: ProjectId, file: Path
) -> None:
    file.write_text(COMMENTED)
    peer = Peer().enter(still, project, PATH)
    assert peer.room is not None
    undo = UndoManager(scopes=[peer.nodes], capture_timeout_millis=0)
    for gone in (["n-load"], ["n-load", "n-train", "n-keep"]):
        for id in gone:
            del peer.nodes[id]
        peer.room.save()
        assert "few" not in file.read_text()
        while undo.can_undo():
            undo.undo()
        peer.room.save()
        assert file.read_text() == COMMENTED


def test_what_changed_meanwhile_stays_changed_when_something_is_put_back(
    still: Rooms, project: ProjectId, file: Path
) -> None:
    file.write_text(COMMENTED)
    one, other = Peer().enter(still, project, PATH), Peer().enter(still, project, PATH)
    assert one.room is not None
    undo = UndoManager(scopes=[one.nodes], capture_timeout_millis=0)
    del one.nodes["n-load"]
    one.room.save()
    other.listen()
    other.nodes["n-train"]["attributes"]["epochs"] = 9
    one.room.save()
    undo.undo()  # before it has heard of that
    one.room.save()
    assert file.read_text() == COMMENTED.replace("epochs: 5", "epochs: 9")
