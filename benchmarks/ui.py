"""The editor in headless Chromium: first page, scripts, dragging among 300 nodes, time to the screen, memory.

python benchmarks/ui.py        needs the built editor (make web), Chromium, and the extra `dev`

Frames are those that the browser drew while a node was dragged, counted by requestAnimationFrame. The floor
in the same run is an empty page with nothing but the counter: without a graphics card every frame is drawn in
software. An hour of a run that logs 100 points a second is made shorter: its 360 000 points come in two
minutes, and the heap of the page is measured after its garbage was collected.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.pop(0)  # the scripts beside this one are no modules
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from playwright.sync_api import Browser, Page, sync_playwright
from tests.browser.conftest import FLAGS, Studio, find_chromium, sign_in

from deepforge.core.ids import ProjectId, RunId
from deepforge.core.run import RUN_ENDS, RunRequest, RunView
from deepforge.server import editor

NODES = 300
MANY_NODES = 2000
COUNT_FRAMES = """(milliseconds) => new Promise((done) => {
  const times = [];
  const begin = performance.now();
  const frame = (now) => {
    times.push(now);
    if (now - begin < milliseconds) requestAnimationFrame(frame);
    else done(times);
  };
  requestAnimationFrame(frame);
})"""

PLACES = """() => Object.fromEntries([...document.querySelectorAll(".react-flow__node")].map(
  (node) => [node.dataset.id, node.style.transform]))"""

TICK = """
import time
import deepforge

def tick(*, seconds: float = 8.0):
    \"\"\"Log and print twenty times a second.\"\"\"
    step = 0
    end = time.time() + seconds
    while time.time() < end:
        deepforge.log(step=step, ticks=step)
        print("tick", time.time(), flush=True)
        step += 1
        time.sleep(0.05)
    done = True
    return done
"""

FLOOD = """
import time
import deepforge

def flood(*, points: int = 360_000, seconds: float = 120.0):
    \"\"\"Log so many points, evenly.\"\"\"
    begin = time.time()
    for step in range(points):
        deepforge.log(step=step, loss=1 / (step + 1))
        if step % 300 == 0:
            time.sleep(max(0, begin + seconds * step / points - time.time()))
    done = True
    return done
"""

NOOP = """
def pass_on(value: int | None = None):
    \"\"\"Give what came in.\"\"\"
    result = value
    return result
"""


STUBBORN = """
import signal
import time

def stubborn(*, deaf: bool = True):
    \"\"\"Goes on, and when it is deaf, also when it is asked to end.\"\"\"
    if deaf:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    print("going on", flush=True)
    time.sleep(600)
    done = True
    return done
"""

PATIENT = "nodes:\n  patient: {operation: stubborn, attributes: {deaf: false}, at: [0, 0]}\n"


def large_pipeline(nodes: int) -> str:
    """A pipeline of so many nodes, in rows of 20."""
    lines = ["nodes:"]
    for number in range(nodes):
        row, column = divmod(number, 20)
        source = f", inputs: {{value: n{number - 1}.result}}" if column else ""
        lines.append(f"  n{number}: {{operation: pass_on{source}, at: [{column * 280}, {row * 160}]}}")
    return "\n".join(lines) + "\n"


def signed_in(browser: Browser, studio: Studio, thrifty: bool = False) -> Page:
    """A page of a browser that is signed in; `thrifty`: and loads nothing before it is wanted."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    if thrifty:
        context.add_init_script("Object.defineProperty(navigator, 'connection', {value: {saveData: true}})")
    page = context.new_page()
    page.set_default_timeout(60_000)
    sign_in(context, studio)
    page.goto(studio.url)
    page.get_by_role("heading", name="Projects").wait_for()
    return page


def first_page(browser: Browser, studio: Studio) -> dict[str, float]:
    """Milliseconds to the first paint of something, warm, and when the projects are there."""
    page = signed_in(browser, studio)
    paints, ready = [], []
    for _ in range(7):
        page.goto(studio.url)
        page.get_by_role("heading", name="Projects").wait_for()
        paints.append(
            page.evaluate("performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0")
        )
        ready.append(page.evaluate("performance.now()"))
    page.context.close()
    return {"first_paint_ms": statistics.median(paints), "projects_shown_ms": statistics.median(ready)}


