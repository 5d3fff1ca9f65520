"""With a storage besides the data directory, everything that jobs make is kept there too."""

from __future__ import annotations

import shutil
from collections.abc import Callable

import pytest

from tests.acceptance.conftest import Machine
from tests.house.places import ROOT
from tests.support.postgresql import Cluster
from tests.support.s3 import REGION, running_s3

pytestmark = pytest.mark.acceptance
KeptThere = Callable[[str], bool]


def keep_in_a_folder(machine: Machine) -> KeptThere:
    """Have a machine keep its blobs in a folder besides; whether one with a digest is there."""
    bucket = machine.folder / "bucket"
    machine.environment["DEEPFORGE_STORAGE"] = f"file://{bucket}"
    return lambda digest: any(bucket.rglob(digest))


def test_what_jobs_make_is_in_the_storage_and_comes_back_from_it(machine: Machine) -> None:
    make_lose_and_fetch(machine, keep_in_a_folder(machine))


def test_a_server_keeps_its_state_in_postgresql_and_its_blobs_on_s3(
    machine: Machine, postgresql_cluster: Cluster
) -> None:
    name = postgresql_cluster.create()
    machine.environment["DEEPFORGE_DATABASE_URL"] = postgresql_cluster.url(name)
    with running_s3() as s3:
        s3.client().create_bucket(Bucket="kept")
        machine.environment |= {
            "DEEPFORGE_STORAGE": "s3://kept/blobs",
            "AWS_ENDPOINT_URL": s3.url,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": s3.key,
            "AWS_SECRET_ACCESS_KEY": s3.secret,
        }

        def kept(digest: str) -> bool:
            found = s3.client().list_objects_v2(Bucket="kept", Prefix=f"blobs/{digest[:2]}/{digest}")
            return bool(found["KeyCount"])

        make_lose_and_fetch(machine, kept)
        machine.call("stop")
        machine.ends()
    assert not (machine.home / "deepforge.db").exists()
    postgresql_cluster.drop(name)


def make_lose_and_fetch(machine: Machine, kept: KeptThere) -> None:
    """Run a pipeline, lose what the machine itself keeps, and have all of it again."""
    project = str(shutil.copytree(ROOT / "examples" / "starter", machine.folder / "starter"))
    first = machine.json("run", "main", "--project", project)
    assert first["state"] == "success"

    # 1. The outputs of the jobs are there under their digests, and so is the project as it was.
    outputs = [output["digest"] for job in first["jobs"] for output in job["outputs"]]
    assert [digest for digest in [*outputs, first["snapshot"]] if not kept(digest)] == []

    # 2. The machine loses its own copies: what is needed comes from the storage.
    machine.call("stop")
    machine.ends()
    shutil.rmtree(machine.home / "blobs")
    shutil.rmtree(machine.home / "worker")
    again = machine.json("run", "main", "--project", project)
    assert [job["cached"] for job in again["jobs"]] == [True] * 3
    machine.call("artifacts", "get", "counts", "--project", project, "-o", str(machine.folder / "counts"))
    assert (machine.folder / "counts").stat().st_size == first["artifacts"][0]["size"]
