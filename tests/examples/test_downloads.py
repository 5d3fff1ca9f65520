"""The operations of the basics example that download their data, against a server on this machine.

Keras' own loading code runs; only the host it asks is another, and the archive of CIFAR-10 has another sum.
"""

from __future__ import annotations

import gzip
import io
import pickle
import shutil
import tarfile
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.examples.conftest import EXAMPLES, Installation, Shown

pytestmark = [
    pytest.mark.skipif(
        find_spec("keras") is None, reason="Keras is not installed, so downloads were not tested"
    ),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]

FASHION = "tensorflow/tf-keras-datasets"
CIFAR = "~kriz/cifar-10-python.tar.gz"

REDIRECT = '''
"""Ask a server on this machine instead of those on the internet."""

from urllib.parse import urlsplit

from keras.src.datasets import cifar10, fashion_mnist

get_file = cifar10.get_file


def get_local_file(fname, origin, file_hash=None, **options):
    return get_file(fname, origin="{server}" + urlsplit(origin).path, **options)


cifar10.get_file = fashion_mnist.get_file = get_local_file
'''


class QuietHandler(SimpleHTTPRequestHandler):
    """Serves files without telling on the terminal."""

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server with both data sets, in their true formats and with few different images."""
    folder = tmp_path_factory.mktemp("data-sets")
    write_fashion(folder / FASHION)
    write_cifar(folder / CIFAR)
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(QuietHandler, directory=str(folder))) as served:
        thread = threading.Thread(target=served.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{served.server_port}"
        served.shutdown()
        thread.join()


def write_fashion(folder: Path) -> None:
    """Files of the IDX format: eight bytes before labels, sixteen before images."""
    folder.mkdir(parents=True)
    for part, count in (("train", 12), ("t10k", 4)):
        images = np.arange(count * 28 * 28, dtype=np.uint32).astype(np.uint8).tobytes()
        (folder / f"{part}-labels-idx1-ubyte.gz").write_bytes(gzip.compress(bytes(8) + bytes(range(count))))
        (folder / f"{part}-images-idx3-ubyte.gz").write_bytes(gzip.compress(bytes(16) + images))


def write_cifar(path: Path) -> None:
    """Six pickles of ten thousand images each, all of one batch alike, in one archive."""
    path.parent.mkdir(parents=True)
    with tarfile.open(path, "w:gz", compresslevel=1) as archive:
        for shade, name in enumerate([*(f"data_batch_{n}" for n in range(1, 6)), "test_batch"]):
            images = np.full((10_000, 3072), 40 * shade, dtype=np.uint8)
            content = pickle.dumps({b"data": images, b"labels": [shade] * 10_000}, protocol=4)
            entry = tarfile.TarInfo(f"cifar-10-batches-py/{name}")
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))


@pytest.fixture
def local_keras(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, inside: Callable[[str], None]
) -> None:
    """Keras in this process, which asks the local server, and keeps what it gets in a folder of the test."""
    monkeypatch.setenv("KERAS_BACKEND", "torch")
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    from keras.src.datasets import cifar10, fashion_mnist

    get_file = cifar10.get_file
    for module in (cifar10, fashion_mnist):
        monkeypatch.setattr(module, "get_file", get_file)  # to be put back at the end
    scope: dict[str, Any] = {}
    exec(REDIRECT.format(server=server), scope)
    inside("basics")


@pytest.mark.usefixtures("local_keras")
def test_cifar_10_is_downloaded_and_unpacked() -> None:
    from operations.get_data_cifar import GetDataCifar

    train_imgs, train_labels, test_imgs, test_labels = GetDataCifar().execute()
    assert [array.shape for array in (train_imgs, train_labels, test_imgs, test_labels)] == [
        (50_000, 32, 32, 3),
        (50_000, 1),
        (10_000, 32, 32, 3),
        (10_000, 1),
    ]
    assert (train_labels[0, 0], train_imgs[49_999, 0, 0, 0], test_imgs[0, 0, 0, 0]) == (0, 160, 200)


@pytest.mark.usefixtures("local_keras")
def test_fashion_images_are_downloaded_and_shown(
    shown: Callable[[], Shown], capsys: pytest.CaptureFixture[str]
) -> None:
    from operations.mnist_fashion import MnistFashion

    MnistFashion().execute()
    assert "Train: X=(12, 28, 28), y=(12,)\nTest: X=(4, 28, 28), y=(4,)\n" in capsys.readouterr().out
    assert len(shown().figures) == 1


@pytest.fixture
def local_project(server: str, tmp_path: Path) -> Path:
    """The project as it is, but in the interpreter that has Keras here, and asking the local server."""
    folder = tmp_path / "basics"
    shutil.copytree(EXAMPLES / "basics", folder)
    for path in (folder / "operations").glob("*.py"):
        source = path.read_text()
        path.write_text(source.partition("# ///\n")[2] if source.startswith("# /// script") else source)
    (folder / "serialization.py").write_text(REDIRECT.format(server=server))
    return folder


@pytest.mark.acceptance
@pytest.mark.parametrize(
    ("pipeline", "printed"),
    [("mnist-fashion", ("fashion", "Train: X=(12, 28, 28)")), ("display-random-cifar-10", ("display", ""))],
)
def test_a_pipeline_downloads_and_shows(
    local_project: Path, tmp_path: Path, pipeline: str, printed: tuple[str, str]
) -> None:
    installation = Installation(tmp_path / "home")
    keras = {"KERAS_BACKEND": "torch", "KERAS_HOME": str(tmp_path / "keras")}
    installation.environment |= keras | {"DEEPFORGE_PASS_ENVIRONMENT": ",".join(keras)}
    try:
        run = installation.run(local_project, pipeline)
        job, text = printed
        assert (run["state"], run["figures"]) == ("success", 1)
        assert text in installation.log_of(run, job)
    finally:
        installation.stop()
