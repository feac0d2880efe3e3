import type { ClassList } from "./classList";
import { isBackgroundName } from "./classLists/classEntry";
import { type classOrders, isVoidId, listed } from "./classOrder";
import { choose, type ReadingChoices, type ReadingQuestion } from "./questions";

/** A key's part of all counts, 0..1. */
export function share(counts: ReadonlyMap<number, number>, key: number): number {
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  return (counts.get(key) ?? 0) / Math.max(1, total);
}

/**
 * An id far above the others that covers little where the others are as many as the names: no class but what a tool
 * writes for "no data" (200, 254, 15 in 4 bits); null where there is none.
 */
export function oddId(count: number, ids: ReadonlyMap<number, number>): number | null {
  const [last, ...rest] = [...ids.keys()].sort((a, b) => b - a);
  const isRow = rest.length === count && rest.every((id) => id < count);
  return isRow && !isVoidId(last) && last >= count + 5 && share(ids, last) < 0.05 ? last : null;
}

/** Greys from the brightest on, where the list begins or ends with the background and another grey covers as much. */
export function reversedOrder(
  names: readonly string[],
  ids: ReadonlyMap<number, number>,
): ReturnType<typeof classOrders>["orders"] {
  const used = [...ids.keys()].sort((a, b) => a - b);
  const at = names.findIndex(isBackgroundName);
  const isEnd = at === 0 || at === names.length - 1;
  if (used.length !== names.length || used.length < 2 || !isEnd || used[used.length - 1] < 100) return [];
  const [own, other] = [share(ids, used[at]), share(ids, used[used.length - 1 - at])];
  if (own > other) return [];
  const percent = (part: number) => `${Math.round(100 * part)} %`;
  const why = `${used[used.length - 1 - at]} covers ${percent(other)} of the labels, ${used[at]} ${percent(own)}: it may be ${names[at]}.`;
  return [{ value: "used reversed", text: "the ids in use, from the highest", why, ids: used.reverse() }];
}

/** Ids from 0 where labels hold one more and none is a background, or from 1 where labels hold those from 0. */
export function shiftQuestion(
  { entries }: ClassList,
  ids: ReadonlyMap<number, number>,
  choices: ReadingChoices,
): ReadingQuestion | null {
  const count = entries.length;
  const given = entries.map(({ id }) => id ?? -1);
  const first = Math.min(...given);
  const isRow = Math.max(...given) - first === count - 1;
  const used = [...ids.keys()].filter((id) => !isVoidId(id));
  const highest = Math.max(...used);
  if (count < 2 || !isRow || used.length !== highest + 1 || entries.some(({ name }) => isBackgroundName(name)))
    return null;
  const asGiven = { value: "ids", text: "the list's ids", why: "The list gives ids." };
  const nameOfFirst = entries[given.indexOf(first)].name;
  const held = `The labels hold ${listed(used.sort((a, b) => a - b))}, the list ${first} to ${first + count - 1}`;
  const title = "Which ids do the names stand for?";
  if (first === 0 && highest === count) {
    const shifted = {
      value: "after 0",
      text: `${nameOfFirst} is 1, 0 is background`,
      why: `${held}, and no background.`,
    };
    return choose("order", title, [shifted, asGiven], "open", choices);
  }
  if (first !== 1 || highest !== count - 1) return null;
  const shifted = { value: "before 1", text: `${nameOfFirst} is 0`, why: `${held}: it may be numbered from 1.` };
  return choose("order", title, [asGiven, shifted], "likely", choices);
}
