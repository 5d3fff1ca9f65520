// Keeps a page as the server would write it now: when something happens on its topic, the page is fetched again and
// only the parts that differ are replaced. The page is whole without this.
const topic = document.body.dataset.topic;
const connection = document.querySelector(".connection");
const PAUSE = 400; // milliseconds between two fetches at the least

let seen = null;
let wanted = false;
let fetching = false;
let retry = 250;

function connect() {
  const socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}/api/v1/live`);
  socket.onopen = () => {
    retry = 250;
    connection.hidden = true;
    socket.send(JSON.stringify({ subscribe: topic, after: seen }));
    if (seen !== null) refresh();
  };
  socket.onmessage = (message) => {
    const event = JSON.parse(message.data);
    seen = event.seq;
    if (event.kind !== "subscribed") refresh();
  };
  socket.onclose = () => {
    connection.hidden = false;
    setTimeout(connect, retry);
    retry = Math.min(retry * 2, 5000);
  };
}

async function refresh() {
  wanted = true;
  if (fetching) return;
  fetching = true;
  while (wanted) {
    wanted = false;
    try {
      const response = await fetch(location.href, { headers: { Accept: "text/html" } });
      if (response.ok) replaceParts(new DOMParser().parseFromString(await response.text(), "text/html"));
      else if (response.status === 401) location.reload();
    } catch {
      // The server is away; the socket notices and fetches again once it is back.
    }
    await new Promise((done) => setTimeout(done, PAUSE));
  }
  fetching = false;
}

function replaceParts(page) {
  document.title = page.title;
  for (const part of page.querySelectorAll("[data-part]")) {
    const here = document.querySelector(`[data-part="${CSS.escape(part.dataset.part)}"]`);
    if (!here || here.innerHTML === part.innerHTML) continue;
    const places = [...here.querySelectorAll("[data-scroll]")].map((box) => [
      box.scrollTop,
      box.scrollLeft,
      box.scrollTop + box.clientHeight >= box.scrollHeight - 4,
    ]);
    const focused = document.activeElement?.id;
    here.replaceChildren(...part.childNodes);
    [...here.querySelectorAll("[data-scroll]")].forEach((box, index) => {
      const [top, left, atEnd] = places[index] ?? [0, 0, true];
      box.scrollTop = atEnd && box.dataset.scroll === "end" ? box.scrollHeight : top;
      box.scrollLeft = left;
    });
    if (focused) document.getElementById(focused)?.focus();
  }
}

async function act(button) {
  button.disabled = true;
  const response = await fetch(button.dataset.post, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: button.dataset.body ?? "{}",
  });
  if (!response.ok) {
    const { error } = await response.json();
    const place = document.querySelector("[data-answer]");
    place.textContent = [error.message, error.hint].filter(Boolean).join(" ");
    place.hidden = false;
    button.disabled = false;
  } else if (button.dataset.then) {
    const id = response.status === 201 ? (await response.json()).id : "";
    location.assign(button.dataset.then + id);
  } else {
    refresh();
  }
}

function tellTimes() {
  const steps = [[5, 0, "just now"], [60, 1, "s"], [3600, 60, "min"], [86400, 3600, "h"]];
  for (const time of document.querySelectorAll("time[datetime]")) {
    const seconds = (Date.now() - Date.parse(time.dateTime)) / 1000;
    const step = steps.find(([limit]) => seconds < limit);
    if (step) time.textContent = step[1] ? `${Math.floor(seconds / step[1])} ${step[2]} ago` : step[2];
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-post]");
  if (button) act(button);
});
for (const box of document.querySelectorAll('[data-scroll="end"]')) box.scrollTop = box.scrollHeight;
setInterval(tellTimes, 5000);
if (topic) connect();
