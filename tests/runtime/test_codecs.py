"""Codecs: each value comes back as it was, from the file that its type asks for."""

from __future__ import annotations

import datetime
import errno
import math
import mmap
import os
import re
import subprocess
import sys
from collections import OrderedDict
from collections.abc import Callable
from enum import Enum
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deepforge.runtime import codecs, failure
from deepforge.runtime.values import full_name
from tests.runtime.conftest import SOURCE, Bench
from tests.support.disk import small_disk


def keep(value: Any, folder: Path) -> tuple[str, str, Any]:
    """The codec and the recorded type of a value, and what came back."""
    saved = codecs.save(value, str(folder / "value"))
    assert sorted(path.name for path in folder.iterdir()) == ["value"]
    return saved.codec, saved.type, codecs.load(saved.path, saved.type, saved.codec)


class Colour(Enum):
    RED = 1


class Text(str):
    pass


SHARED: list[int] = [1]
CIRCLE: list[Any] = []
CIRCLE.append(CIRCLE)


@pytest.mark.parametrize(
    ("value", "type_name"),
    [
        (None, "NoneType"),
        (True, "bool"),
        (0, "int"),
        (-(10**50), "int"),
        (-0.0, "float"),
        (math.inf, "float"),
        ("häß \ud800 \0", "str"),
        ([], "list"),
        ([1, 2.0, None, [True, "x"]], "list"),
        ({}, "dict"),
        ({"a": [1], "": {"b": -1e308}}, "dict"),
    ],
)
def test_plain_values_are_json(tmp_path: Path, value: Any, type_name: str) -> None:
    codec, recorded, back = keep(value, tmp_path)
    assert (codec, recorded) == ("json", type_name)
    assert repr(back) == repr(value)


def test_not_a_number_comes_back_as_such(tmp_path: Path) -> None:
    codec, _, back = keep([math.nan], tmp_path)
    assert codec == "json"
    assert math.isnan(back[0])


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@settings(deadline=None)
@given(PLAIN)
def test_any_plain_value_comes_back_exactly(value: Any) -> None:
    folder = Path(os.environ["PYTEST_CODECS"])
    saved = codecs.save(value, str(folder / "value"))
    assert saved.codec == "json"
    assert repr(codecs.load(saved.path, saved.type, saved.codec)) == repr(value)


