"""Artifacts and blobs: saved by people, found by reference, removed, collected."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from deepforge.core.artifact import ArtifactFilter, ArtifactVersion, NeedingRun
from deepforge.core.errors import BadInput, BlobDamaged, Conflict, NotFound, UnknownName
from deepforge.core.ids import ArtifactId, Digest, ProjectId
from deepforge.core.manifest import FileEntry, encode_manifest
from deepforge.core.run import RunView
from deepforge.core.user import Caller
from deepforge.services import artifacts, blobs, downloads, gc, runs, shelf
from deepforge.services.house import House
from deepforge.store import blob_index
from deepforge.store.blobs import Blobs, Collected
from tests.services.hand_worker import HandWorker

Put = Callable[..., ArtifactVersion]
Start = Callable[..., RunView]


@pytest.fixture
def put(house: House, caller: Caller, project: ProjectId) -> Put:
    """Uploads bytes and saves them as a version."""

    def save(name: str, content: bytes, type: str = "bytes") -> ArtifactVersion:
        fact = blobs.put(house, caller, iter([content]), None)
        return artifacts.put(house, caller, project, name, fact.digest, fact.size, type, "bytes")

    return save


def test_new_bytes_make_a_new_version_and_the_same_make_none(
    house: House, caller: Caller, project: ProjectId, put: Put
) -> None:
    one, same, two, other_type = (
        put("data", b"1"),
        put("data", b"1"),
        put("data", b"2"),
        put("data", b"2", "text"),
    )
    assert [version.version for version in (one, same, two, other_type)] == [1, 1, 2, 3]
    assert (one.author, one.lineage.run) == ("owner", None)
    (summary,) = artifacts.listing(house, caller)
    assert (summary.name, summary.versions, summary.digest, summary.project_name) == (
        "data",
        3,
        two.digest,
        "digits",
    )
    assert artifacts.versions(house, caller, one.artifact) == (other_type, two, one)
    assert artifacts.listing(house, caller, ArtifactFilter(ProjectId("0" * 26))) == ()
    assert artifacts.listing(house, caller, ArtifactFilter(project, "data")) == (summary,)


def test_a_reference_names_the_newest_or_one_version(
    house: House, caller: Caller, project: ProjectId, put: Put
) -> None:
    one, two = put("data", b"1"), put("data", b"2")
    assert artifacts.find(house, caller, project, "data") == two
    assert artifacts.find(house, caller, project, "data@1") == one
    with pytest.raises(NotFound, match=r"no version 3\.\nIts newest is data@2"):
        artifacts.find(house, caller, project, "data@3")
    with pytest.raises(UnknownName, match="Did you mean data"):
        artifacts.find(house, caller, project, "dat")
    with pytest.raises(BadInput, match="names no version"):
        artifacts.find(house, caller, project, "data@zero")


def test_for_one_version_the_others_are_not_looked_at(
    house: House, caller: Caller, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = put("data", b"1"), put("data", b"2")
    looked: list[Digest] = []
    seems_whole = house.blobs.seems_whole

    def look(digest: Digest, size: int | None) -> bool:
        looked.append(digest)
        return seems_whole(digest, size)

    monkeypatch.setattr(house.blobs, "seems_whole", look)
    assert artifacts.version(house, caller, one.artifact, 1) == one
    assert artifacts.version(house, caller, one.artifact) == two
    assert looked == [one.digest, two.digest]
    with pytest.raises(NotFound, match=r"no version 3\.\nIts newest is data@2"):
        artifacts.version(house, caller, one.artifact, 3)
    artifacts.remove(house, caller, one.artifact)
    with pytest.raises(NotFound, match="removed"):
        artifacts.version(house, caller, one.artifact)


def test_only_bytes_that_were_uploaded_are_saved_and_only_under_a_plain_name(
    house: House, caller: Caller, project: ProjectId
) -> None:
    fact = blobs.put(house, caller, iter([b"1"]), None)

    def refused(**changes: object) -> type[Exception]:
        asked = {
            "project": project,
            "name": "data",
            "digest": fact.digest,
            "size": 1,
            "type": "t",
            "codec": "c",
        }
        with pytest.raises((BadInput, NotFound)) as caught:
            artifacts.put(house, caller, **(asked | changes))  # type: ignore[arg-type]
        return caught.type

    assert refused(digest=Digest("0" * 64)) is NotFound
    assert refused(digest="../../etc/passwd") is BadInput
    assert refused(size=2) is NotFound
    assert refused(project=ProjectId("0" * 26)) is NotFound
    assert refused(type="a\0b") is refused(codec="c" * 41) is refused(codec="") is BadInput
    assert refused(name="data@2") is refused(name="a/b") is refused(name="") is BadInput


def test_a_folder_is_saved_only_with_all_its_files(house: House, caller: Caller, project: ProjectId) -> None:
    inside = blobs.put(house, caller, iter([b"inside"]), None)
    manifest = encode_manifest({"a": FileEntry(inside.digest, 6), "b": FileEntry(Digest("0" * 64), 1)})
    fact = blobs.put(house, caller, iter([manifest]), None)
    with pytest.raises(NotFound, match="of the folder was not uploaded"):
        artifacts.put(house, caller, project, "folder", fact.digest, fact.size, "directory", "manifest")


def test_removing_an_artifact_leaves_what_runs_keep(
    house: House, caller: Caller, project: ProjectId, start: Start, worker: HandWorker
) -> None:
    run = start()
    worker.work({"model": b"kept"})
    version = artifacts.find(house, caller, project, "model")
    artifacts.remove(house, caller, version.artifact)
    with pytest.raises(UnknownName):
        artifacts.find(house, caller, project, "model")
    with pytest.raises(NotFound):
        artifacts.remove(house, caller, version.artifact)
    assert runs.show(house, caller, run.id).artifacts == ()
    gc.collect(house, grace=-1)
    stream, size = blobs.open(house, caller, version.digest, 1)
    with stream:
        assert (stream.read(), size) == (b"ept", 4)
    with pytest.raises(NotFound):
        artifacts.versions(house, caller, ArtifactId("0" * 26))


def test_a_removed_artifact_can_be_brought_back_until_it_is_gone_for_good(
    house: House, caller: Caller, project: ProjectId, put: Put
) -> None:
    one, two = put("data", b"1"), put("data", b"2")
    assert artifacts.remove(house, caller, one.artifact).needed_by == ()
    with pytest.raises(UnknownName, match="was removed"):
        artifacts.find(house, caller, project, "data")
    with pytest.raises(NotFound, match="was removed"):
        artifacts.versions(house, caller, one.artifact)
    assert artifacts.listing(house, caller) == ()
    assert artifacts.restore(house, caller, one.artifact).name == "data"
    assert artifacts.versions(house, caller, one.artifact) == (two, one)
    artifacts.remove(house, caller, one.artifact)
    assert artifacts.find_removed(house, caller, project, "data") == one.artifact
    assert artifacts.forget_removed(house) == 0
    assert artifacts.forget_removed(house, kept=-1) == 1
    assert gc.collect(house, grace=-1).blobs == 2
    with pytest.raises(NotFound, match="There is no artifact"):
        artifacts.restore(house, caller, one.artifact)
    with pytest.raises(NotFound):
        artifacts.find_removed(house, caller, project, "data")


def test_a_name_that_was_freed_can_be_taken_and_what_had_it_comes_back_beside(
    house: House, caller: Caller, put: Put
) -> None:
    old = put("data", b"old")
    artifacts.remove(house, caller, old.artifact)
    new = put("data", b"new")
    assert (new.artifact != old.artifact, new.version) == (True, 1)
    assert artifacts.restore(house, caller, old.artifact).name == "data (restored)"
    assert artifacts.restore(house, caller, old.artifact).name == "data (restored)"


def test_a_removed_artifact_that_a_run_still_takes_says_so(
    house: House, caller: Caller, folder: Path, start: Start, put: Put
) -> None:
    version = put("data", b"1")
    pipeline = """
    nodes:
      data: {operation: Input, attributes: {artifact: data@1}}
      train: {operation: Train, inputs: {numbers: data}}
    """
    (folder / "pipelines" / "taking.yaml").write_text(textwrap.dedent(pipeline))
    run = start("taking")
    assert artifacts.show(house, caller, version.artifact).used_by == 1
    removed = artifacts.remove(house, caller, version.artifact)
    assert removed.needed_by == (NeedingRun(run.id, "taking"),)


def test_an_artifact_is_called_otherwise_unless_the_name_is_taken(
    house: House, caller: Caller, project: ProjectId, put: Put
) -> None:
    one, other = put("one", b"1"), put("other", b"2")
    assert artifacts.rename(house, caller, one.artifact, "first").name == "first"
    assert artifacts.find(house, caller, project, "first@1").artifact == one.artifact
    with pytest.raises(Conflict, match="already"):
        artifacts.rename(house, caller, one.artifact, "other")
    with pytest.raises(BadInput):
        artifacts.rename(house, caller, one.artifact, "a@2")
    artifacts.remove(house, caller, other.artifact)
    assert artifacts.rename(house, caller, one.artifact, "other").name == "other"
    with pytest.raises(NotFound):
        artifacts.rename(house, caller, other.artifact, "x")


def test_tags_are_kept_clean(house: House, caller: Caller, put: Put) -> None:
    one = put("one", b"1")
    assert artifacts.tag(house, caller, one.artifact, [" best ", "v2", "best"]).tags == ("best", "v2")
    for bad in ("", "a,b", "x" * 51, "a\nb"):
        with pytest.raises(BadInput):
            artifacts.tag(house, caller, one.artifact, [bad])
    with pytest.raises(BadInput):
        artifacts.tag(house, caller, one.artifact, [f"t{number}" for number in range(21)])
    assert [facet.value for facet in artifacts.facets(house, caller, None).tags] == ["best", "v2"]


def test_what_is_gone_or_cut_is_said_to_be(house: House, caller: Caller, put: Put) -> None:
    one = put("one", b"whole")
    assert artifacts.show(house, caller, one.artifact).gone is False
    path = house.blobs.path(one.digest)
    path.chmod(0o644)
    path.write_bytes(b"who")
    assert artifacts.show(house, caller, one.artifact).gone is True
    with pytest.raises(BlobDamaged):
        downloads.open(house, one)
    path.unlink()
    assert artifacts.versions(house, caller, one.artifact)[0].gone is True
    with pytest.raises(BlobDamaged):
        downloads.open(house, one)


def test_the_list_is_sorted_by_what_is_asked(house: House, caller: Caller, put: Put) -> None:
    put("b", b"1")
    put("a", b"22")
    assert [line.name for line in artifacts.listing(house, caller, sort="-size")] == ["a", "b"]
    first = artifacts.listing(house, caller, limit=1)
    assert [line.name for line in artifacts.listing(house, caller, after=first[0].id)] == ["b"]
    with pytest.raises(BadInput, match="Did you mean size"):
        artifacts.listing(house, caller, sort="sizes")


# Blobs


def test_a_list_that_cannot_go_on_says_so(house: House, caller: Caller, put: Put) -> None:
    put("data", b"1")
    with pytest.raises(NotFound, match="from its beginning"):
        artifacts.listing(house, caller, after=ArtifactId("0" * 26))


def test_bytes_that_nothing_refers_to_are_as_good_as_not_there(
    house: House, caller: Caller, put: Put
) -> None:
    fact = blobs.put(house, caller, iter([b"se", b"cret"]), None)
    with pytest.raises(NotFound) as known:
        blobs.open(house, caller, fact.digest)
    with pytest.raises(NotFound) as unknown:
        blobs.open(house, caller, Digest("0" * 64))
    assert known.value.message.replace(fact.digest, "") == unknown.value.message.replace("0" * 64, "")
    put("data", b"secret")
    blobs.open(house, caller, fact.digest)[0].close()


def test_bytes_that_changed_on_their_way_are_refused(house: House, caller: Caller) -> None:
    with pytest.raises(BadInput, match="have the digest"):
        blobs.put(house, caller, iter([b"1"]), Digest("0" * 64))


# Garbage


def left(house: House) -> int:
    return len(list(house.blobs.digests()))


def test_only_what_nothing_refers_to_any_more_is_collected(
    house: House, caller: Caller, start: Start, worker: HandWorker, put: Put
) -> None:
    put("data", b"kept by its artifact")
    run = start()
    worker.work()
    before = left(house)
    assert gc.collect(house, grace=-1).blobs == 0
    blobs.put(house, caller, iter([b"uploaded and forgotten"]), None)
    assert gc.collect(house, grace=3600).blobs == 0
    assert gc.collect(house, grace=-1).blobs == 1
    assert left(house) == before
    shelf.remove(house, caller, run.id)
    assert gc.collect(house, grace=-1).blobs == 0  # the run can still be brought back
    house.settings = replace(house.settings, keep_removed_hours=-1.0)
    collected = gc.collect(house, grace=-1)
    # What is left: the model, as a version of an artifact, and what was put.
    assert (left(house), collected.blobs) == (2, before - 2)
    with house.database.read() as connection:
        assert blob_index.unused(connection) == []
    assert start().jobs[0].state == "queued"


def test_a_run_keeps_its_outputs_when_a_cached_one_with_the_same_is_removed(
    house: House, caller: Caller, start: Start, worker: HandWorker
) -> None:
    run = start()
    worker.work()
    made = runs.show(house, caller, run.id)
    shelf.remove(house, caller, start().id)
    gc.collect(house, grace=-1)
    for job in made.jobs:
        for output in job.outputs:
            assert house.blobs.has(output.digest)
    assert runs.show(house, caller, run.id) == made


def test_what_the_cache_would_answer_with_is_run_again_when_its_bytes_are_cut_short(
    house: House, start: Start, worker: HandWorker
) -> None:
    start()
    worker.work({"numbers": b"whole"})
    blob = house.blobs.path(house.blobs.put_bytes(b"whole"))
    blob.chmod(0o644)
    blob.write_bytes(b"who")
    start()
    assert worker.work({"numbers": b"others"}) == ["load", "train"]


def test_what_the_cache_would_answer_with_is_run_again_when_its_bytes_are_gone(
    house: House, start: Start, worker: HandWorker
) -> None:
    run = start()
    worker.work({"numbers": b"gone"})
    house.blobs.delete(house.blobs.put_bytes(b"gone"))
    again = start()
    assert (again.jobs[0].state, run.jobs[0].cached) == ("queued", False)
    assert worker.work({"numbers": b"gone"}) == ["load"]


def test_a_blob_that_comes_to_be_used_while_garbage_is_looked_for_stays(
    house: House, caller: Caller, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    fact = blobs.put(house, caller, iter([b"used in the last moment"]), None)
    older = Blobs.older

    def meanwhile(self: Blobs, grace: float) -> Iterator[Digest]:
        yield from list(older(self, grace))
        put("data", b"used in the last moment")

    monkeypatch.setattr(Blobs, "older", meanwhile)
    assert gc.collect(house, grace=-1).blobs == 0
    assert house.blobs.has(fact.digest)


def test_garbage_goes_in_small_portions_and_others_write_in_between(
    house: House, caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        blobs.put(house, caller, iter([b"%d" % number]), None)
    monkeypatch.setattr(gc, "AT_ONCE", 2)
    portions: list[int] = []
    collect = Blobs.collect

    def count(self: Blobs, unused: list[Digest], grace: float) -> Collected:
        portions.append(len(unused))
        return collect(self, unused, grace)

    monkeypatch.setattr(Blobs, "collect", count)
    assert gc.collect(house, grace=-1) == Collected(5, 5)
    assert portions == [2, 2, 1]


def test_what_is_used_by_nobody_and_gone_from_the_disk_is_struck_out(house: House, caller: Caller) -> None:
    fact = blobs.put(house, caller, iter([b"lost"]), None)
    house.blobs.path(fact.digest).unlink()
    gc.collect(house)
    with house.database.read() as connection:
        assert blob_index.size_of(connection, fact.digest) is None
