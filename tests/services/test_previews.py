"""Previews: what the server reads itself, and what it has workers make."""

from __future__ import annotations

import json
import pickle
from dataclasses import replace

import pytest

from deepforge.core.artifact import ArtifactVersion
from deepforge.core.environment import Declared
from deepforge.core.errors import BadInput, NotFound
from deepforge.core.ids import Digest, ProjectId
from deepforge.core.manifest import FileEntry, encode_manifest
from deepforge.core.messages import Exchange, Orders
from deepforge.core.preview import PreviewAnswer, PreviewAsk, PreviewView
from deepforge.core.user import Caller
from deepforge.services import artifacts, blobs, gc, identity, previews, projects, workers
from deepforge.services.house import House
from deepforge.store import previews as rows
from tests.services.hand_worker import HandWorker

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x05\x00\x00\x00\x04"


class Bench:
    """Saves data and looks at it."""

    def __init__(self, house: House, caller: Caller, project: ProjectId) -> None:
        self.house, self.caller, self.project = house, caller, project

    def put(self, data: bytes, codec: str, type: str = "thing") -> ArtifactVersion:
        fact = blobs.put(self.house, self.caller, iter([data]), None)
        return artifacts.put(
            self.house, self.caller, self.project, "data", fact.digest, fact.size, type, codec
        )

    def show(self, version: ArtifactVersion, again: bool = False) -> PreviewView:
        return previews.show(self.house, self.caller, version.digest, version.codec, again=again)

    def see(self, data: bytes, codec: str) -> PreviewView:
        return self.show(self.put(data, codec))


@pytest.fixture
def bench(house: House, caller: Caller, project: ProjectId) -> Bench:
    return Bench(house, caller, project)


@pytest.fixture
def quick(quick_house: House) -> Bench:
    caller = identity.owner(quick_house)
    return Bench(quick_house, caller, projects.find(quick_house, caller, "digits").id)


def exchange(worker: HandWorker, *answers: PreviewAnswer, slots: int = 1) -> Orders:
    said = Exchange(incarnation=worker.incarnation, previews=answers, preview_slots=slots)
    return workers.exchange(worker.house, worker.caller, worker.id, said)


# What is safe to read


def test_plain_values_are_shown_as_a_tree(quick: Bench) -> None:
    found = quick.see(json.dumps({"loss": [0.5, None], "name": "x" * 3000}).encode(), "json")
    assert found.state == "ready"
    loss, name = found.document["tree"]["items"]
    numbers = [{"type": "float", "value": 0.5}, {"type": "NoneType", "value": None}]
    assert loss == ["loss", {"type": "list", "length": 2, "items": numbers}]
    assert (name[1]["length"], len(name[1]["value"]), name[1]["cut"]) == (3000, 2000, True)


def test_text_pictures_and_other_bytes_are_told_apart(quick: Bench) -> None:
    text = quick.see("größer\n".encode(), "bytes").document
    assert text == {"kind": "text", "text": "größer\n", "length": 9, "cut": False}
    cut = quick.see("ü".encode() * 60_000, "bytes").document
    assert (cut["kind"], cut["text"], cut["cut"]) == ("text", "ü" * 50_000, True)
    picture = quick.see(PNG, "bytes").document
    assert picture == {"kind": "image", "media": "image/png", "width": 5, "height": 4}
    assert quick.see(PNG, "png").document == picture
    assert quick.see(b"\0\1\2", "bytes").document == {"kind": "bytes", "size": 3, "first": "000102"}
    assert quick.see(b"{not json", "json").document["kind"] == "text"


def test_a_folder_is_shown_by_its_files_and_says_which_are_gone(quick: Bench) -> None:
    one = blobs.put(quick.house, quick.caller, iter([b"one"]), None)
    two = blobs.put(quick.house, quick.caller, iter([b"two"]), None)
    manifest = encode_manifest({"a.txt": FileEntry(one.digest, 3), "b/c.txt": FileEntry(two.digest, 3)})
    version = quick.put(manifest, "manifest", "directory")
    quick.house.blobs.delete(two.digest)
    document = quick.show(version).document
    assert [(file["path"], file["gone"]) for file in document["files"]] == [
        ("a.txt", False),
        ("b/c.txt", True),
    ]
    assert (document["count"], document["bytes"]) == (2, 6)


def test_data_whose_bytes_are_gone_says_so(quick: Bench) -> None:
    for codec in ("json", "pickle"):
        version = quick.put(f'"{codec}"'.encode(), codec)
        quick.house.blobs.delete(version.digest)
        found = quick.show(version)
        assert (found.state, "no longer there" in found.document["reason"]) == ("gone", True)


def test_what_nothing_uses_has_no_preview(quick: Bench) -> None:
    fact = blobs.put(quick.house, quick.caller, iter([b"secret"]), None)
    for digest in (fact.digest, Digest("0" * 64)):
        with pytest.raises(NotFound):
            previews.show(quick.house, quick.caller, digest, "json")
    with pytest.raises(BadInput):
        previews.show(quick.house, quick.caller, Digest("../x"), "json")


