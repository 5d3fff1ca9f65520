"""`deepforge.serialization`: a project's own types in its own files."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from deepforge.runtime import codecs, serialization


class Animal:
    def __init__(self, name: str) -> None:
        self.name = name


class Dog(Animal):
    pass


class Puppy(Dog):
    pass


@pytest.fixture(autouse=True)
def nothing_registered() -> Iterator[None]:
    yield
    serialization.serializers.clear()
    serialization.deserializers.clear()


def writer(word: str) -> Any:
    def dump(animal: Animal, file: BinaryIO) -> None:
        file.write(f"{word} {animal.name}".encode())

    return dump


def reader(kind: type[Animal]) -> Any:
    def load(file: BinaryIO) -> Animal:
        return kind(file.read().decode())

    return load


def name_of(cls: type) -> str:
    return f"tests.runtime.test_serialization.{cls.__name__}"


def test_what_is_registered_for_a_class_serves_its_subclasses(tmp_path: Path) -> None:
    serialization.register(Animal, writer("animal"), reader(Animal))
    saved = codecs.save(Puppy("Rex"), str(tmp_path / "value"))
    assert saved == (str(tmp_path / "value"), name_of(Puppy), "custom")
    assert (tmp_path / "value").read_text() == "animal Rex"
    assert codecs.load(saved.path, saved.type, saved.codec).name == "animal Rex"


def test_the_nearest_registered_class_wins(tmp_path: Path) -> None:
    serialization.register(Animal, writer("animal"), reader(Animal))
    serialization.register(Dog, writer("dog"), reader(Dog))
    saved = codecs.save(Puppy("Rex"), str(tmp_path / "value"))
    back = codecs.load(saved.path, saved.type, saved.codec)
    assert (type(back), back.name) == (Dog, "dog Rex")


def test_registering_again_replaces(tmp_path: Path) -> None:
    serialization.register(Dog, writer("old"), reader(Dog))
    serialization.register(Dog, writer("new"), reader(Dog))
    codecs.save(Dog("Rex"), str(tmp_path / "value"))
    assert (tmp_path / "value").read_text() == "new Rex"


def test_a_project_may_register_a_type_that_another_codec_would_take(tmp_path: Path) -> None:
    serialization.register(list, lambda value, file: file.write(b"mine"), lambda file: ["mine"])
    saved = codecs.save([1], str(tmp_path / "value"))
    assert (saved.type, saved.codec) == ("list", "custom")
    assert codecs.load(saved.path, saved.type, saved.codec) == ["mine"]


def test_the_file_has_a_real_name_that_may_be_written_by_it(tmp_path: Path) -> None:
    serialization.register(
        Dog,
        lambda dog, file: Path(file.name).write_text(dog.name),
        lambda file: Dog(Path(file.name).read_text()),
    )
    saved = codecs.save(Dog("Rex"), str(tmp_path / "value"))
    assert codecs.load(saved.path, saved.type, saved.codec).name == "Rex"
    assert [path.name for path in tmp_path.iterdir()] == ["value"]


def test_a_class_that_is_no_longer_registered_is_named(tmp_path: Path) -> None:
    serialization.register(Dog, writer("dog"), reader(Dog))
    saved = codecs.save(Dog("Rex"), str(tmp_path / "value"))
    serialization.deserializers.clear()
    serialization.serializers.clear()
    with pytest.raises(codecs.CannotLoad, match=r"registers nothing for .*\.Dog"):
        codecs.load(saved.path, saved.type, saved.codec)


def test_the_names_of_the_old_library_work() -> None:
    dump, load = writer("dog"), reader(Dog)
    serialization.register(Dog, dump, load)
    assert serialization.get_full_name(Dog) == serialization.get_full_class_name(Dog("x")) == name_of(Dog)
    assert (serialization.serializers, serialization.deserializers) == (
        {name_of(Dog): dump},
        {name_of(Dog): load},
    )
    assert serialization.get_serializer(Dog("x")) is dump
    assert serialization.get_deserializer(name_of(Dog)) is load
    file = io.BytesIO()
    serialization.dump(Dog("Rex"), file)
    file.seek(0)
    assert serialization.load(name_of(Dog), file).name == "dog Rex"


def test_what_is_not_registered_is_pickled() -> None:
    file = io.BytesIO()
    serialization.dump({1: 2}, file)
    file.seek(0)
    assert serialization.load("dict", file) == {1: 2}