@pytest.fixture(autouse=True)
def folder_of_the_module(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_CODECS", str(tmp_path_factory.mktemp("values")))


@pytest.mark.parametrize(
    "value",
    [
        (1, 2),
        {1: "a"},
        {Text("a"): 1},
        [Text("a")],
        {"a", "b"},
        1j,
        bytearray(b"x"),
        Colour.RED,
        [Colour.RED],
        datetime.date(2026, 11, 20),
        OrderedDict(a=1),
        [SHARED, SHARED],
        np.float64(1.5),
    ],
)
def test_values_that_json_would_change_are_pickled(tmp_path: Path, value: Any) -> None:
    codec, _, back = keep(value, tmp_path)
    assert codec == "pickle"
    assert back == value
    assert type(back) is type(value)


def test_integers_that_are_too_long_for_text_are_pickled(tmp_path: Path) -> None:
    codec, _, back = keep(1 << 20_000, tmp_path)
    assert codec == "pickle"
    assert back == 1 << 20_000


def test_lists_in_two_places_stay_one_list_and_circles_stay_circles(tmp_path: Path) -> None:
    _, _, back = keep([SHARED, SHARED], tmp_path)
    assert back[0] is back[1]
    codec, _, back = keep(CIRCLE, tmp_path)
    assert codec == "pickle"
    assert back[0] is back


def test_lists_in_lists_without_end_are_not_followed(tmp_path: Path) -> None:
    deep: list[Any] = []
    for _ in range(200):
        deep = [deep]
    codec, _, back = keep(deep, tmp_path)
    assert (codec, back) == ("pickle", deep)


@pytest.mark.parametrize("value", [b"", b"\0\1\2" * 1000])
def test_bytes_are_a_file(tmp_path: Path, value: bytes) -> None:
    assert keep(value, tmp_path) == ("bytes", "bytes", value)
    assert (tmp_path / "value").read_bytes() == value


@pytest.mark.parametrize(
    "value",
    [
        np.arange(6).reshape(2, 3),
        np.arange(6).reshape(2, 3).T,
        np.arange(20)[::3],
        np.array(3.5),
        np.zeros((0, 3)),
        np.array(["a", "häß"]),
        np.array([True, False]),
        np.array([1 + 2j]),
        np.array(["2026-11-20"], dtype="datetime64[D]"),
        np.array([(1, 2.5)], dtype=[("a", "i4"), ("b", "f8")]),
        np.array([(1, 2.5)], dtype=[("ä", "i4"), ("b", ">f8")]),
        np.zeros(3, dtype=np.float16),
    ],
    ids=str,
)
def test_arrays_are_npy_files_and_come_back_with_their_type_and_order(tmp_path: Path, value: Any) -> None:
    codec, recorded, back = keep(value, tmp_path)
    assert (codec, recorded) == ("npy", "numpy.ndarray")
    assert type(back) is np.ndarray
    assert (back.dtype, back.shape) == (value.dtype, value.shape)
    np.testing.assert_array_equal(back, value)
    assert np.load(tmp_path / "value", allow_pickle=False).shape == value.shape


def test_an_array_is_mapped_and_changing_it_changes_no_file(tmp_path: Path) -> None:
    _, _, back = keep(np.arange(1000.0), tmp_path)
    base = back
    while isinstance(base, np.ndarray):
        base = base.base
    assert isinstance(base, mmap.mmap)
    back += 1
    assert np.load(tmp_path / "value")[0] == 0.0


@pytest.mark.parametrize(
    "value",
    [
        np.array([1, "a", None], dtype=object),
        np.ma.masked_array([1, 2], [True, False]),
        np.rec.array([(1, 2.5)], dtype=[("a", "i4"), ("b", "f8")]),
        np.zeros(2, dtype=np.dtype("f8", metadata={"unit": "m"})),
    ],
    ids=["objects", "masked", "records", "metadata"],
)
def test_arrays_that_npy_would_change_are_pickled(tmp_path: Path, value: Any) -> None:
    codec, _, back = keep(value, tmp_path)
    assert codec == "pickle"
    assert type(back) is type(value)
    assert back.tolist() == value.tolist()


def test_tensors_and_what_holds_them_are_torch_files(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    tensor = torch.arange(6.0).reshape(2, 3)
    module = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.ReLU())
    assert keep(tensor, tmp_path)[:2] == ("torch", "torch.Tensor")
    assert torch.equal(keep(tensor, tmp_path)[2], tensor)
    codec, recorded, back = keep(module, tmp_path)
    assert (codec, recorded) == ("torch", "torch.nn.modules.container.Sequential")
    assert torch.equal(back(tensor), module(tensor))
    codec, recorded, state = keep(module.state_dict(), tmp_path)
    assert (codec, recorded) == ("torch", "collections.OrderedDict")
    assert list(state) == list(module.state_dict())
    assert (
        keep((tensor, 1), tmp_path)[0]
        == keep([tensor], tmp_path)[0]
        == keep({"x": tensor}, tmp_path)[0]
        == "torch"
    )


@pytest.mark.parametrize("dtype", ["bfloat16", "int8", "complex64", "bool"])
def test_tensors_of_any_dtype_come_back(tmp_path: Path, dtype: str) -> None:
    torch = pytest.importorskip("torch")
    tensor = torch.ones(4).to(getattr(torch, dtype))
    codec, _, back = keep(tensor, tmp_path)
    assert (codec, back.dtype) == ("torch", tensor.dtype)
    assert torch.equal(back, tensor)


def test_a_view_of_a_large_tensor_is_kept_without_the_rest(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    large = torch.zeros(1_000_000, requires_grad=True)
    codecs.save(large[:10].detach().requires_grad_(), str(tmp_path / "view"))
    assert (tmp_path / "view").stat().st_size < 10_000
    back = codecs.load(str(tmp_path / "view"), "torch.Tensor", "torch")
    assert (back.shape, back.requires_grad) == ((10,), True)


def test_the_same_tensor_gives_the_same_bytes_whatever_its_file_is_called(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    codecs.save(torch.arange(5), str(tmp_path / "a"))
    codecs.save(torch.arange(5), str(tmp_path / "longer name"))
    assert (tmp_path / "a").read_bytes() == (tmp_path / "longer name").read_bytes()


def test_changing_a_tensor_that_was_read_changes_no_file(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    _, _, back = keep(torch.zeros(1000), tmp_path)
    back += 1
    assert codecs.load(str(tmp_path / "value"), "torch.Tensor", "torch").sum() == 0


KERAS = """
import os, sys
os.environ["KERAS_BACKEND"] = "torch"
import keras, numpy
from deepforge.runtime import codecs

class Mine(keras.Model):
    def __init__(self, **arguments):
        super().__init__(**arguments)
        self.dense = keras.layers.Dense(2)

    def call(self, x):
        return self.dense(x)

x = numpy.ones((1, 3))
for model in (keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)]), Mine()):
    model(x)
    saved = codecs.save(model, sys.argv[1])
    back = codecs.load(*saved)
    assert type(back) is type(model)
    assert numpy.allclose(keras.ops.convert_to_numpy(back(x)), keras.ops.convert_to_numpy(model(x)))
    print(saved.codec)
"""


def test_models_of_keras_are_keras_files(tmp_path: Path) -> None:
    if find_spec("keras") is None or find_spec("torch") is None:
        pytest.skip("Keras, or PyTorch under it, is not installed")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(SOURCE), *filter(None, sys.path)])}
    command = [sys.executable, "-c", KERAS, str(tmp_path / "model")]
    ended = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert (ended.stdout, ended.returncode) == ("keras\nkeras\n", 0), ended.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


def test_tables_and_columns_are_arrow_files(tmp_path: Path) -> None:
    pandas = pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    table = pandas.DataFrame(
        {
            "number": [1, 2],
            "real": [0.5, math.nan],
            "text": ["a", "b"],
            "time": pandas.to_datetime(["2026-11-20", None]),
            "kind": pandas.Categorical(["x", "y"]),
        }
    )
    by_name = table.set_index("text")
    for value in (table, by_name, table.iloc[[1, 0]]):
        codec, recorded, back = keep(value, tmp_path)
        assert (codec, recorded) == ("arrow", full_name(pandas.DataFrame))
        pandas.testing.assert_frame_equal(back, value)
    for value in (table["real"], table["text"].rename(None), by_name["number"]):
        codec, recorded, back = keep(value, tmp_path)
        assert (codec, recorded) == ("arrow", full_name(pandas.Series))
        pandas.testing.assert_series_equal(back, value)


def test_an_index_of_times_keeps_how_far_they_are_apart(tmp_path: Path) -> None:
    pandas = pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    for index in (
        pandas.date_range("2026-11-20", periods=3, freq="D"),
        pandas.date_range("2026-11-01", periods=3, freq="-2MS", tz="Europe/Berlin", name="month"),
        pandas.timedelta_range("1h", periods=3, freq="90min"),
        pandas.period_range("2026-11", periods=3, freq="M"),
        pandas.date_range("2026-11-20", periods=3)[[0, 2, 1]],
    ):
        table = pandas.DataFrame({"number": [1, 2, 3]}, index=index)
        for value in (table, table["number"]):
            codec, _, back = keep(value, tmp_path)
            assert codec == "arrow"
            pandas.testing.assert_index_equal(back.index, index)
            assert back.index.freq == index.freq


def test_tables_that_arrow_would_change_are_pickled(tmp_path: Path) -> None:
    pandas = pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    noted = pandas.DataFrame({"a": [1]})
    noted.attrs["shape"] = (1, 1)
    holidays = pandas.offsets.CustomBusinessDay(holidays=["2026-12-25"])
    values = [
        pandas.DataFrame({"a": pandas.Categorical([], ["x"])}),
        pandas.DataFrame({"a": [(1, 2), None]}),
        pandas.DataFrame({"a": [1, "x"]}, dtype=object),
        pandas.DataFrame({"a": ["x", None]}, dtype=object),
        pandas.DataFrame({"a": [1]}, index=pandas.Index([(1, 2)], tupleize_cols=False)),
        pandas.DataFrame([[1, 2]], columns=["a", "a"]),
        pandas.Series([1], name=3),
        pandas.Series([1], pandas.date_range("2026-11-20", periods=1, freq=holidays)),
        pandas.DataFrame({"a": [1]}).set_flags(allows_duplicate_labels=False),
        noted,
    ]
    for value in values:
        codec, _, back = keep(value, tmp_path)
        assert codec == "pickle"
        assert back.equals(value)
    assert keep(noted, tmp_path)[2].attrs == noted.attrs


@pytest.mark.parametrize("mode", ["1", "L", "LA", "RGB", "RGBA", "I;16"])
def test_images_are_png_files_when_png_keeps_them(tmp_path: Path, mode: str) -> None:
    image_module = pytest.importorskip("PIL.Image")
    image = image_module.new(mode, (3, 2))
    image.putpixel((1, 1), 1 if mode in ("1", "L", "I;16") else tuple(range(1, 1 + len(mode))))
    codec, recorded, back = keep(image, tmp_path)
    assert (codec, recorded) == ("png", "PIL.Image.Image")
    assert (type(back), back.mode, back.size) == (image_module.Image, mode, (3, 2))
    assert back.tobytes() == image.tobytes()
    assert (tmp_path / "value").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("mode", ["CMYK", "F", "HSV"])
def test_images_that_png_would_change_are_pickled(tmp_path: Path, mode: str) -> None:
    image_module = pytest.importorskip("PIL.Image")
    image = image_module.new(mode, (3, 2))
    codec, _, back = keep(image, tmp_path)
    assert (codec, back.mode, back.tobytes()) == ("pickle", mode, image.tobytes())


@pytest.mark.parametrize(
    "value", [lambda: 1, (each for each in ()), sys.stdout], ids=["lambda", "generator", "file"]
)
def test_what_no_file_can_hold_is_an_error_and_leaves_nothing(tmp_path: Path, value: Any) -> None:
    with pytest.raises(codecs.CannotSave):
        codecs.save([1, value], str(tmp_path / "value"))
    assert list(tmp_path.iterdir()) == []


def test_what_fails_half_way_leaves_what_was_there_before(tmp_path: Path) -> None:
    codecs.save([1], str(tmp_path / "value"))
    with pytest.raises(codecs.CannotSave):
        codecs.save([b"x" * 100_000, lambda: 1], str(tmp_path / "value"))
    assert codecs.load(str(tmp_path / "value"), "list", "json") == [1]
    assert [path.name for path in tmp_path.iterdir()] == ["value"]


@pytest.mark.parametrize(
    "value",
    [
        "b'x' * 1_000_000",
        "__import__('numpy').zeros(1_000_000)",
        "__import__('torch').zeros(1_000_000)",
        "__import__('pandas').DataFrame({'a': range(1_000_000)})",
        "{1: b'x' * 1_000_000}",
        "['x' * 1_000_000]",
    ],
)
def test_a_full_disk_is_told_as_such_whatever_the_library_calls_it(bench: Bench, value: str) -> None:
    for library in ("torch", "pandas"):
        if library in value:
            pytest.importorskip(library)
    bench.write(
        "operations/fill.py",
        f"""
        import resource

        def fill():
            value = {value}
            resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
            return value
        """,
    )
    job = bench.run("operations.fill.fill", form="function")
    assert (job.error["kind"], job.exit["code"]) == ("OSError", 1)
    assert job.error["message"] == f"[Errno {errno.EFBIG}] File too large"
    assert "disk is full" in job.error["hint"]
    assert list(job.folder.glob("output-*")) == []


ROOM = r"The worker's disk is full: it had 2\d(\.\d)? MB free{}\. Make room and run it again\."
NEEDED = " of the 48 MB that the value needs"


@pytest.mark.parametrize(
    ("library", "make", "needed"),
    [
        ("numpy", lambda numpy: numpy.zeros(6_000_000), NEEDED),
        ("torch", lambda torch: torch.zeros(12_000_000), NEEDED),
        ("pandas", lambda pandas: pandas.DataFrame({"a": np.random.rand(6_000_000)}), ""),
        ("builtins", lambda _: b"x" * 48_000_000, NEEDED),
        ("json", lambda _: ["x" * 48_000_000], ""),
    ],
)
def test_a_disk_with_too_little_room_says_how_much_it_had(
    tmp_path: Path, library: str, make: Callable[[Any], Any], needed: str
) -> None:
    value = make(pytest.importorskip(library))
    with small_disk(tmp_path / "disk", megabytes=24) as disk:
        with pytest.raises(OSError, match="No space left on device") as caught:
            codecs.save(value, str(disk / "value"))
        assert caught.value.errno == errno.ENOSPC
        hint = failure.describe(caught.value, str(tmp_path))["hint"]
        assert re.fullmatch(ROOM.format(needed), hint)
        assert list(disk.iterdir()) == []
        codecs.save(b"there is room again", str(disk / "value"))


def test_a_file_that_is_damaged_or_of_a_newer_codec_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "value").write_bytes(b"nonsense")
    for codec in ("json", "npy", "torch", "arrow", "png", "pickle", "custom"):
        with pytest.raises(codecs.CannotLoad):
            codecs.load(str(tmp_path / "value"), "some.Type", codec)
    with pytest.raises(codecs.CannotLoad, match="'later', which this version does not know"):
        codecs.load(str(tmp_path / "value"), "some.Type", "later")


def test_an_npy_file_with_objects_is_never_unpickled(tmp_path: Path) -> None:
    np.save(tmp_path / "value.npy", np.array([print], dtype=object), allow_pickle=True)
    with pytest.raises(codecs.CannotLoad, match="objects"):
        codecs.load(str(tmp_path / "value.npy"), "numpy.ndarray", "npy")


def test_choosing_a_codec_imports_no_library() -> None:
    program = (
        "import sys; from deepforge.runtime import codecs; print(codecs.choose([1]), codecs.choose(print));"
        "print({'numpy', 'torch', 'pandas', 'pyarrow', 'keras', 'PIL'} & set(sys.modules))"
    )
    environment = {**os.environ, "PYTHONPATH": str(SOURCE)}
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env=environment
    )
    assert ended.stdout == "json pickle\nset()\n"
