"""Python source as text: its normal form, what it imports and reaches, and what it declares to need."""

from __future__ import annotations

import ast
import json
import re
import sys
import threading
import tomllib
import warnings
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Protocol

from deepforge.core.digest import digest_of
from deepforge.core.environment import Declared
from deepforge.core.problem import CORRECT, Place, Problem

SERIALIZATION = "serialization"
"""The project's module that registers its own types; every job reaches it when it is there."""

_DOCUMENTS = ("pipelines/", "dashboards/", "architectures/")
_NO_DATA = re.compile(r"README[^/]*|requirements[^/]*\.txt|environment\.yml|deepforge\.toml")
"""Files at the top of a project that say something about it, and are read by no operation."""
_LOCATION = ("__file__", "__path__")
_RESOURCES = ("importlib.resources", "importlib_resources", "pkgutil")

_CACHED = 512
_UNWARNED = threading.Lock()
"""What is ignored is so in all threads: one at a time may change that."""
_INCLUDES = ("-r", "-c", "-e", "--requirement", "--constraint", "--editable")


class Importing(Protocol):
    """Something whose imports are known, such as an Operation."""

    @property
    def module(self) -> str:
        """Its own module."""

    @property
    def project_imports(self) -> tuple[str, ...]:
        """Dotted names that it imports and the project may have."""


def module_name(file: str) -> str | None:
    """The dotted module of a file of a project: `utils/x.py` → `utils.x`; None when it cannot be imported.

    A package is its `__init__.py`; that of the whole project is none.
    """
    if not file.endswith(".py"):
        return None
    parts = file[: -len(".py")].split("/")
    if parts[-1] == "__init__":
        parts.pop()
    return ".".join(parts) if parts and all(part.isidentifier() for part in parts) else None


def camel_case(name: str) -> str:
    """`load_digits` → `LoadDigits`; letters that are capitals stay so."""
    return "".join(word[:1].upper() + word[1:] for word in re.split(r"[_\-\s]+", name))


def same_name(one: str, other: str) -> bool:
    """Whether two names differ only in how words are joined: `load_digits`, `LoadDigits`, `loaddigits`."""
    return one.replace("_", "").casefold() == other.replace("_", "").casefold()


def said_of(error: SyntaxError) -> str:
    """What is wrong with a source, and which Python found it so: a newer one may know the syntax."""
    return f"{error.msg} (read by Python {sys.version_info.major}.{sys.version_info.minor})"


def read_tree(source: str, file: str) -> ast.Module | Problem:
    """The tree of a source, or why it is not Python. Nothing of it is run.

    It is compiled, too: the grammar lets through what Python does not, such as a `return` outside of a
    function. What is only doubtful in it, Python would warn of; that is for the linter to tell.
    """
    try:
        with _UNWARNED, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source)
            compile(tree, "<source>", "exec", dont_inherit=True)
    except SyntaxError as error:
        line = error.lineno or 1
        text = next(iter(source.splitlines()[line - 1 : line]), "").strip()
        hint = f"Correct the line: {text}" if text else CORRECT
        return Problem("syntax", f"This is not Python: {said_of(error)}.", Place(file, line), hint)
    except ValueError as error:
        return Problem("syntax", f"This is not Python: {error}.", Place(file, 1), CORRECT)
    except (RecursionError, MemoryError):
        return too_deep(file)
    return tree


def too_deep(file: str) -> Problem:
    """Of a source that cannot be read for its depth."""
    hint = "Divide the expression, or the block, into several."
    return Problem("syntax", "The code is nested too deeply to be read.", Place(file, 1), hint)


