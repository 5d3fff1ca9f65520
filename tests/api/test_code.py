"""Files and code over HTTP: made, renamed, deleted, edited, checked; nothing leaves the project."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from deepforge.core.ids import ProjectId
from deepforge.core.operation import read_operation
from tests.api.conftest import write_project
from tests.support.running_server import RunningServer

PYTHON = f"Python {sys.version_info.major}.{sys.version_info.minor}"
ADD = '''
def add(numbers: list):
    """Their sum."""
    total = sum(numbers)
    return total
'''


@pytest.fixture
def folder(server: RunningServer) -> Iterator[Path]:
    """The folder of the project, fresh for each test."""
    folder = server.house.data.projects / "sums"
    yield folder
    shutil.rmtree(folder)
    write_project(folder)


@pytest.fixture
def ask(server: RunningServer, project: ProjectId, folder: Path) -> Iterator[Callable[..., Any]]:
    """Asks the project: the answer, or the code of the error."""
    with httpx.Client(base_url=f"{server.url}/api/v1/projects/{project}", timeout=60) as http:
        http.headers["authorization"] = f"Bearer {server.token}"

        def ask(method: str, address: str, body: object = None, /, **query: str) -> Any:
            answer = http.request(method, address, json=body, params=query)
            content = answer.json()
            if answer.is_success:
                return content
            assert content["error"]["message"]
            return answer.status_code, content["error"]["message"]

        yield ask


Ask = Callable[..., Any]


def test_the_files_say_what_they_are_and_what_is_wrong(ask: Ask, folder: Path) -> None:
    (folder / "operations" / "bad.py").write_text("def bad(:\n")
    (folder / "utils").mkdir()
    (folder / "utils" / "maths.py").write_text("ONE = 1\n")
    found = {file["path"]: file for file in ask("GET", "/files")["files"]}
    assert {path: file["kind"] for path, file in found.items()} == {
        "deepforge.toml": "settings",
        "operations/add.py": "operation",
        "operations/bad.py": "operation",
        "operations/make.py": "operation",
        "pipelines/train.yaml": "pipeline",
        "utils/maths.py": "utils",
    }
    assert found["operations/add.py"]["operation"] == "add"
    assert found["operations/bad.py"]["problems"][0]["place"]["line"] == 1


def test_a_file_is_made_read_renamed_and_deleted(ask: Ask, folder: Path) -> None:
    text = "\ufeffdef more():\r\n\treturn 1\r\n"
    made = ask("PUT", "/file", {"text": text}, path="operations/more.py")
    assert (folder / "operations" / "more.py").read_bytes() == text.encode()
    assert ask("GET", "/file", path="operations/more.py") == made
    renamed = ask("POST", "/file/rename", {"path": "operations/more.py", "to": "operations/less.py"})
    assert (renamed["path"], renamed["operation"]) == ("operations/less.py", "more")
    assert ask("DELETE", "/file", path="operations/less.py")["text"] == text
    assert not (folder / "operations" / "less.py").exists()
    assert ask("PUT", "/file", {"text": text}, path="operations/less.py")["digest"] == made["digest"]


def test_no_file_is_written_over(ask: Ask, folder: Path) -> None:
    before = (folder / "operations" / "add.py").read_text()
    assert ask("PUT", "/file", {"text": ""}, path="operations/add.py")[0] == 409
    change = {"path": "operations/make.py", "to": "operations/add.py"}
    assert ask("POST", "/file/rename", change)[0] == 409
    assert (folder / "operations" / "add.py").read_text() == before
    assert ask("PUT", "/file", {"text": ""}, path="operations/Add.py")[0] == 422


@pytest.mark.parametrize(
    "path",
    [
        "../outside.py",
        "operations/../../outside.py",
        "/etc/passwd",
        "operations//x.py",
        ".git/config",
        "operations/.hidden.py",
        "operations/" + "x" * 300 + ".py",
        "a/" * 300 + "x.py",
        "operations/🚀.py",
        "operations/not a name.py",
        "operations/class.py",
        "operations/input.py",
        "operations/x\ny.py",
        "operations/x\\y.py",
        "C:/x.py",
        "node_modules/x.py",
        "utils/a:b.txt",
        "utils/ x.txt",
    ],
)
def test_a_name_that_cannot_be_is_refused_with_advice(ask: Ask, folder: Path, path: str) -> None:
    before = sorted(folder.parent.rglob("*"))
    status, message = ask("PUT", "/file", {"text": "x = 1\n"}, path=path)
    assert (status, len(message) < 400) == (422, True)
    assert ask("POST", "/file/rename", {"path": "operations/add.py", "to": path})[0] == 422
    assert sorted(folder.parent.rglob("*")) == before


@pytest.mark.parametrize("path", [".git/config", ".env", "operations/.secret.py", "node_modules/a.js"])
def test_what_is_no_part_of_a_project_is_neither_read_nor_moved_nor_deleted(
    ask: Ask, folder: Path, path: str
) -> None:
    file = folder / path
    file.parent.mkdir(exist_ok=True)
    file.write_text("token = 1\n")
    assert ask("GET", "/file", path=path)[0] == 404
    assert ask("POST", "/file/rename", {"path": path, "to": "utils/seen.txt"})[0] == 404
    assert ask("DELETE", "/file", path=path)[0] == 404
    assert file.read_text() == "token = 1\n"
    file.unlink()


def test_what_leads_out_of_the_project_is_not_read(ask: Ask, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.py").write_text("secret = 1\n")
    (folder / "operations" / "link.py").symlink_to(tmp_path / "secret.py")
    (folder / "outside").symlink_to(tmp_path)
    for path in ("operations/link.py", "outside/secret.py", "../sums/deepforge.toml"):
        assert ask("GET", "/file", path=path)[0] in (404, 422)
        assert ask("DELETE", "/file", path=path)[0] in (404, 422)
    assert ask("PUT", "/file", {"text": ""}, path="outside/new.txt")[0] == 422
    assert [file.name for file in tmp_path.iterdir()] == ["secret.py"]


def test_what_is_no_text_is_told_and_not_deleted(ask: Ask, folder: Path) -> None:
    (folder / "weights.bin").write_bytes(b"\x00\xff" * 10)
    (folder / "large.txt").write_bytes(b"x" * (3 << 20))
    (folder / "latin.txt").write_bytes("é".encode("latin-1"))
    assert [
        ask("GET", "/file", path=name)[0] for name in ("weights.bin", "large.txt", "latin.txt", "no")
    ] == [
        422,
        413,
        422,
        404,
    ]
    assert ask("DELETE", "/file", path="weights.bin")[0] == 422
    assert (folder / "weights.bin").exists()
    assert ask("PUT", "/file", {"text": "a\x00b"}, path="zero.txt")[0] == 422


def test_texts_are_found_in_all_files(ask: Ask) -> None:
    assert ask("GET", "/files/search", text="SUM(")["matches"] == [
        {"path": "operations/add.py", "line": 4, "text": "total = sum(numbers)"}
    ]
    assert ask("GET", "/files/search", text=" ")[0] == 422


def test_the_interface_follows_the_source_and_outlives_errors(ask: Ask) -> None:
    ask("GET", "/files")
    good = ask(
        "POST", "/code/interface", {"path": "operations/add.py", "source": ADD.replace("numbers", "many")}
    )
    assert [port["name"] for port in good["operation"]["inputs"]] == ["many"]
    bad = ask("POST", "/code/interface", {"path": "operations/add.py", "source": "def add(:"})
    assert (bad["operation"]["name"], bad["operation"]["current"]) == ("add", False)
    assert bad["problems"][0]["place"]["line"] == 1
    never = ask("POST", "/code/interface", {"path": "operations/never.py", "source": "def add(:"})
    assert never["operation"] is None


def test_the_interface_says_what_a_base_class_of_another_file_hides(ask: Ask, folder: Path) -> None:
    (folder / "utils").mkdir(exist_ok=True)
    (folder / "utils" / "base.py").write_text("class Base:\n    def __init__(self, rate=0.1): ...\n")
    source = "from utils.base import Base\n\n\nclass Add(Base):\n    def execute(self): return total\n"
    told = ask("POST", "/code/interface", {"path": "operations/add.py", "source": source})
    assert told["operation"]["attributes"] == []
    assert [(one["rule"], one["place"]["line"]) for one in told["problems"]] == [("unseen_attributes", 4)]
    own = source.replace("    def execute", "    def __init__(self, rate): ...\n\n    def execute")
    assert ask("POST", "/code/interface", {"path": "operations/add.py", "source": own})["problems"] == []


def test_an_edit_of_the_interface_gives_the_source(ask: Ask) -> None:
    edit = {"deed": "rename", "part": "input", "name": "numbers", "value": "values"}
    body = {"path": "operations/add.py", "source": ADD, "edit": edit}
    assert ask("POST", "/code/edit", body) == {"source": ADD.replace("numbers", "values"), "uses": []}
    refused = ask("POST", "/code/edit", body | {"edit": edit | {"value": "total"}})
    assert refused == (409, "total is used already in line 4.")
    assert ask("POST", "/code/edit", body | {"edit": edit | {"deed": "explode"}})[0] == 422


def test_pipelines_follow_an_operation_that_is_renamed(ask: Ask, folder: Path) -> None:
    before = (folder / "pipelines" / "train.yaml").read_text()
    assert ask("POST", "/code/follow", {"name": "add", "to": "total"}) == {"paths": ["pipelines/train.yaml"]}
    assert (folder / "pipelines" / "train.yaml").read_text() == before.replace(
        "operation: add", "operation: total"
    )
    assert ask("POST", "/code/follow", {"name": "add", "to": "no name"})[0] == 422


def test_connections_follow_a_port_that_is_renamed(ask: Ask, folder: Path) -> None:
    file = folder / "pipelines" / "train.yaml"
    file.write_text(
        "nodes:  # two\n  make: {operation: make}\n"
        "  total:\n    operation: add\n    inputs:\n      numbers: make.numbers  # all of them\n"
    )
    change = {"name": "add", "to": "values", "part": "input", "port": "numbers"}
    assert ask("POST", "/code/follow", change) == {"paths": ["pipelines/train.yaml"]}
    assert "      values: make.numbers  # all of them\n" in file.read_text()
    change = {"name": "make", "to": "made", "part": "output", "port": "numbers"}
    assert ask("POST", "/code/follow", change) == {"paths": ["pipelines/train.yaml"]}
    assert "      values: make.made  # all of them\n" in file.read_text()
    assert ask("POST", "/code/follow", change) == {"paths": []}


def test_code_is_formatted_and_checked(ask: Ask) -> None:
    source = "import os\ndef f( x ):\r\n    return 'a'+y\r\n"
    body = {"path": "operations/f.py", "source": source}
    assert ask("POST", "/code/format", body)["source"].startswith("import os\n\n\ndef f(x):")
    found = ask("POST", "/code/check", body)
    assert [(one["line"], one["code"], one["severity"]) for one in found] == [
        (1, "F401", "warning"),
        (3, "F821", "error"),
    ]
    broken = body | {"source": "x = (\n"}
    assert [one["severity"] for one in ask("POST", "/code/check", broken)] == ["error"]
    assert ask("POST", "/code/format", broken)[0] == 422


def test_code_completes_and_explains_itself(ask: Ask, folder: Path) -> None:
    (folder / "utils").mkdir()
    (folder / "utils" / "maths.py").write_text('def double(x):\n    """Twice."""\n    return 2 * x\n')
    source = "from utils import maths\nmaths.double(1)\n"
    place = {"path": "operations/f.py", "source": source, "line": 2, "column": 8}
    assert ask("POST", "/code/complete", place)["items"][0]["name"] == "double"
    assert ask("POST", "/code/hover", place)["doc"] == "Twice."
    (found,) = ask("POST", "/code/definition", place)
    assert (found["path"], found["line"]) == ("utils/maths.py", 1)


@pytest.mark.parametrize("deed", ["interface", "format", "check", "complete"])
def test_a_source_that_is_too_large_is_refused(ask: Ask, deed: str) -> None:
    place = {"line": 1, "column": 0} if deed == "complete" else {}
    for size in (3 << 20, 10 << 20):
        body = {"path": "operations/f.py", "source": "#" * size, **place}
        assert ask("POST", f"/code/{deed}", body)[0] == 413


@pytest.mark.parametrize(
    "source", ["\x00", "\ud800".encode("utf-16", "surrogatepass").hex(), "(" * 3000, "\ufeff\ufeff"]
)
def test_hostile_sources_get_an_answer(ask: Ask, source: str) -> None:
    body = {"path": "operations/f.py", "source": source}
    assert ask("POST", "/code/interface", body)["operation"] is None
    for deed in ("check", "format"):
        ask("POST", f"/code/{deed}", body)
    assert ask("POST", "/code/check", {"path": "../x.py", "source": "x"})[0] == 422


def test_every_template_is_an_operation(ask: Ask) -> None:
    for template in ask("GET", "/code/templates"):
        made = ask("POST", "/code/operation", {"name": "brand new", "template": template["name"]})
        reading = read_operation(made["source"], made["path"])
        assert reading.problems == ()
        assert reading.operation is not None
        assert (reading.operation.name, made["path"]) == (made["name"], "operations/brand_new.py")
    assert ask("POST", "/code/operation", {"name": "x", "template": "clas"})[0] == 422
    assert ask("POST", "/code/operation", {"name": "add"})[0] == 409


def test_pasted_code_becomes_an_operation(ask: Ask) -> None:
    made = ask(
        "POST",
        "/code/operation",
        {"source": "class LoadCSV:\n    def execute(self, path):\n        return path\n"},
    )
    assert (made["path"], made["name"]) == ("operations/load_csv.py", "LoadCSV")
    again = ask("POST", "/code/operation", {"source": ADD})
    assert (again["path"], again["name"]) == ("operations/add_2.py", "add_2")
    assert "def add_2(numbers: list):" in again["source"]
    wrapped = ask(
        "POST", "/code/operation", {"name": "area", "source": "import math\narea_ = math.pi * r ** 2\n"}
    )
    assert (
        wrapped["source"] == "import math\n\n\ndef area(r):\n    area_ = math.pi * r ** 2\n    return area_\n"
    )
    status, message = ask("POST", "/code/operation", {"source": "x = 1\ny = = 2\n"})
    assert (status, message) == (422, f"Line 2 is not Python: invalid syntax (read by {PYTHON}).")
