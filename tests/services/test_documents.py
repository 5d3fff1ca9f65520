"""Live documents: rooms, their logs and their files, with peers that need no network."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from pycrdt import Map

from deepforge.core.errors import BadInput, InvalidProject, NoSpace, NotFound, TooLarge
from deepforge.core.ids import ProjectId
from deepforge.core.run import RunView
from deepforge.core.user import Caller
from deepforge.services import documents
from deepforge.services.documents import Rooms, compaction
from deepforge.services.documents.wire import BadMessage
from deepforge.services.house import House
from deepforge.store import document_file
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
def open_rooms(house: House) -> Iterator[Callable[[], Rooms]]:
    """The rooms of a server that has just started; all are closed in the end."""
    opened: list[Rooms] = []

    def open_() -> Rooms:
        opened.append(Rooms(house.database, house.data.projects, house.signals))
        return opened[-1]

    yield open_
    for rooms in opened:
        rooms.close()


@pytest.fixture
def rooms(open_rooms: Callable[[], Rooms]) -> Rooms:
    return open_rooms()


def kill(rooms: Rooms) -> None:
    """End a server's rooms as kill -9 does: nothing more is logged or written."""
    rooms._clerk.end()
    rooms.watches.close()
    rooms._rooms.clear()


def test_a_pipeline_is_opened_as_its_file_says(rooms: Rooms, project: ProjectId) -> None:
    peer = Peer().enter(rooms, project, PATH)
    nodes = peer.content()["nodes"]
    assert sorted(nodes) == ["n-keep", "n-load", "n-train"]
    assert nodes["n-train"]["inputs"] == {"numbers": {"node": "n-load", "output": None}}
    assert nodes["n-train"]["attributes"] == {"epochs": 5}
    assert peer.words[0]["kind"] == "opened"
    assert peer.words[0]["document"]["kind"] == "pipeline"


def test_the_file_is_written_after_a_quiet_moment_and_only_where_it_changed(
    rooms: Rooms, project: ProjectId, file: Path
) -> None:
    before = file.read_text()
    peer = Peer().enter(rooms, project, PATH)
    peer.nodes["n-train"]["attributes"]["epochs"] = 9
    until(lambda: peer.kinds()[-1] == "saved" and peer.words[-1]["seen"] == 2)
    assert file.read_text() == before.replace("epochs: 5", "epochs: 9")


def test_two_peers_see_what_the_other_does(rooms: Rooms, project: ProjectId) -> None:
    one = Peer().enter(rooms, project, PATH)
    other = Peer().enter(rooms, project, PATH)
    one.nodes["n-load"]["at"] = [1.5, 2]
    other.nodes["n-train"]["name"] = "fit"
    assert one.content() == other.content()
    assert one.content()["nodes"]["n-load"]["at"] == [1.5, 2]
    assert one.content()["nodes"]["n-train"]["name"] == "fit"


@pytest.mark.parametrize("seed", range(6))
def test_random_edits_online_and_offline_converge(
    rooms: Rooms, project: ProjectId, file: Path, seed: int
) -> None:
    chance = random.Random(seed)
    peers = [Peer().enter(rooms, project, PATH) for _ in range(3)]
    for step in range(60):
        peer = chance.choice(peers)
        deed = chance.randrange(6)
        ids = sorted(peer.nodes.keys())
        if deed == 0 and peer.room is not None:
            peer.leave()
        elif deed == 1 and peer.room is None:
            peer.enter(rooms, project, PATH)
        elif deed == 2:
            peer.nodes[f"n-{seed}-{step}"] = Map({"name": "fit", "operation": "Train", "inputs": Map({})})
        elif deed == 3 and len(ids) > 2:
            del peer.nodes[chance.choice(ids)]
        elif deed == 4 and ids:
            peer.nodes[chance.choice(ids)]["inputs"]["numbers"] = {"node": chance.choice(ids), "output": None}
        elif ids:
            peer.nodes[chance.choice(ids)]["at"] = [chance.randrange(100), step]
        if chance.random() < 0.1:
            rooms.flush(project)
    for peer in peers:
        if peer.room is None:
            peer.enter(rooms, project, PATH)
    rooms.flush(project)
    contents = [peer.content() for peer in peers]
    assert contents[0] == contents[1] == contents[2]
    again = Peer().enter(Rooms(rooms._database, rooms._projects, rooms.watches._signals), project, PATH)
    assert again.content() == contents[0]