# What a worker makes


def test_a_preview_is_wanted_given_once_made_and_kept(bench: Bench, worker: HandWorker) -> None:
    version = bench.put(pickle.dumps(1), "pickle")
    assert (bench.show(version).state, bench.show(version).state) == ("wanted", "wanted")
    (ask,) = exchange(worker).previews
    assert ask == PreviewAsk(version.digest, version.size, "", "pickle")
    assert exchange(worker).previews == ()
    exchange(worker, PreviewAnswer(version.digest, "pickle", "ready", {"kind": "json", "tree": {}}))
    found = bench.show(version)
    assert (found.state, found.document) == ("ready", {"kind": "json", "tree": {}})
    exchange(worker, PreviewAnswer(version.digest, "pickle", "failed", {"reason": "too late"}))
    assert bench.show(version) == found


def test_a_busy_worker_is_not_asked(bench: Bench, worker: HandWorker) -> None:
    bench.see(b"one", "pickle")
    assert exchange(worker, slots=0).previews == ()
    assert len(exchange(worker).previews) == 1


def test_what_made_the_data_is_told_to_the_worker(
    house: House, caller: Caller, project: ProjectId, bench: Bench, worker: HandWorker, start: object
) -> None:
    run = start()  # type: ignore[operator]
    worker.work()
    version = artifacts.find(house, caller, project, "model")
    previews.show(house, caller, version.digest, "npy", "numpy.ndarray")
    (ask,) = exchange(worker).previews
    assert (ask.snapshot, ask.type) == (run.snapshot, "numpy.ndarray")
    score = next(job for job in run.jobs if job.name == "train")
    previews.show(house, caller, version.digest, "pickle", job=score.id)
    assert exchange(worker).previews[0].snapshot == run.snapshot


def test_a_preview_is_asked_for_again_when_its_worker_comes_back_anew(
    bench: Bench, worker: HandWorker
) -> None:
    bench.see(b"one", "pickle")
    assert len(exchange(worker).previews) == 1
    worker.register("second")
    assert len(exchange(worker).previews) == 1


def test_a_preview_that_ends_every_worker_is_given_up(bench: Bench, worker: HandWorker) -> None:
    version = bench.put(b"one", "pickle")
    bench.show(version)
    for incarnation in ("a", "b", "c"):
        worker.register(incarnation)
        assert len(exchange(worker).previews) == 1
    worker.register("d")
    assert exchange(worker).previews == ()
    found = bench.show(version)
    assert (found.state, found.document["error"]) == ("failed", "NoAnswer")
    assert bench.show(version, again=True).state == "wanted"
    assert len(exchange(worker).previews) == 1


def test_wishes_outlast_the_server(house: House, bench: Bench, worker: HandWorker) -> None:
    version = bench.put(b"one", "pickle")
    bench.show(version)
    house.memory.forget()
    assert [ask.digest for ask in exchange(worker).previews] == [version.digest]


def test_a_picture_goes_by_itself_and_only_as_a_picture(bench: Bench, worker: HandWorker) -> None:
    good, bad = bench.put(b"good", "pickle"), bench.put(b"bad", "pickle")
    for version, png in ((good, "iVBORw0KGgo="), (bad, "PHNjcmlwdD4=")):
        bench.show(version)
        exchange(worker, PreviewAnswer(version.digest, "pickle", "ready", {"kind": "figure", "png": png}))
    found = bench.show(good)
    assert (found.document, found.image) == ({"kind": "figure"}, True)
    assert previews.image(bench.house, bench.caller, good.digest, "pickle") == b"\x89PNG\r\n\x1a\n"
    with pytest.raises(NotFound):
        previews.image(bench.house, bench.caller, bad.digest, "pickle")


def test_previews_go_with_their_bytes(house: House, bench: Bench) -> None:
    version = bench.put(b"one", "pickle")
    bench.show(version)
    artifacts.remove(house, bench.caller, version.artifact)
    artifacts.forget_removed(house, kept=-1)
    gc.collect(house, grace=-1)
    gc.collect(house, grace=-1)
    with house.database.read() as connection:
        assert rows.find(connection, version.digest, "pickle") is None


def test_a_worker_with_the_environment_goes_before_one_without(
    house: House, bench: Bench, worker: HandWorker
) -> None:
    declared = Declared(("numpy",), digest=Digest("d" * 64))
    version = bench.put(b"one", "pickle")
    with house.writing() as ledger:
        ask = PreviewAsk(version.digest, 3, "", "pickle", environment=declared)
        rows.want(ledger.connection, ask, ledger.at)
    house.memory.forget()
    other = HandWorker(house)
    other.register()
    other.exchange(asks=False, locks={"d" * 64: "e" * 64})
    assert exchange(worker).previews == ()
    assert exchange(other).previews == (replace(ask),)
