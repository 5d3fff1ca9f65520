/** New names of an operation and its ports: what pipelines have to follow, there and back. */
/** What an operation and its ports are called. */
export interface Names {
  name: string;
  inputs: readonly { name: string }[];
  outputs: readonly { name: string }[];
  attributes: readonly { name: string }[];
}

export interface Renamed {
  /** What the operation is called when this is followed. */
  name: string;
  to: string;
  /** None: the operation itself. */
  part?: "input" | "output" | "attribute" | "reference";
  /** What the port was called. */
  port?: string;
}

const PARTS = [
  ["input", "inputs"],
  ["output", "outputs"],
  ["attribute", "attributes"],
] as const;

/** What has another name in the second interface and is the same for the rest. */
export function renamedBetween(before: Names, after: Names): Renamed[] {
  const found: Renamed[] = [];
  for (const [part, field] of PARTS) {
    const old = before[field].map(({ name }) => name);
    const made = after[field].map(({ name }) => name);
    if (old.length !== made.length) continue;
    const places = old.flatMap((name, index) => (name === made[index] ? [] : [index]));
    const [place] = places;
    if (place === undefined || places.length > 1 || old.includes(made[place] as string)) continue;
    found.push({ name: before.name, to: made[place] as string, part, port: old[place] as string });
  }
  if (before.name !== after.name) found.push({ name: before.name, to: after.name });
  return found;
}

/** What undoes them, in the order in which that is to be done. */
export function backwards(renamed: readonly Renamed[]): Renamed[] {
  return [...renamed]
    .reverse()
    .map(({ name, to, part, port }) =>
      part && port ? { name, to: port, part, port: to } : { name: to, to: name },
    );
}