def test_code_is_a_text_and_positions_are_right_behind_letters_of_several_bytes(
    rooms: Rooms, project: ProjectId, code: Path
) -> None:
    code.write_text("# grüße 😀\nx = 1\n")
    peer = Peer().enter(rooms, project, CODE)
    peer.type("y = 2\n")
    rooms.flush(project)
    assert code.read_text() == "# grüße 😀\nx = 1\ny = 2\n"
    code.write_text("# grüße 😀😀\nx = 11\ny = 2\n")
    assert peer.room is not None
    peer.room.look()
    assert peer.content()["text"] == "# grüße 😀😀\nx = 11\ny = 2\n"


def test_line_ends_and_the_mark_of_a_file_are_kept(rooms: Rooms, project: ProjectId, code: Path) -> None:
    code.write_bytes("\ufeffa = 1\r\nb = 2\r\n".encode())
    peer = Peer().enter(rooms, project, CODE)
    assert peer.content()["text"] == "a = 1\nb = 2\n"
    peer.type("c = 3\n")
    rooms.flush(project)
    assert code.read_bytes() == "\ufeffa = 1\r\nb = 2\r\nc = 3\r\n".encode()


def test_what_another_program_changes_comes_in_beside_what_people_do(
    rooms: Rooms, project: ProjectId, file: Path
) -> None:
    peer = Peer().enter(rooms, project, PATH)
    peer.nodes["n-load"]["at"] = [7, 8]
    file.write_text(file.read_text().replace("epochs: 5", "epochs: 6"))
    rooms.flush(project)
    assert peer.content()["nodes"]["n-train"]["attributes"] == {"epochs": 6}
    assert "epochs: 6" in file.read_text()
    assert "at: [7, 8]" in file.read_text()


def test_the_watch_tells_of_changes_from_outside(rooms: Rooms, project: ProjectId, file: Path) -> None:
    peer = Peer().enter(rooms, project, PATH)
    file.write_text(file.read_text().replace("epochs: 5", "epochs: 6"))
    until(lambda: peer.content()["nodes"]["n-train"]["attributes"] == {"epochs": 6})


def test_a_node_that_another_program_renames_stays_the_node_it_was(
    rooms: Rooms, project: ProjectId, file: Path
) -> None:
    peer = Peer().enter(rooms, project, PATH)
    file.write_text(
        file.read_text().replace("  load:", "  numbers:").replace("numbers: load", "numbers: numbers")
    )
    assert peer.room is not None
    peer.room.look()
    nodes = peer.content()["nodes"]
    assert nodes["n-load"]["name"] == "numbers"
    assert nodes["n-train"]["inputs"]["numbers"] == {"node": "n-load", "output": None}


def test_what_is_renamed_on_the_canvas_is_a_small_difference_in_the_file(
    rooms: Rooms, project: ProjectId, file: Path
) -> None:
    before = file.read_text()
    peer = Peer().enter(rooms, project, PATH)
    with peer.doc.transaction():
        peer.nodes["n-train"]["name"] = "fit"
        peer.nodes["n-train"]["attributes"]["epochs"] = 6
    rooms.flush(project)
    expected = before.replace("  train:", "  fit:").replace("train.model", "fit.model").replace("5}", "6}")
    assert file.read_text() == expected


