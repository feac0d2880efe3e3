import type { Rgb } from "../core/classTable";
import { isGrey, rgbKey } from "../core/palette";
import type { ClassList } from "./classList";
import { isBackgroundName } from "./classLists/classEntry";
import type { SeenLabels } from "./layout";

/** Colours without names, in order or by id. */
export interface ColorList {
  readonly path: string;
  readonly colors: ReadonlyMap<number, Rgb>;
}

/**
 * Names in one file with the colours in another (classes.txt and palette.txt): by id where both have ids, else in order;
 * where there is one colour more and it is black, it comes first as background. Only where these colours occur in the
 * labels.
 */
export function joinLists(lists: readonly ClassList[], palettes: readonly ColorList[], seen: SeenLabels): ClassList[] {
  const met = new Set([...seen.colors.keys(), ...seen.entries.map(({ color }) => rgbKey(color))]);
  const names = lists.filter(({ entries }) => entries.every(({ color }) => color === undefined));
  return palettes.flatMap(({ path, colors }) => {
    if (![...colors.values()].some((color) => !isGrey(color) && met.has(rgbKey(color)))) return [];
    const inOrder = [...colors.values()];
    return names.flatMap((list): ClassList[] => {
      const byId = list.entries.map(({ id }) => (id === undefined ? undefined : colors.get(id)));
      const isById = byId.every((color) => color !== undefined);
      const isBackgroundFirst =
        inOrder.length === list.entries.length + 1 &&
        rgbKey(inOrder[0]) === 0 &&
        !list.entries.some(({ name }) => isBackgroundName(name));
      if (!isById && !isBackgroundFirst && inOrder.length !== list.entries.length) return [];
      const first = isBackgroundFirst && !isById ? 1 : 0;
      const entries = list.entries.map((entry, i) => ({ ...entry, color: byId[i] ?? inOrder[i + first] }));
      const background = { name: "background", color: inOrder[0], ...(list.hasIds ? { id: 0 } : {}) };
      const all = first === 1 && !entries.some(({ id }) => id === 0) ? [background, ...entries] : entries;
      const kind = `${list.kind}, with the colours of ${path} ${isById ? "by id" : "in order"}`;
      return [{ ...list, path: `${list.path} with ${path}`, kind, entries: all, hasColors: true, isJoined: true }];
    });
  });
}
