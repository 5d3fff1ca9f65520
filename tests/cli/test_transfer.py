"""Folders as artifacts: what of them travels."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from deepforge.cli.transfer import upload
from deepforge.client import Client
from deepforge.core.digest import digest_of
from deepforge.core.ids import ProjectId
from deepforge.core.manifest import decode_manifest


def test_links_to_files_count_as_the_files_and_other_links_are_said_to_be_left_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "outside.csv").write_text("1,2")
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "table.csv").symlink_to(tmp_path / "outside.csv")
    (folder / "all").symlink_to(tmp_path)
    (folder / "nothing").symlink_to(tmp_path / "not there")
    kept: dict[str, Any] = {}

    def send(file: Path) -> SimpleNamespace:
        return SimpleNamespace(digest=digest_of(file.read_bytes()), size=file.stat().st_size)

    def put(project: str, name: str, manifest: Path, type: str, codec: str) -> None:
        kept.update(decode_manifest(manifest.read_bytes()))

    client = cast("Client", SimpleNamespace(artifacts=SimpleNamespace(upload=send, put=put)))
    upload(client, ProjectId("p"), "data", folder)
    assert {path: entry.digest for path, entry in kept.items()} == {"table.csv": digest_of("1,2")}
    assert "Left out 2 links to folders or to nothing." in capsys.readouterr().err
