"""With a storage besides the data directory, everything that jobs make is kept there too."""

from __future__ import annotations

import shutil

import pytest

from tests.acceptance.conftest import Machine
from tests.house.places import ROOT

pytestmark = pytest.mark.acceptance


def test_what_jobs_make_is_in_the_storage_and_comes_back_from_it(machine: Machine) -> None:
    bucket = machine.folder / "bucket"
    machine.home.mkdir()
    (machine.home / "config.toml").write_text(f'storage = "file://{bucket}"\n')
    project = str(shutil.copytree(ROOT / "examples" / "starter", machine.folder / "starter"))
    first = machine.json("run", "main", "--project", project)
    assert first["state"] == "success"

    # 1. The outputs of the jobs are there under their digests, and so is the project as it was.
    outputs = [output["digest"] for job in first["jobs"] for output in job["outputs"]]
    assert [digest for digest in [*outputs, first["snapshot"]] if not any(bucket.rglob(digest))] == []

    # 2. The machine loses its own copies: what is needed comes from the storage.
    machine.call("stop")
    machine.ends()
    shutil.rmtree(machine.home / "blobs")
    shutil.rmtree(machine.home / "worker")
    again = machine.json("run", "main", "--project", project)
    assert [job["cached"] for job in again["jobs"]] == [True] * 3
    machine.call("artifacts", "get", "counts", "--project", project, "-o", str(machine.folder / "counts"))
    assert (machine.folder / "counts").stat().st_size == first["artifacts"][0]["size"]
