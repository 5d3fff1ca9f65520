/** The name, with a number when another project has it; large and small letters count as the same. */
export function freeName(name: string, taken: readonly string[]): string {
  const known = new Set(taken.map((other) => other.toLowerCase()));
  let found = name;
  for (let number = 2; known.has(found.toLowerCase()); number++) found = `${name}-${number}`;
  return found;
}