@lru_cache(maxsize=_CACHED)
def normalise(source: str) -> str:
    """The source without comments and formatting; text that is not Python stays as it is."""
    try:
        return ast.unparse(ast.parse(source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return source


def imported_names(tree: ast.AST, module: str) -> tuple[str, ...]:
    """Every dotted name that the code may import, anywhere in it, each once, in order.

    `from a import b` gives `a` and `a.b`, since `b` may be a module; `a.b.c` gives also what it lies in.
    Relative imports are resolved against `module`. Calls of `import_module` and `__import__` count when they
    name a literal.
    """
    found: dict[str, None] = {}
    for name in _imports_in(tree, module):
        parts = name.split(".")
        for length in range(1, len(parts) + 1):
            found[".".join(parts[:length])] = None
    return tuple(found)


def _imports_in(tree: ast.AST, module: str) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = absolute_import(node, module)
            if base:
                yield base
            yield from (f"{base}.{alias.name}".lstrip(".") for alias in node.names if alias.name != "*")
        elif isinstance(node, ast.Call) and node.args:
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            name = node.args[0].value if isinstance(node.args[0], ast.Constant) else None
            if (
                called in ("import_module", "__import__")
                and isinstance(name, str)
                and name[:1] not in ("", ".")
            ):
                yield name


def absolute_import(node: ast.ImportFrom, module: str, *, is_package: bool = False) -> str:
    """The dotted name from which a module, or the `__init__.py` of a package, imports."""
    if not node.level:
        return node.module or ""
    package = [*module.split("."), *(["__init__"] if is_package else [])][: -node.level]
    return ".".join([*package, *([node.module] if node.module else [])])


@lru_cache(maxsize=_CACHED)
def _imports_of_module(source: str, module: str) -> tuple[str, ...]:
    try:
        return imported_names(ast.parse(source), module)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()


def outside_names(names: Iterable[str]) -> tuple[str, ...]:
    """Those dotted names that are not of the standard library, which always comes first."""
    return tuple(name for name in names if name.partition(".")[0] not in sys.stdlib_module_names)


def reach(operation: Importing, modules: Mapping[str, str]) -> tuple[str, ...]:
    """The project's modules that the operation reaches, directly or by others, sorted; its own left out.

    The packages above a module are reached with it, since importing it runs their `__init__.py`. `modules`
    has the source of each module of the project by its dotted name.
    """
    waiting = [*operation.project_imports, SERIALIZATION, *_packages_above(operation.module, modules)]
    found: set[str] = set()
    while waiting:
        module = _find_module(waiting.pop(), modules)
        if module is None or module in found:
            continue
        found.add(module)
        waiting.extend(_packages_above(module, modules))
        waiting.extend(outside_names(_imports_of_module(modules[module], module)))
    return tuple(sorted(found - {operation.module}))


def data_files(operation: Importing, modules: Mapping[str, str], paths: Iterable[str]) -> tuple[str, ...]:
    """The files of the project that the operation may read as data, sorted.

    None when neither it nor a module of the project that it reaches asks where its own file is, or imports
    what reads the files of packages. Code, documents of DeepForge and descriptions of the project are no
    data.
    """
    reading = {operation.module, *reach(operation, modules)}
    if not any(_reads_files(modules[module], module) for module in reading if module in modules):
        return ()
    return tuple(
        sorted(
            path
            for path in paths
            if not path.endswith(".py") and not path.startswith(_DOCUMENTS) and not _NO_DATA.fullmatch(path)
        )
    )


@lru_cache(maxsize=_CACHED)
def _reads_files(source: str, module: str) -> bool:
    try:
        tree = ast.parse(source)
        if any(name in _RESOURCES for name in imported_names(tree, module)):
            return True
        return any(_is_location(node) for node in ast.walk(tree))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False


def _is_location(node: ast.AST) -> bool:
    if isinstance(node, ast.Attribute):
        return node.attr in _LOCATION or ast.unparse(node) in _RESOURCES
    return isinstance(node, ast.Name) and node.id in _LOCATION


def _packages_above(module: str, modules: Mapping[str, str]) -> list[str]:
    """Those packages that a module lies in which have code of their own."""
    parts = module.split(".")
    return [package for length in range(1, len(parts)) if (package := ".".join(parts[:length])) in modules]


def reached_imports(operation: Importing, modules: Mapping[str, str]) -> tuple[str, ...]:
    """Top-level modules from elsewhere that the operation and all it reaches import, sorted.

    From elsewhere: neither of the project nor of the standard library.
    """
    names = set(operation.project_imports)
    for module in reach(operation, modules):
        names.update(outside_names(_imports_of_module(modules[module], module)))
    own = {module.partition(".")[0] for module in modules}
    return tuple(sorted({name.partition(".")[0] for name in names} - own))


def _find_module(name: str, modules: Mapping[str, str]) -> str | None:
    """The project's module for an imported name; `operations.Train` is in the file that is named like it."""
    if name in modules:
        return name
    package, _, last = name.rpartition(".")
    if package != "operations":
        return None
    inside = [module for module in modules if module.startswith("operations.")]
    defined = re.compile(rf"^(?:class|def)\s+{re.escape(last)}\b", re.MULTILINE)
    for module in inside:
        if same_name(module.rpartition(".")[2], last):
            return module
    return next((module for module in inside if defined.search(modules[module])), None)


# What it declares to need


def read_script_block(source: str, file: str) -> tuple[Declared | None, list[Problem]]:
    """The dependencies in the PEP 723 block (`# /// script`) of a source; None when it has no such block."""
    blocks = list(_script_blocks(source))
    if not blocks:
        return None, []
    line, text = blocks[0]
    if len(blocks) > 1:
        return None, [
            _unreadable(file, blocks[1][0], "There is a second block `# /// script`.", "Keep one of them.")
        ]
    if text is None:
        return None, [
            _unreadable(file, line, "The block `# /// script` has no end.", "Close it with `# ///`.")
        ]
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return None, [
            _unreadable(file, line, f"The block `# /// script` is not TOML: {error}.", "Correct the block.")
        ]
    requirements, python = content.get("dependencies", []), content.get("requires-python")
    if not isinstance(requirements, list) or not all(isinstance(entry, str) for entry in requirements):
        return None, [
            _unreadable(file, line, f"dependencies is {requirements!r}.", 'Write a list, such as ["numpy"].')
        ]
    if python is not None and not isinstance(python, str):
        return None, [
            _unreadable(file, line, f"requires-python is {python!r}.", 'Write a text, such as ">=3.11".')
        ]
    return declare(requirements, python, file), []


def _script_blocks(source: str) -> Iterator[tuple[int, str | None]]:
    """The line and the text of each block of type `script`; the text is None when the block does not end."""
    start, collected = 0, list[str]()
    for number, line in enumerate(source.splitlines(), 1):
        line = line.rstrip()
        if not start:
            if line == "# /// script":
                start, collected = number, []
        elif line == "# ///":
            yield start, "\n".join(collected)
            start = 0
        elif line == "#" or line.startswith("# "):
            collected.append(line[2:])
        else:
            yield start, None
            start = 0
    if start:
        yield start, None


def read_requirements(text: str, file: str = "requirements.txt") -> tuple[Declared | None, list[Problem]]:
    """The dependencies in a requirements file; None when it names none.

    A file that includes another one, or a folder of this machine, is a problem, since only the text travels.
    """
    requirements: list[str] = []
    problems: list[Problem] = []
    for number, line in enumerate(text.replace("\\\n", " ").splitlines(), 1):
        entry = re.sub(r"(^|\s)#.*$", "", line).strip()
        if entry.startswith(_INCLUDES) or entry.startswith((".", "/")):
            problems.append(
                _unreadable(
                    file, number, f"{entry} names a file of this machine.", "Write the requirements out."
                )
            )
        elif entry:
            requirements.append(re.sub(r"\s+", " ", entry))
    if problems or not requirements:
        return None, problems
    return declare(requirements, None, file), []


def declare(requirements: Iterable[str], python: str | None, origin: str) -> Declared:
    """What was declared, named by the digest of the sorted requirements and the Python version."""
    kept = tuple(requirements)
    content: list[Any] = [
        sorted({re.sub(r"\s+", "", entry) for entry in kept}),
        (python or "").replace(" ", ""),
    ]
    return Declared(kept, python, origin, digest_of(json.dumps(content)))


def _unreadable(file: str, line: int, message: str, hint: str) -> Problem:
    return Problem("declared_environment", message, Place(file, line), hint)
