import { expect, test } from "vitest";
import { COLORS, colorBeside, type Seat } from "./colors";

const [BLUE, RED, GREEN] = COLORS as [string, string, string];

const seat = (client: number, color: string, since = client, browser = `b${client}`): Seat => ({
  client,
  browser,
  color,
  since,
});

/** Everybody looks around, each in turn, until nobody changes. */
function settled(seats: readonly Seat[]): Seat[] {
  const now = [...seats];
  for (let turn = 0; turn < seats.length * 3; turn++) {
    const place = turn % seats.length;
    const mine = now[place] as Seat;
    now[place] = {
      ...mine,
      color: colorBeside(
        mine,
        now.filter((one) => one !== mine),
      ),
    };
  }
  for (const mine of now)
    expect(
      colorBeside(
        mine,
        now.filter((one) => one !== mine),
      ),
    ).toBe(mine.color);
  return now;
}

test("who is alone, or has a colour of her own, keeps it", () => {
  expect(colorBeside(seat(1, GREEN), [])).toBe(GREEN);
  expect(colorBeside(seat(2, GREEN), [seat(1, BLUE)])).toBe(GREEN);
});

test("who comes later takes the first colour that nobody has", () => {
  expect(colorBeside(seat(2, BLUE), [seat(1, BLUE)])).toBe(RED);
  expect(colorBeside(seat(3, BLUE), [seat(1, BLUE), seat(2, RED)])).toBe(GREEN);
  expect(colorBeside(seat(1, BLUE), [seat(2, BLUE)])).toBe(BLUE);
});

test("eight who come at once with one colour have eight in the end", () => {
  const found = settled(COLORS.map((_, client) => seat(client, BLUE, 7)));
  expect(found.map(({ color }) => color)).toEqual(COLORS);
});

test("the ninth shares a colour, and has one of his own when somebody has left", () => {
  const many = settled(Array.from({ length: 9 }, (_, client) => seat(client, BLUE)));
  expect(new Set(many.map(({ color }) => color)).size).toBe(8);
  const fewer = settled(many.filter(({ client }) => client !== 3));
  expect(new Set(fewer.map(({ color }) => color)).size).toBe(8);
});

test("the tabs of one browser have one colour, whoever comes between them", () => {
  const found = settled([seat(1, BLUE, 1, "ada"), seat(2, BLUE, 2, "bob"), seat(3, GREEN, 3, "ada")]);
  expect(found.map(({ color }) => color)).toEqual([BLUE, RED, BLUE]);
});

test("who was there stays as she is when the others come and go", () => {
  const ada = seat(1, GREEN);
  expect(settled([ada, seat(2, GREEN), seat(3, GREEN)])[0]).toEqual(ada);
  const bob = settled([ada, seat(2, GREEN)])[1] as Seat;
  expect(colorBeside(bob, [])).toBe(bob.color);
});
