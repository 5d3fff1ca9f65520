/** The HTTP interface, typed from its description. */
import createClient from "openapi-fetch";
import type { components, paths } from "./schema";

export type Schemas = components["schemas"];
export type Problem = Schemas["Problem"];

export const api = createClient<paths>({ baseUrl: "" });

/** What the server said went wrong, or that it could not be reached (`code` is `unreachable`). */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly hint: string | null = null,
    readonly problems: Problem[] = [],
  ) {
    super(message);
    this.name = "ApiError";
  }
}

/** What went wrong, and what to do about it, in one line. */
export function wordsOf(problem: unknown): string {
  const { message, hint } = (problem ?? {}) as { message?: unknown; hint?: unknown };
  return typeof message === "string" ? [message, hint].filter(Boolean).join(" ") : String(problem);
}

interface Answer<Data> {
  data?: Data;
  error?: unknown;
  response: Response;
}

/** The data of an answer. Throws ApiError. */
export async function ask<Data>(answer: Promise<Answer<Data>>): Promise<Data> {
  let got: Answer<Data>;
  try {
    got = await answer;
  } catch {
    throw new ApiError(0, "unreachable", "The server cannot be reached.", "Try again when it is back.");
  }
  if (!got.response.ok) throw errorOf(got.response.status, got.error);
  return got.data as Data;
}

/** The error in the body of an answer, whatever the body is. */
export function errorOf(status: number, body: unknown): ApiError {
  const said = isErrorBody(body) ? body.error : null;
  return new ApiError(
    status,
    said?.code ?? "unknown",
    said?.message ?? `The server answered ${status}.`,
    said?.hint ?? null,
    said?.problems ?? [],
  );
}

interface ErrorBody {
  error: { code: string; message: string; hint: string | null; problems?: Problem[] };
}

function isErrorBody(body: unknown): body is ErrorBody {
  const error = (body as ErrorBody | null)?.error;
  return typeof error?.message === "string";
}
