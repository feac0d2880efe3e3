import { isBackgroundName, isVoidName } from "./classLists/classEntry";
import type { ReadingOption } from "./questions";

/** Names without ids laid on the ids that labels hold. */
interface ClassOrder extends ReadingOption {
  /** The id of each name, in the list's order. */
  readonly ids: readonly number[];
}

interface OrderChoice {
  /** The likeliest first. */
  readonly orders: readonly ClassOrder[];
  readonly certainty: "clear" | "likely" | "open";
}

/** What is void nearly everywhere, in files of 8 and of 16 bits. */
export const isVoidId = (id: number): boolean => id === 255 || id === 65535;

/**
 * Whether 255 (65535) among ids is void rather than a class: not where it is the only object, nor where the ids before or
 * after it are in use, nor where the others are spread over the greys so that people can see them (0, 128, 255).
 * @param count how many classes a list names; ids below are no greys.
 */
export function voidFits(id: number, ids: readonly number[], count = 0): boolean {
  const others = ids.filter((other) => !isVoidId(other));
  const highest = Math.max(0, ...others);
  if (!isVoidId(id) || id < count || highest === 0 || highest >= id - 1) return false;
  return highest < Math.max(50, count + 1) || others.length > 8;
}

/**
 * The ids that names in a list without ids can stand for: from 0, from 1 with 0 as background, or the ids in use in their
 * order (masks of 0 and 255). 255 counts as void where that leaves an object besides it.
 * @param used the ids that labels hold, any order.
 */
export function classOrders(names: readonly string[], used: readonly number[]): OrderChoice {
  const count = names.length;
  const all = [...used].sort((a, b) => a - b);
  const ids = all.filter((id) => !voidFits(id, all, count));
  const hasVoid = ids.length < all.length;
  const highest = ids[ids.length - 1] ?? 0;
  const [from0, from1] = [0, 1].map((first) => names.map((_, i) => i + first));
  const held = `The labels hold ${listed(all)}`;
  const given = `the list has ${count} ${count === 1 ? "name" : "names"}`;
  const option = (value: string, text: string, why: string, order: readonly number[]): ClassOrder => ({
    value,
    text,
    why,
    ids: order,
  });
  const inOrder = (value: string, text: string, values: readonly number[]) =>
    values.length === count ? [option(value, text, `${held}: as many as ${given}.`, values)] : [];

  const fits0 = highest < count;
  const fits1 = highest <= count && (ids.includes(0) || all.length === 0);
  const background = names.findIndex(isBackgroundName);
  const zero = option("from 0", `${names[0]} is 0`, `${held}, ${given}.`, from0);
  const one = option(
    "from 1",
    `${names[0]} is 1, 0 is background`,
    `${held}, ${given}, none of them a background.`,
    from1,
  );
  const rest = ids[0] === 0 ? ids.slice(1) : ids;
  // Greys at equal steps, of which some were not met.
  const step = ids.reduce(greatestDivisor, 0);
  const steps = [0, 1].flatMap((first) => {
    const last = (count - 1 + first) * step;
    if (step < 2 || last < highest || last > 255 || (first === 1 && background >= 0)) return [];
    const text = `every ${step}th grey from ${first * step}`;
    const why = `${held}, in steps of ${step}; ${given}.`;
    return [
      option(
        `steps from ${first}`,
        text,
        why,
        names.map((_, i) => (i + first) * step),
      ),
    ];
  });
  const byUse = [
    ...inOrder("used", "the ids in use, in their order", ids),
    ...(background < 0 ? inOrder("used after 0", "0 is background, then the ids in use", rest) : []),
    ...(hasVoid ? inOrder("used with void", "all ids in use, 255 among them", all) : []),
    ...steps,
  ];
  const lastIsVoid = isVoidName(names[count - 1] ?? "") && hasVoid && all.length === count;
  const mayShift = fits1 && background < 0;
  const shifted = background < 0 ? [one] : [];
  const orders = lastIsVoid
    ? [...byUse.filter(({ value }) => value === "used with void"), zero, ...shifted, ...byUse]
    : fits0
      ? [zero, ...shifted, ...byUse]
      : mayShift
        ? [one, zero, ...byUse]
        : [...byUse, zero, ...shifted];
  const distinct = orders.filter((order, i) => orders.findIndex((other) => isSame(other.ids, order.ids)) === i);
  return { orders: distinct, certainty: certaintyOf() };

  function certaintyOf(): OrderChoice["certainty"] {
    if (lastIsVoid) return "likely";
    if (fits0) {
      // Three small ids and 255 for three names: 255 may well be one of them.
      if (byUse.some((order) => order.value === "used with void" && !isSame(order.ids, from0))) return "open";
      if (!mayShift) return "clear";
      // Under the other reading the last class would not have been met: less likely the more others were.
      const met = ids.filter((id) => id < count).length;
      return highest === count - 1 && count >= 8 && met >= (count < 30 ? count : 0.9 * count) ? "clear" : "likely";
    }
    if (mayShift) return "open";
    if (byUse.length === 0) return background === 0 ? "likely" : "open";
    // Greys far apart are meant to be seen; gaps between small ids may as well be classes that were not met.
    const areGreys = highest >= 100;
    if (background === 0) return areGreys ? "clear" : "likely";
    return areGreys ? "likely" : "open";
  }
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}

function isSame(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((id, i) => id === b[i]);
}

/** "0, 1 and 2", "0, 1, 2, ... 7 (8 ids)". */
export function listed(ids: readonly number[]): string {
  if (ids.length > 6) return `${ids.slice(0, 3).join(", ")}, ... ${ids[ids.length - 1]} (${ids.length} ids)`;
  if (ids.length < 2) return ids.length === 0 ? "nothing" : `${ids[0]} only`;
  return `${ids.slice(0, -1).join(", ")} and ${ids[ids.length - 1]}`;
}
