"""Artifacts as files and folders: which codec a file is kept with, and how folders travel."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from deepforge.cli.output import print_note
from deepforge.client import Client
from deepforge.core.artifact import DIRECTORY, MANIFEST, ArtifactVersion
from deepforge.core.errors import BadInput, Conflict
from deepforge.core.ids import ProjectId
from deepforge.core.manifest import FileEntry, decode_manifest, encode_manifest, is_safe_path
from deepforge.core.upload import file_name
from deepforge.core.upload import kind_of as kind_of_name


def upload(client: Client, project: ProjectId, name: str, path: Path) -> ArtifactVersion:
    """Save a file or a folder as the next version of an artifact. Raises BadInput when it cannot be read as
    it says.
    """
    if path.is_dir():
        return _upload_folder(client, project, name, path)
    kind, codec = kind_of(path)
    return client.artifacts.put(project, name, path, type=kind, codec=codec)


def kind_of(path: Path) -> tuple[str, str]:
    """The type and codec under which a file is kept. Raises BadInput when a .json file is none."""
    kind = kind_of_name(path.name)
    if kind != ("json", "json"):
        return kind
    try:
        value = json.loads(path.read_bytes())
    except ValueError as error:
        raise BadInput(f"{path} is not JSON: {error}", "Correct it, or give it another suffix.") from None
    return "NoneType" if value is None else type(value).__name__, "json"


def _upload_folder(client: Client, project: ProjectId, name: str, folder: Path) -> ArtifactVersion:
    """Each file becomes a blob, and a manifest names them.

    A link to a file counts as the file, as data sets often have them; links to folders, which may lead in a
    circle, and links to nothing are left out, and said to be.
    """
    files: dict[str, FileEntry] = {}
    left_out = 0
    for file in sorted(folder.rglob("*")):
        inner = file.relative_to(folder).as_posix()
        if not file.is_file():
            left_out += file.is_symlink()
            continue
        if not is_safe_path(inner):
            raise BadInput(f"{inner!r} cannot be the name of a file in an artifact.", "Rename it.")
        blob = client.artifacts.upload(file)
        files[inner] = FileEntry(blob.digest, blob.size)
    if left_out:
        print_note(f"Left out {left_out} {'link' if left_out == 1 else 'links'} to folders or to nothing.")
    if not files:
        raise BadInput(f"{folder} holds no files.", "Put a file, or a folder with files in it.")
    with tempfile.TemporaryDirectory() as temporary:
        manifest = Path(temporary) / "manifest.json"
        manifest.write_bytes(encode_manifest(files))
        return client.artifacts.put(project, name, manifest, type=DIRECTORY, codec=MANIFEST)


def download(client: Client, version: ArtifactVersion, target: Path | None, force: bool) -> Path:
    """Fetch a version into a file or folder, and give where it is. Raises Conflict when that exists."""
    if version.codec == MANIFEST:
        return _download_folder(client, version, target or Path(version.name), force)
    name = file_name(version.name, version.codec)
    file = target or Path(name)
    if file.is_dir():
        file = file / name
    _free(file, force)
    file.parent.mkdir(parents=True, exist_ok=True)
    client.artifacts.download(version.digest, file)
    return file


def _download_folder(client: Client, version: ArtifactVersion, folder: Path, force: bool) -> Path:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        _free(folder, force and folder.is_dir())
    for inner, entry in decode_manifest(client.artifacts.read(version.digest)).items():
        file = folder / inner
        file.parent.mkdir(parents=True, exist_ok=True)
        client.artifacts.download(entry.digest, file)
    return folder


def _free(path: Path, force: bool) -> None:
    if path.exists() and not force:
        raise Conflict(f"{path} is there already.", "Name another with --output, or use --force.")