def test_two_nodes_that_were_given_one_name_are_told_apart_for_everybody(
    rooms: Rooms, project: ProjectId, file: Path
) -> None:
    one, other = Peer().enter(rooms, project, PATH), Peer().enter(rooms, project, PATH)
    one.nodes["n-a"] = Map({"name": "fit", "operation": "Train", "order": "x"})
    other.nodes["n-b"] = Map({"name": "fit", "operation": "Train", "order": "y"})
    rooms.flush(project)
    names = {id: node["name"] for id, node in one.content()["nodes"].items()}
    assert (names["n-a"], names["n-b"]) == ("fit", "fit-2")
    assert one.content() == other.content()
    assert "fit-2: {operation: Train}" in file.read_text()


def test_a_dangling_input_is_kept_as_text_and_heals_when_its_node_is_back(
    rooms: Rooms, project: ProjectId, file: Path
) -> None:
    peer = Peer().enter(rooms, project, PATH)
    kept = peer.nodes["n-load"].to_py()
    del peer.nodes["n-load"]
    rooms.flush(project)
    assert peer.content()["nodes"]["n-train"]["inputs"] == {"numbers": {"text": "load"}}
    assert "inputs: {numbers: load}" in file.read_text()
    assert kept is not None
    peer.nodes["n-load"] = Map({"name": "load", "operation": "load"})
    rooms.flush(project)
    assert peer.content()["nodes"]["n-train"]["inputs"]["numbers"]["node"] == "n-load"


@pytest.mark.parametrize(
    "broken", ["nodes: {a: [\n", "<<<<<<< one\nnodes: {}\n=======\n>>>>>>> two\n", "- list\n"]
)
def test_a_file_that_cannot_be_read_is_edited_as_text_until_it_can(
    rooms: Rooms, project: ProjectId, file: Path, broken: str
) -> None:
    """1. A pipeline is open. 2. Another program breaks its file. 3. Nothing is overwritten. 4. Somebody
    corrects the text in the editor. 5. The nodes are as the file says, and still who they were."""
    good = file.read_text()
    peer = Peer().enter(rooms, project, PATH)
    file.write_text(broken)
    assert peer.room is not None
    peer.room.look()
    assert peer.content()["text"] == broken
    assert peer.meta.to_py()["unreadable"]["message"]
    assert "unreadable" in peer.kinds()
    peer.nodes["n-train"]["at"] = [1, 2]
    rooms.flush(project)
    assert file.read_text() == broken
    with peer.doc.transaction():
        del peer.text[0 : len(broken.encode())]
        peer.text.insert(0, good.replace("epochs: 5", "epochs: 8"))
    rooms.flush(project)
    peer.listen()
    rooms.flush(project)
    assert "readable" in peer.kinds()
    assert peer.meta.to_py() == {}
    assert peer.content()["text"] == ""
    assert peer.content()["nodes"]["n-train"]["attributes"] == {"epochs": 8}
    assert peer.content()["nodes"]["n-train"]["at"] == [1, 2]


def test_a_file_that_was_never_readable_is_opened_as_text(
    rooms: Rooms, project: ProjectId, file: Path
) -> None:
    file.write_text("nodes: [\n")
    peer = Peer().enter(rooms, project, PATH)
    assert peer.content() == {"text": "nodes: [\n", "nodes": {}, "notes": {}}
    file.write_text("nodes:\n  a: {operation: load}\n")
    assert peer.room is not None
    peer.room.look()
    assert list(peer.content()["nodes"]) == ["n-a"]


def test_a_deleted_file_is_not_written_again_and_comes_back_as_the_same_document(
    rooms: Rooms, project: ProjectId, file: Path
) -> None:
    text = file.read_text()
    peer = Peer().enter(rooms, project, PATH)
    assert peer.room is not None
    file.unlink()
    peer.room.look()
    assert peer.kinds()[-1] == "gone"
    peer.nodes["n-load"]["at"] = [3, 4]
    rooms.flush(project)
    assert not file.exists()
    file.write_text(text)
    peer.room.look()
    assert peer.kinds()[-1] == "opened"
    rooms.flush(project)
    assert "at: [3, 4]" in file.read_text()


