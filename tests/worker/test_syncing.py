"""Syncing: in the background, together, and nothing that is gone stands in the way."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from deepforge.core.ids import Digest
from deepforge.worker.blob_folder import Kept
from deepforge.worker.syncing import Syncer


def test_new_blobs_and_their_folders_are_synced_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[str] = []
    real = os.fsync
    monkeypatch.setattr(os, "fsync", lambda fd: (synced.append(os.readlink(f"/proc/self/fd/{fd}")), real(fd)))
    syncer = Syncer(seconds=3600)
    blob = tmp_path / "ab" / "abc"
    blob.parent.mkdir()
    blob.write_bytes(b"data")
    for _ in range(3):
        syncer.blob(Kept(Digest("abc"), 4, blob, new=True))
    syncer.blob(Kept(Digest("abd"), 4, tmp_path / "known", new=False))
    syncer.grown(tmp_path / "gone")
    assert syncer.sync() == 2
    assert synced == [str(blob.parent), str(blob)]
    assert syncer.sync() == 0