def size_of_scripts(browser: Browser, studio: Studio, project: str) -> dict[str, float]:
    """Kilobytes of script, compressed, that the page of projects and that of a pipeline load."""
    sizes = {}
    for name, address in (("home", "/"), ("canvas", f"/projects/{project}/pipelines/edit?name=large")):
        page = signed_in(browser, studio, thrifty=True)
        loaded: set[str] = set()
        page.on("request", lambda request, loaded=loaded: loaded.add(request.url))
        page.goto(studio.url + address)
        page.wait_for_load_state("networkidle")
        names = {url.rpartition("/")[2] for url in loaded if "/assets/" in url and url.endswith(".js")}
        files = [editor.FOLDER / "assets" / one for one in names]
        sizes[f"{name}_script_kb"] = sum(len(gzip.compress(file.read_bytes(), 9)) for file in files) / 1000
        page.context.close()
    return sizes


def rate(times: list[float]) -> dict[str, float]:
    """Frames a second, and the longest pause, of the times of frames."""
    gaps = [later - sooner for sooner, later in itertools.pairwise(times)]
    return {"fps": 1000 * len(gaps) / (times[-1] - times[0]), "worst_ms": max(gaps)}


class Hand:
    """A mouse that holds a node."""

    def __init__(self, page: Page, number: int) -> None:
        node = page.locator(".react-flow__node").nth(number)
        box = node.bounding_box()
        assert box is not None
        self.mouse, self.x, self.y, self.steps = page.mouse, box["x"] + box["width"] / 2, box["y"] + 8, 0
        self.mouse.move(self.x, self.y)
        self.mouse.down()

    def move(self) -> None:
        """A bit further, to and fro."""
        self.steps += 1
        self.mouse.move(self.x + (self.steps % 60) * 3, self.y + (self.steps % 40) * 2)


def drag(pages: list[Page], seconds: float, hands: list[Hand]) -> dict[str, float]:
    """Frames a second while all hands move, of the page that draws fewest; and the longest frame of all."""
    for page in pages:
        page.evaluate(f"void (window.__frames = ({COUNT_FRAMES})({seconds * 1000}))")
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        for hand in hands:
            hand.move()
    drawn = [rate(page.evaluate("window.__frames")) for page in pages]
    for hand in hands:
        hand.mouse.up()
    return {"fps": min(one["fps"] for one in drawn), "worst_ms": max(one["worst_ms"] for one in drawn)}


def dragging(browser: Browser, studio: Studio, project: str) -> dict[str, float]:
    """Frames a second while one node of 300 is dragged, all in view, alone and together; beside an empty
    page.
    """
    empty = browser.new_page()
    empty.goto("about:blank")
    floor = rate(empty.evaluate(COUNT_FRAMES, 2000))
    empty.close()
    pages = []
    for _ in range(2):
        page = signed_in(browser, studio)
        page.goto(f"{studio.url}/projects/{project}/pipelines/edit?name=large")
        page.locator(".react-flow__node").nth(NODES - 1).wait_for(state="attached")
        pages.append((page, page.evaluate("performance.now()")))
        page.keyboard.press(".")
        page.wait_for_timeout(800)
        if len(pages) == 1:
            alone = drag([page], 4.0, [Hand(page, 30)])
    both = [page for page, _ in pages]
    together = drag(both, 4.0, [Hand(page, number) for page, number in zip(both, (31, 72), strict=True)])
    pages[0][0].wait_for_timeout(2000)
    places = [page.evaluate(PLACES) for page, _ in pages]
    for page, _ in pages:
        page.context.close()
    if places[0] != places[1]:
        sys.exit("The two pages show nodes at different places.")
    return {
        "empty_page_fps": floor["fps"],
        "300_nodes_shown_ms": pages[0][1],
        "drag_fps": alone["fps"],
        "drag_longest_frame_ms": alone["worst_ms"],
        "two_drag_fps": together["fps"],
    }