def test_a_file_that_was_deleted_and_made_anew_is_another_document(
    open_rooms: Callable[[], Rooms], project: ProjectId, code: Path
) -> None:
    first = open_rooms()
    peer = Peer().enter(first, project, CODE)
    first.close()
    code.unlink()
    second = open_rooms()
    with pytest.raises(NotFound):
        second.enter(project, CODE, peer.member)
    code.write_text("new = 1\n")
    assert second.enter(project, CODE, Peer().member, peer.words[0]["epoch"]) is None
    assert Peer().enter(second, project, CODE).content()["text"] == "new = 1\n"


def test_what_was_logged_survives_and_nothing_is_doubled(
    open_rooms: Callable[[], Rooms], project: ProjectId, file: Path
) -> None:
    """1. An edit is logged, its file not written yet. 2. The server is killed. 3. The next one writes it."""
    first = open_rooms()
    peer = Peer().enter(first, project, PATH)
    peer.nodes["n-train"]["attributes"]["epochs"] = 7
    assert peer.room is not None
    peer.room.commit()
    kill(first)
    assert "epochs: 5" in file.read_text()
    second = open_rooms()
    back = peer.enter(second, project, PATH)
    assert back.content()["nodes"]["n-train"]["attributes"] == {"epochs": 7}
    second.flush(project)
    assert "epochs: 7" in file.read_text()


def test_what_was_not_logged_is_sent_again_by_whoever_has_it(
    open_rooms: Callable[[], Rooms], project: ProjectId, code: Path
) -> None:
    first = open_rooms()
    one, other = Peer().enter(first, project, CODE), Peer().enter(first, project, CODE)
    one.type("# one\n", 0)
    other.listen().type("# two\n", 0)
    kill(first)
    one.listen().room = other.room = None
    one.type("# offline\n")
    second = open_rooms()
    one.enter(second, project, CODE)
    other.enter(second, project, CODE)
    second.flush(project)
    assert one.content() == other.content()
    text = code.read_text()
    assert [text.count(mark) for mark in ("# one", "# two", "# offline", "def load")] == [1, 1, 1, 1]


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_crash_around_the_writing_of_the_file_neither_loses_nor_doubles(
    open_rooms: Callable[[], Rooms],
    project: ProjectId,
    code: Path,
    monkeypatch: pytest.MonkeyPatch,
    moment: str,
) -> None:
    """The server dies just before the file is replaced, or just after and before it could note that."""
    first = open_rooms()
    peer = Peer().enter(first, project, CODE)
    peer.type("# mine\n", 0)
    real = document_file.write

    class Killed(BaseException):
        pass

    def write(folder: Path, path: str, text: str) -> None:
        if moment == "after":
            real(folder, path, text)
        raise Killed

    first._clerk.end()
    with monkeypatch.context() as patched:
        patched.setattr(document_file, "write", write)
        with pytest.raises(Killed):
            first.flush(project)
    kill(first)
    peer.room = None
    peer.type("# later\n", 0)
    second = open_rooms()
    peer.enter(second, project, CODE)
    second.flush(project)
    text = code.read_text()
    assert (text.count("# mine"), text.count("# later"), text.count("def load")) == (1, 1, 1)
    assert peer.content()["text"] == text


def test_edits_made_while_no_server_ran_come_in_once(
    open_rooms: Callable[[], Rooms], project: ProjectId, code: Path
) -> None:
    first = open_rooms()
    peer = Peer().enter(first, project, CODE)
    peer.type("# mine\n", 0)
    first.close()
    peer.listen().room = None
    peer.type("# offline\n", 0)
    code.write_text(code.read_text() + "# vim\n")
    second = open_rooms()
    peer.enter(second, project, CODE)
    second.flush(project)
    text = code.read_text()
    assert [text.count(mark) for mark in ("# mine", "# offline", "# vim")] == [1, 1, 1]
    assert peer.content()["text"] == text


