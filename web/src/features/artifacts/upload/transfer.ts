/**
 * Uploads: files go up piece by piece, can be paused, and go on where they broke off: also after the page was
 * closed, when the same file is dropped again.
 */
import { create } from "zustand";
import { ApiError, api, ask, errorOf } from "@/api/client";
import { failed } from "@/state/toasts";
import { refresh } from "../queries";
import type { Found } from "./dropped";

const PIECE = 4 << 20;
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 15_000;

export type UploadState = "waiting" | "sending" | "paused" | "broken" | "finishing" | "done" | "failed";

export interface Sending {
  key: string;
  project: string;
  /** The artifact it becomes. */
  name: string;
  size: number;
  sent: number;
  state: UploadState;
  trouble: string | null;
  /** The artifact, once it is there. */
  artifact: string | null;
}

interface Part {
  path: string;
  file: File;
  upload: string | null;
  sent: number;
}

interface Job {
  parts: Part[];
  isFolder: boolean;
  abort: AbortController | null;
}

/** What the person sees of uploads. */
export const useUploads = create<{ list: readonly Sending[] }>(() => ({ list: [] }));

const jobs = new Map<string, Job>();
let count = 0;

/** Begin to send one file, or files that make a folder together. */
export function send(project: string, { name, files, isFolder }: Found): void {
  const key = `upload-${++count}`;
  const parts = files.map(({ path, file }) => ({ path, file, upload: null, sent: 0 }));
  jobs.set(key, { parts, isFolder, abort: null });
  const size = files.reduce((total, { file }) => total + file.size, 0);
  const sending: Sending = {
    key,
    project,
    name,
    size,
    sent: 0,
    state: "waiting",
    trouble: null,
    artifact: null,
  };
  useUploads.setState(({ list }) => ({ list: [...list, sending] }));
  void work(key);
}

export function pause(key: string): void {
  const job = jobs.get(key);
  if (!job || find(key)?.state === "finishing") return;
  change(key, { state: "paused" });
  job.abort?.abort();
  job.abort = null; // so that it can go on at once
}

export function resume(key: string): void {
  change(key, { state: "waiting", trouble: null });
  void work(key);
}

/** Give an upload up, or no longer show one that is done. */
export function dismiss(key: string): void {
  const job = jobs.get(key);
  const sending = find(key);
  jobs.delete(key);
  useUploads.setState(({ list }) => ({ list: list.filter((one) => one.key !== key) }));
  job?.abort?.abort();
  if (!job || sending?.state === "done") return;
  for (const part of job.parts) {
    forget(sending?.project ?? "", part);
    if (part.upload) {
      void api.DELETE("/api/v1/uploads/{upload}", { params: { path: { upload: part.upload } } });
    }
  }
}

const find = (key: string): Sending | undefined => useUploads.getState().list.find((one) => one.key === key);

function change(key: string, changes: Partial<Sending>): void {
  useUploads.setState(({ list }) => ({
    list: list.map((one) => (one.key === key ? { ...one, ...changes } : one)),
  }));
}

async function work(key: string): Promise<void> {
  const job = jobs.get(key);
  const sending = find(key);
  if (!job || !sending || job.abort) return;
  const abort = new AbortController();
  job.abort = abort;
  try {
    for (const part of job.parts) await sendPart(key, job, part, abort.signal);
    change(key, { state: "finishing" });
    const saved = await finish(sending, job);
    for (const part of job.parts) forget(sending.project, part);
    change(key, { state: "done", artifact: saved.artifact, sent: sending.size });
    await refresh();
  } catch (error) {
    if (abort.signal.aborted || !jobs.has(key)) return;
    change(key, { state: "failed", trouble: error instanceof Error ? error.message : String(error) });
    failed(error, `${sending.name} was not uploaded`);
  } finally {
    if (job.abort === abort) job.abort = null;
  }
}

/** Send what is missing of one file, again and again until all of it is there. */
async function sendPart(key: string, job: Job, part: Part, signal: AbortSignal): Promise<void> {
  const project = find(key)?.project ?? "";
  let wait = FIRST_PAUSE;
  const told = (): void => {
    const sent = job.parts.reduce((total, one) => total + one.sent, 0);
    change(key, { sent, state: "sending", trouble: null });
  };
  for (;;) {
    signal.throwIfAborted();
    try {
      part.sent = await begin(project, part, signal);
      told();
      while (part.sent < part.file.size) {
        part.sent = await put(part, signal);
        wait = FIRST_PAUSE;
        told();
      }
      return;
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof ApiError) || !isPassing(error)) throw error;
      change(key, { state: "broken", trouble: error.message });
      await pauseFor(wait, signal);
      wait = Math.min(wait * 2, LONGEST_PAUSE);
    }
  }
}

const isPassing = (error: ApiError): boolean =>
  error.status === 0 || error.status >= 500 || error.code === "wrong_offset" || error.status === 409;

/** How much of a file is there; it is announced when the server does not know it. */
async function begin(project: string, part: Part, signal: AbortSignal): Promise<number> {
  const known = part.upload ?? localStorage.getItem(memoOf(project, part));
  if (known) {
    try {
      const found = await ask(
        api.GET("/api/v1/uploads/{upload}", { params: { path: { upload: known } }, signal }),
      );
      if (found.size === part.file.size) {
        part.upload = known;
        return found.received;
      }
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 404) throw error;
    }
  }
  const name = part.path.slice(-200);
  const made = await ask(
    api.POST("/api/v1/uploads", { body: { project, name, size: part.file.size }, signal }),
  );
  part.upload = made.id;
  localStorage.setItem(memoOf(project, part), made.id);
  return made.received;
}

async function put(part: Part, signal: AbortSignal): Promise<number> {
  const piece = part.file.slice(part.sent, part.sent + PIECE);
  let response: Response;
  try {
    response = await fetch(`/api/v1/uploads/${part.upload}?offset=${part.sent}`, {
      method: "PUT",
      body: piece,
      headers: { "Content-Type": "application/octet-stream" },
      signal,
    });
  } catch {
    throw new ApiError(0, "unreachable", "The connection broke off.");
  }
  const body: unknown = await response.json().catch(() => null);
  if (!response.ok) throw errorOf(response.status, body);
  return (body as { received: number }).received;
}

function finish(sending: Sending, job: Job) {
  const [first] = job.parts;
  if (!job.isFolder && first?.upload) {
    const params = { path: { upload: first.upload } };
    const body = { name: sending.name, type: "", codec: "" };
    return ask(api.POST("/api/v1/uploads/{upload}/finish", { params, body }));
  }
  const files = job.parts.map(({ path, upload }) => ({ path, upload: upload ?? "" }));
  const body = { project: sending.project, name: sending.name, files };
  return ask(api.POST("/api/v1/uploads/folder", { body }));
}

/** Where the id of an upload is remembered, so that the same file goes on after a reload. */
const memoOf = (project: string, { path, file }: Part): string =>
  `deepforge.upload:${project}:${path}:${file.size}:${file.lastModified}`;

const forget = (project: string, part: Part): void => localStorage.removeItem(memoOf(project, part));

const pauseFor = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
