"""Fields: the attributes of classes that have their `__init__` written from annotations."""

from __future__ import annotations

from textwrap import dedent

from deepforge.core.operation import REQUIRED, Attribute, Expression, read_operation


def attributes(source: str) -> tuple[Attribute, ...]:
    reading = read_operation(dedent(source), "operations/train.py")
    assert reading.problems == ()
    assert reading.operation is not None
    return reading.operation.attributes


def test_named_tuples_have_fields() -> None:
    assert attributes(
        """
        class Train(NamedTuple):
            rate: float
            epochs: int = 5
            def execute(self): return model
        """
    ) == (Attribute("rate", "float", REQUIRED, line=3), Attribute("epochs", "int", 5, line=4))


def test_an_init_of_its_own_counts_and_not_the_fields() -> None:
    found = attributes(
        """
        @attrs.define
        class Train:
            rate: float
            def __init__(self, epochs=3): pass
            def execute(self): return model
        """
    )
    assert [one.name for one in found] == ["epochs"]


def test_the_fields_of_a_dataclass_are_attributes() -> None:
    found = attributes(
        """
        @dataclass
        class Train:
            limit: ClassVar[int] = 3
            rate: float
            epochs: int = 5
            layers: list[int] = field(default_factory=list)
            seed: int = field(default=7)
            step: int = field(default=0, init=False)
            def execute(self): return model
        """
    )
    assert found == (
        Attribute("rate", "float", REQUIRED, line=5),
        Attribute("epochs", "int", 5, line=6),
        Attribute("layers", "list[int]", Expression("field(default_factory=list)"), line=7),
        Attribute("seed", "int", 7, line=8),
    )


def test_the_fields_that_a_dataclass_inherits_inside_the_file_are_attributes() -> None:
    found = attributes(
        """
        class Base:
            def __init__(self, old): pass
        @dataclass
        class Common(Base):  # has an __init__ of its own
            rate: float
            seed: int = 0
        class Named(Common):
            text: str = "no field"
        @dataclass
        class Train(Named):
            seed: int = 7
            _: KW_ONLY
            epochs: int
            def execute(self): return model
        """
    )
    assert found == (
        Attribute("rate", "float", REQUIRED, line=6),
        Attribute("seed", "int", 7, line=12),
        Attribute("epochs", "int", REQUIRED, line=14),
    )


def test_the_fields_of_attrs_are_attributes_under_the_names_that_are_given() -> None:
    found = attributes(
        """
        @attrs.define(kw_only=True)
        class Train:
            _rate: float
            epochs: int = attrs.field(default=5, validator=attrs.validators.gt(0))
            layers: list[int] = attrs.field(factory=list)
            step: int = attrs.field(default=0, init=False)
            def execute(self): return model
        """
    )
    assert found == (
        Attribute("rate", "float", REQUIRED, line=4),
        Attribute("epochs", "int", 5, line=5),
        Attribute("layers", "list[int]", Expression("attrs.field(factory=list)"), line=6),
    )


def test_a_default_that_a_method_of_an_attrs_class_gives_is_one() -> None:
    found = attributes(
        """
        @attrs.define
        class Train:
            epochs: int = 5
            _rate: float = attrs.field()
            @_rate.default
            def _by_epochs(self): return 0.1 / self.epochs
            @_rate.validator
            def _check(self, field, value): ...
            def execute(self): return model
        """
    )
    assert found == (
        Attribute("epochs", "int", 5, line=4),
        Attribute("rate", "float", Expression("self._by_epochs()"), line=5),
    )


def test_the_fields_of_a_model_and_of_its_bases_are_attributes() -> None:
    found = attributes(
        """
        class Common(BaseModel):
            model_config: ConfigDict = ConfigDict(frozen=True)
            rate: float = Field(0.1, gt=0)
            model_config_path: str = "x.toml"
            _seen: int = PrivateAttr(0)
        class Train(Common):
            epochs: int = Field(...)
            layers: list[int] = Field(default_factory=list)
            def execute(self): return model
        """
    )
    assert found == (
        Attribute("rate", "float", 0.1, line=4),
        Attribute("model_config_path", "str", "x.toml", line=5),
        Attribute("epochs", "int", REQUIRED, line=8),
        Attribute("layers", "list[int]", Expression("Field(default_factory=list)"), line=9),
    )


def test_the_subclass_of_a_struct_is_one() -> None:
    assert attributes(
        """
        class Common(msgspec.Struct):
            rate: float
        class Train(Common):
            epochs: int = msgspec.field(default=5)
            def execute(self): return model
        """
    ) == (Attribute("rate", "float", REQUIRED, line=3), Attribute("epochs", "int", 5, line=5))
