"""Facts about uploads: files that come piece by piece, and may be taken up again where they broke off."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

from deepforge.core.ids import ProjectId, UploadId

_KINDS: dict[str, tuple[str, str]] = {
    ".npy": ("numpy.ndarray", "npy"),
    ".png": ("PIL.PngImagePlugin.PngImageFile", "png"),
    ".json": ("json", "json"),
    ".keras": ("keras.Model", "keras"),
    ".pt": ("torch", "torch"),
    ".pth": ("torch", "torch"),
    ".pkl": ("pickle", "pickle"),
    ".pickle": ("pickle", "pickle"),
    ".arrow": ("pandas.core.frame.DataFrame", "arrow"),
    ".feather": ("pandas.core.frame.DataFrame", "arrow"),
}
_SUFFIXES: dict[str, str] = {
    "npy": ".npy",
    "torch": ".pt",
    "keras": ".keras",
    "arrow": ".arrow",
    "png": ".png",
    "json": ".json",
    "pickle": ".pickle",
    "manifest": ".zip",
}


@dataclass(frozen=True)
class UploadRequest:
    """What is asked: a file of `size` bytes is to come, to be an artifact of a project."""

    project: ProjectId
    name: str
    """Of the file, with its suffix; in a folder its path."""
    size: int


@dataclass(frozen=True)
class Upload:
    """A file that is coming: so many of its bytes are here."""

    id: UploadId
    project: ProjectId
    name: str
    size: int
    received: int
    created: str


@dataclass(frozen=True)
class FinishRequest:
    """What is asked: make the file an artifact of this name; empty: as its suffix says."""

    name: str
    type: str = ""
    codec: str = ""


@dataclass(frozen=True)
class FolderPart:
    """A file of a folder: where it lies in it, and the upload that has its bytes."""

    path: str
    upload: UploadId


@dataclass(frozen=True)
class FolderRequest:
    """What is asked: make files that were uploaded one artifact, a folder."""

    project: ProjectId
    name: str
    files: tuple[FolderPart, ...]


def kind_of(file: str) -> tuple[str, str]:
    """The type and the codec under which a file is kept, by its suffix; what is unknown stays bytes."""
    return _KINDS.get(PurePosixPath(file).suffix.lower(), ("bytes", "bytes"))


def file_name(artifact: str, codec: str) -> str:
    """The name under which a version is downloaded: with the suffix that its codec's files have."""
    suffix = _SUFFIXES.get(codec, "")
    present = PurePosixPath(artifact).suffix.lower()
    if not suffix or present == suffix or _KINDS.get(present, ("", ""))[1] == codec:
        return artifact
    return artifact + suffix