def opened(browser: Browser, studio: Studio, project: str) -> dict[str, float]:
    """Milliseconds from the address of a pipeline of 2 000 nodes until it is shown: the first time after its
    file was written, and when the server has read it already.
    """
    page = signed_in(browser, studio)
    address = f"{studio.url}/projects/{project}/pipelines/edit?name="
    page.goto(address + "tick")
    page.locator("[data-placed] .react-flow__node").first.wait_for()
    file, shown = studio.projects / "large" / "pipelines" / "huge.yaml", []
    file.write_text(large_pipeline(MANY_NODES))
    for _ in range(4):
        page.goto(address + "huge")
        page.locator("[data-placed] .react-flow__node").first.wait_for()
        shown.append(page.evaluate("performance.now()"))
    page.context.close()
    return {"2000_nodes_first_shown_ms": shown[0], "2000_nodes_shown_ms": statistics.median(shown[1:])}


def to_screen(browser: Browser, studio: Studio, project: str) -> dict[str, float]:
    """Milliseconds from a print in a job until its line is in the page of the run."""
    page = signed_in(browser, studio)
    run = studio.client.runs.start(RunRequest(ProjectId(project), "tick", cache=False))
    job = run.jobs[0].id
    page.goto(f"{studio.url}/projects/{project}/runs/{run.id}?tab=log&job={job}")
    page.get_by_text("tick", exact=False).first.wait_for()
    delays: list[float] = page.evaluate(
        """(milliseconds) => new Promise((done) => {
          const delays = [], seen = new Set(), end = Date.now() + milliseconds;
          const look = () => {
            for (const [, time] of document.body.innerText.matchAll(/tick (\\d+\\.\\d+)/g)) {
              if (!seen.has(time)) { seen.add(time); delays.push(Date.now() - Number(time) * 1000); }
            }
            if (Date.now() < end) requestAnimationFrame(look); else done(delays);
          };
          look();
        })""",
        5000,
    )
    page.context.close()
    fresh = delays[len(delays) // 3 :]
    return {
        "log_to_screen_ms": statistics.median(fresh),
        "log_to_screen_p95_ms": sorted(fresh)[int(len(fresh) * 0.95)],
    }


SHOWN = """(milliseconds) => new Promise((done) => {
  const seen = [], end = Date.now() + milliseconds;
  const look = () => {
    const text = document.querySelector("figure tbody td:last-child")?.innerText ?? "";
    const value = text === "" ? NaN : Number(text.replaceAll(/[^\\d.]/g, ""));
    if (value > (seen.at(-1)?.[0] ?? -1)) seen.push([value, Date.now()]);
    if (Date.now() < end) requestAnimationFrame(look); else done(seen);
  };
  look();
})"""


def metric_to_screen(browser: Browser, studio: Studio, project: str) -> dict[str, float]:
    """Milliseconds from a `log()` in a job until the chart on the page of the run shows its value."""
    page = signed_in(browser, studio)
    run = studio.client.runs.start(RunRequest(ProjectId(project), "tick", cache=False))
    page.goto(f"{studio.url}/projects/{project}/runs/{run.id}?tab=metrics")
    page.locator("figure canvas").first.wait_for()
    seen: list[tuple[float, float]] = page.evaluate(SHOWN, 5000)
    page.context.close()
    while studio.client.runs.show(run.id).state not in RUN_ENDS:
        time.sleep(0.1)
    lines = studio.client.runs.log_lines(run.id, run.jobs[0].id, first=0).lines
    logged = [1000 * float(line.split()[1]) for line in lines if line.startswith("tick")]
    first, last = int(seen[0][0]) + 1, int(seen[-1][0])
    delays = [
        next(moment for value, moment in seen if value >= step) - logged[step]
        for step in range(first, last + 1)
    ]
    return {"metric_to_screen_ms": statistics.median(delays)}


CHECK_AGAIN = """async ([address, body]) => {
  const times = [];
  for (let round = 0; round < 22; round++) {
    const begin = performance.now();
    const headers = {"Content-Type": "application/json"};
    const answer = await fetch(address, {method: "POST", headers, body});
    await answer.json();
    times.push(performance.now() - begin);
  }
  return times.slice(2);
}"""


def checked(browser: Browser, studio: Studio, project: str) -> dict[str, float]:
    """Milliseconds of a check of a pipeline that is drawn, small and large, from the browser's question until
    it has read the answer. The question is the one that the canvas asked: all nodes as they are drawn now.
    """
    page = signed_in(browser, studio)
    found = {}
    for name in ("tick", "large"):
        with page.expect_request("**/pipelines/check") as asked:
            page.goto(f"{studio.url}/projects/{project}/pipelines/edit?name={name}")
        page.locator("[data-placed] .react-flow__node").first.wait_for()
        page.wait_for_load_state("networkidle")
        times = sorted(page.evaluate(CHECK_AGAIN, [asked.value.url, asked.value.post_data]))
        found |= {f"check_{name}_ms": statistics.median(times), f"check_{name}_worst_ms": times[-1]}
    page.context.close()
    return found


def from_disk(browser: Browser, studio: Studio, project: str) -> dict[str, float]:
    """Milliseconds from a write of the file by another program until the open canvas shows it."""
    page = signed_in(browser, studio)
    page.goto(f"{studio.url}/projects/{project}/pipelines/edit?name=outside")
    page.locator("[data-placed] .react-flow__node").first.wait_for()
    file, delays = studio.projects / "large" / "pipelines" / "outside.yaml", []
    for number in range(10):
        page.evaluate(
            """(name) => void (window.__shown = new Promise((done) => {
              const look = () => [...document.querySelectorAll("h4")].some((one) => one.innerText === name)
                ? done(Date.now()) : requestAnimationFrame(look);
              look();
            }))""",
            f"outside-{number}",
        )
        begin = time.time()
        file.write_text(f"nodes:\n  outside-{number}: {{operation: pass_on, at: [0, 0]}}\n")
        delays.append(page.evaluate("window.__shown") - 1000 * begin)
    page.context.close()
    return {"disk_to_canvas_ms": statistics.median(delays), "disk_to_canvas_worst_ms": max(delays)}


def pointed(browser: Browser, studio: Studio, project: str) -> dict[str, float]:
    """Milliseconds from a move of one person's pointer until the other one sees it there."""
    pages = [signed_in(browser, studio) for _ in range(2)]
    for page in pages:
        page.goto(f"{studio.url}/projects/{project}/pipelines/edit?name=tick")
        page.locator("[data-placed] .react-flow__node").first.wait_for()
    box = pages[0].locator("[data-canvas]").bounding_box()
    assert box is not None
    delays = []
    cursor = "document.querySelector('.react-flow__viewport-portal [style*=translate]')?.style.translate"
    for number in range(22):
        pages[1].evaluate(
            f"""() => {{
              const before = {cursor};
              window.__moved = new Promise((done) => {{
                const look = () => {cursor} !== before ? done(Date.now()) : requestAnimationFrame(look);
                look();
              }});
            }}"""
        )
        begin = time.time()
        pages[0].mouse.move(box["x"] + 40 + 9 * number, box["y"] + 40)
        delays.append(pages[1].evaluate("window.__moved") - 1000 * begin)
    for page in pages:
        page.context.close()
    return {"pointer_to_other_ms": statistics.median(delays[2:]), "pointer_worst_ms": max(delays[2:])}


def idle(browser: Browser, studio: Studio, project: str) -> dict[str, float]:
    """Requests of each view in which nobody does anything, and messages that it sends, in forty seconds."""
    run = studio.client.runs.listing(project=ProjectId(project), limit=1)[0].id
    begun = f"/projects/{project}"
    views = [
        "/",
        *(f"{begun}/{view}" for view in ("pipelines", "runs", f"runs/{run}", "artifacts", "history")),
    ]
    views += [f"{begun}/pipelines/edit?name=tick", f"{begun}/code?path=operations/tick.py"]
    said: list[object] = []
    page = signed_in(browser, studio)
    page.on("websocket", lambda socket: socket.on("framesent", lambda sent: said.append(sent)))
    page.on("request", lambda request: said.append(request))
    most = 0
    for view in views:
        page.goto(studio.url + view)
        page.wait_for_timeout(4000)
        said.clear()
        page.wait_for_timeout(40_000)
        most = max(most, len(said))
    page.context.close()
    return {"idle_requests_40s": most}


def memory(browser: Browser, studio: Studio, project: str) -> dict[str, float]:
    """Megabytes of heap of a page that watches a run, when a third and when all of the points have come."""
    page = signed_in(browser, studio)
    tools = page.context.new_cdp_session(page)

    def heap() -> float:
        tools.send("HeapProfiler.collectGarbage")
        return float(tools.send("Runtime.getHeapUsage")["usedSize"]) / 1e6

    run = studio.client.runs.start(RunRequest(ProjectId(project), "flood", cache=False)).id
    page.goto(f"{studio.url}/projects/{project}/runs/{run}?tab=metrics")
    page.locator("canvas").first.wait_for()
    begin, sizes = time.monotonic(), []
    while not sizes or studio.client.runs.show(run).state == "running":
        sizes.append((time.monotonic() - begin, heap()))
        page.wait_for_timeout(5000)
    page.context.close()
    third = next(size for moment, size in sizes if moment >= sizes[-1][0] / 3)
    return {"heap_third_mb": third, "heap_end_mb": sizes[-1][1]}


COURSES = """(milliseconds) => new Promise((done) => {
  const moments = [], end = performance.now() + milliseconds;
  let drawn = "";
  const look = (now) => {
    const points = document.querySelector(".react-flow__node polyline")?.getAttribute("points") ?? "";
    if (points !== drawn) { drawn = points; moments.push(now); }
    if (now < end) requestAnimationFrame(look); else done(moments);
  };
  requestAnimationFrame(look);
})"""


def course_of_a_node(browser: Browser, studio: Studio, project: str) -> dict[str, float]:
    """How often a second the line in a running node is drawn anew while its job logs 20 points a second, and
    the longest time in milliseconds that it stays the same.
    """
    page = signed_in(browser, studio)
    page.goto(f"{studio.url}/projects/{project}/pipelines/edit?name=tick")
    page.locator("[data-placed] .react-flow__node").first.wait_for()
    run = studio.client.runs.start(RunRequest(ProjectId(project), "tick", cache=False)).id
    page.locator(".react-flow__node polyline").wait_for(state="attached")
    drawn = rate(page.evaluate(COURSES, 5000))
    page.context.close()
    await_end(studio, run)
    return {"course_drawn_per_s": drawn["fps"], "course_longest_ms": drawn["worst_ms"]}


def await_end(studio: Studio, run: RunId) -> RunView:
    """The run once it has ended."""
    while (shown := studio.client.runs.show(run)).state not in RUN_ENDS:
        time.sleep(0.1)
    return shown


STOPPED = """() => void (window.__stopped = new Promise((done) => addEventListener("click", () => {
  const begin = performance.now();
  const look = () => document.querySelector(".react-flow__node").innerText.includes("canceled")
    ? done(performance.now() - begin) : requestAnimationFrame(look);
  look();
}, {once: true, capture: true})))"""


def stopped(browser: Browser, studio: Studio, project: str) -> dict[str, float]:
    """Milliseconds from the click on Stop until the node says that it is canceled: of a job that ends when it
    is asked, and of one that does not.
    """
    page = signed_in(browser, studio)
    found: dict[str, list[float]] = {}
    for name in ("patient", "stubborn"):
        page.goto(f"{studio.url}/projects/{project}/pipelines/edit?name={name}")
        node = page.locator("[data-placed] .react-flow__node").first
        node.wait_for()
        for _ in range(5):
            run = studio.client.runs.start(RunRequest(ProjectId(project), name, cache=False))
            node.filter(has_text="running").wait_for()
            while not studio.client.runs.log_lines(run.id, run.jobs[0].id, first=0).lines:
                time.sleep(0.02)
            page.evaluate(STOPPED)
            page.get_by_role("button", name="Stop", exact=True).click()
            found.setdefault(name, []).append(page.evaluate("window.__stopped"))
            await_end(studio, run.id)
    page.context.close()
    return {
        "stop_to_canceled_ms": statistics.median(found["patient"]),
        "stop_stubborn_to_canceled_ms": statistics.median(found["stubborn"]),
        "stop_worst_ms": max(*found["patient"], *found["stubborn"]),
    }


AGAIN = """() => void (window.__again = new Promise((done) => {
  const run = () => document.querySelector("section[aria-label=Run] a[href*='/runs/']")?.href;
  const state = () => document.querySelector("section[aria-label=Run] [role=tab]").innerText;
  const before = run();
  addEventListener("keydown", () => {
    const begin = performance.now();
    const look = () => run() !== before && state().includes("success")
      ? done(performance.now() - begin) : requestAnimationFrame(look);
    look();
  }, {once: true, capture: true});
}))"""


def run_again(browser: Browser, studio: Studio, project: str) -> dict[str, float]:
    """Milliseconds from the keys that run a pipeline in which nothing has changed until its success is shown,
    of one node and of 300.
    """
    page = signed_in(browser, studio)
    found = {}
    for name, nodes in (("outside", 1), ("large", NODES)):
        await_end(studio, studio.client.runs.start(RunRequest(ProjectId(project), name)).id)
        page.goto(f"{studio.url}/projects/{project}/pipelines/edit?name={name}")
        page.locator("[data-placed] .react-flow__node").first.wait_for()
        page.locator("section[aria-label=Run] [role=tab]").filter(has_text="success").wait_for()
        times = []
        for _ in range(5):
            page.evaluate(AGAIN)
            page.keyboard.press("Control+Enter")
            times.append(page.evaluate("window.__again"))
            newest = studio.client.runs.listing(project=ProjectId(project), limit=1)[0].id
            if any(not job.cached for job in studio.client.runs.show(newest).jobs):
                sys.exit("A pipeline in which nothing has changed was run again.")
        found[f"run_{nodes}_again_ms"] = statistics.median(times)
    page.context.close()
    return found


def main() -> None:
    """Measure, and print one JSON document or a table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--json", action="store_true")
    wanted = parser.parse_args()
    program = find_chromium()
    if program is None:
        sys.exit("There is no Chromium on this machine.")
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        studio = Studio(Path(folder))
        studio.start()
        browser = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        try:
            project = studio.add(
                "large",
                {
                    "deepforge.toml": 'name = "large"\n',
                    "operations/pass_on.py": NOOP,
                    "operations/tick.py": TICK,
                    "pipelines/large.yaml": large_pipeline(NODES),
                    "operations/flood.py": FLOOD,
                    "operations/stubborn.py": STUBBORN,
                    "pipelines/patient.yaml": PATIENT,
                    "pipelines/stubborn.yaml": "nodes:\n  stubborn: {operation: stubborn, at: [0, 0]}\n",
                    "pipelines/flood.yaml": "nodes:\n  flood: {operation: flood, at: [0, 0]}\n",
                    "pipelines/outside.yaml": "nodes:\n  outside: {operation: pass_on, at: [0, 0]}\n",
                    "pipelines/tick.yaml": "nodes:\n  tick: {operation: tick, at: [0, 0]}\n",
                },
            )
            for measure in (
                lambda: first_page(browser, studio),
                lambda: size_of_scripts(browser, studio, project),
                lambda: dragging(browser, studio, project),
                lambda: opened(browser, studio, project),
                lambda: to_screen(browser, studio, project),
                lambda: metric_to_screen(browser, studio, project),
                lambda: checked(browser, studio, project),
                lambda: from_disk(browser, studio, project),
                lambda: pointed(browser, studio, project),
                lambda: idle(browser, studio, project),
                lambda: memory(browser, studio, project),
                lambda: course_of_a_node(browser, studio, project),
                lambda: stopped(browser, studio, project),
                lambda: run_again(browser, studio, project),
            ):
                figures |= measure()
        finally:
            browser.close()
            studio.stop()
    if wanted.json:
        print(json.dumps(figures))
        return
    for name, value in figures.items():
        print(f"{name:26} {value:10.1f}")


if __name__ == "__main__":
    main()