def test_a_change_from_outside_is_logged_before_anybody_is_told(
    open_rooms: Callable[[], Rooms], project: ProjectId, code: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = open_rooms()
    peer = Peer().enter(first, project, CODE)
    assert peer.room is not None
    code.write_text("# vim\n" + code.read_text())
    with monkeypatch.context() as patched:
        patched.setattr(rows, "append", full)
        with pytest.raises(NoSpace):
            peer.room.look()
        assert "# vim" not in peer.content()["text"]
    peer.room.look()
    assert peer.content()["text"].count("# vim") == 1


def test_a_full_disk_is_told_and_the_edit_is_kept_for_later(
    rooms: Rooms, project: ProjectId, code: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    peer = Peer().enter(rooms, project, CODE)
    with monkeypatch.context() as patched:
        patched.setattr(rows, "append", full)
        peer.type("# mine\n", 0)
        until(lambda: "trouble" in peer.kinds())
    rooms.flush(project)
    assert code.read_text().startswith("# mine")


def test_who_may_only_read_changes_nothing(rooms: Rooms, project: ProjectId, code: Path) -> None:
    before = code.read_text()
    viewer = Peer(writable=False).enter(rooms, project, CODE)
    other = Peer().enter(rooms, project, CODE)
    viewer.type("# forged\n", 0)
    rooms.flush(project)
    assert other.content()["text"] == before
    assert code.read_text() == before


@pytest.mark.parametrize("message", [b"", b"\0", b"\0\7\0", b"\0\2\5ab", b"\0\2\xff\xff\xff\xff\xff"])
def test_what_is_no_message_is_refused(rooms: Rooms, project: ProjectId, message: bytes) -> None:
    peer = Peer().enter(rooms, project, CODE)
    assert peer.room is not None
    with pytest.raises(BadMessage):
        peer.room.take(peer.member, message)


def test_random_bytes_do_no_harm(rooms: Rooms, project: ProjectId) -> None:
    chance = random.Random(3)
    peer = Peer().enter(rooms, project, CODE)
    before = peer.content()
    assert peer.room is not None
    for _ in range(100):
        data = chance.randbytes(chance.randrange(40))
        for kind in range(3):
            with suppress(BadMessage, ValueError):
                peer.room.take(peer.member, bytes((0, kind, len(data))) + data)
    rooms.flush(project)
    assert Peer().enter(rooms, project, CODE).content() == before


def test_malformed_nodes_of_a_faulty_program_break_nothing(
    rooms: Rooms, project: ProjectId, file: Path
) -> None:
    before = file.read_text()
    peer = Peer().enter(rooms, project, PATH)
    peer.nodes["n-a"] = 5
    peer.nodes["n-b"] = Map({"name": 5, "inputs": "none", "at": "here", "attributes": Map({"x": None})})
    rooms.flush(project)
    assert file.read_text() == before + "  node: {attributes: {x: null}}\n"


@pytest.mark.parametrize(
    "path",
    [
        "../digits/operations/load.py",
        "/etc/passwd",
        ".git/config",
        "operations/.hidden.py",
        "a//b",
        "",
        "a\\b.py",
    ],
)
def test_paths_that_lead_elsewhere_are_refused(rooms: Rooms, project: ProjectId, path: str) -> None:
    with pytest.raises(InvalidProject):
        rooms.enter(project, path, Peer().member)


def test_links_out_of_the_folder_binary_files_and_large_ones_are_refused(
    rooms: Rooms, project: ProjectId, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "data.bin").write_bytes(b"\xff\xfe\0")
    (folder / "zero.txt").write_bytes(b"a\0b")
    (folder / "large.txt").write_text("x" * (document_file.LARGEST + 1))
    os.mkfifo(folder / "pipe")
    for path in ("link.txt", "data.bin", "zero.txt", "operations", "pipe"):
        with pytest.raises(InvalidProject):
            rooms.enter(project, path, Peer().member)
    with pytest.raises(TooLarge):
        rooms.enter(project, "large.txt", Peer().member)


def test_a_project_that_is_not_there_has_no_documents(rooms: Rooms) -> None:
    with pytest.raises(NotFound):
        rooms.enter(ProjectId("01M7ZAZRRH27RW2CEZGQC4X09P"), PATH, Peer().member)


def test_a_run_is_of_what_is_on_the_screen(
    house: House, project: ProjectId, start: Callable[..., RunView], folder: Path
) -> None:
    peer = Peer().enter(house.documents, project, PATH)
    peer.nodes["n-train"]["attributes"]["epochs"] = 77
    start()
    assert "epochs: 77" in (folder / PATH).read_text()
    house.documents.close()


def test_the_history_tells_who_changed_what(
    house: House, rooms: Rooms, project: ProjectId, caller: Caller, code: Path
) -> None:
    peer = Peer(caller.user).enter(rooms, project, CODE)
    peer.type("# mine\n", 0)
    rooms.flush(project)
    code.write_text(code.read_text() + "# vim\n")
    assert peer.room is not None
    peer.room.look()
    found = documents.edits(house, caller, project)
    assert [(edit.path, edit.author, edit.name) for edit in found] == [
        (CODE, None, None),
        (CODE, caller.user, caller.name),
    ]
    assert documents.edits(house, caller, project, path="other.py") == ()
    with pytest.raises(BadInput):
        documents.edits(house, caller, project, limit=0)


@pytest.mark.parametrize("authors", [1, 2])
def test_a_long_log_is_made_short_without_loss(
    house: House,
    open_rooms: Callable[[], Rooms],
    project: ProjectId,
    caller: Caller,
    monkeypatch: pytest.MonkeyPatch,
    authors: int,
) -> None:
    monkeypatch.setattr(compaction, "MOST", 40)
    rooms = open_rooms()
    people = [Peer(caller.user), Peer("01M7ZAZRRH27RW2CEZGQC4X09Q")][:authors]
    for person in people:
        person.enter(rooms, project, CODE)
    for number in range(300):
        people[number % authors].listen().type(f"# {number}\n")
    rooms.flush(project)
    assert people[0].room is not None
    document, expected = people[0].room.id, people[0].content()
    rooms.close()
    length = compaction.compact(house.database, document)
    assert length < 50
    assert compaction.compact(house.database, document) == length
    again = Peer(caller.user).enter(open_rooms(), project, CODE)
    assert again.content() == expected
    again.type("# end\n")
    newest = documents.edits(house, caller, project)
    assert newest[0].path == CODE


def test_a_room_is_closed_a_while_after_the_last_one_left(
    rooms: Rooms, project: ProjectId, monkeypatch: pytest.MonkeyPatch, code: Path
) -> None:
    monkeypatch.setattr("deepforge.services.documents.clerk.LINGER_SECONDS", 0.0)
    peer = Peer().enter(rooms, project, CODE)
    peer.type("# mine\n", 0)
    peer.leave()
    until(lambda: not rooms._rooms)
    assert code.read_text().startswith("# mine")
    assert Peer().enter(rooms, project, CODE).content() == peer.content()


def test_a_project_whose_folder_is_gone_has_documents_that_are_gone(
    rooms: Rooms, project: ProjectId, folder: Path
) -> None:
    peer = Peer().enter(rooms, project, CODE)
    shutil.rmtree(folder)
    until(lambda: "gone" in peer.kinds())


def full(*_: object) -> int:
    """A database without room."""
    raise NoSpace("the disk is full", "Free some space.")
