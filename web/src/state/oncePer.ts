/** What is made once for each thing, however many ask for it, and goes with the thing. */
export function oncePer<Thing extends object, Made>(make: (thing: Thing) => Made): (thing: Thing) => Made {
  const made = new WeakMap<Thing, { it: Made }>();
  return (thing) => {
    const found = made.get(thing) ?? { it: make(thing) };
    made.set(thing, found);
    return found.it;
  };
}
