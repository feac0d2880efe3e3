import { rgbKey, rgbOfKey, rgbToHex } from "../core/palette";
import type { PaletteReading } from "./knownPalette";
import type { PaletteEntry, SeenLabels } from "./layout";
import { choose, type ReadingChoices } from "./questions";

/**
 * Indexed labels of which some have the palette's colours in another order, and names without colours: the order of most
 * of them is the names', and in the others a colour stands for what it stands for there.
 * @param named the sets of ids that have names; without any that names all indices nothing depends on their order.
 * @returns null where each colour has one index: palettes may be drawn in other colours, their order is the same.
 */
export function mixedPalettesQuestion(
  seen: SeenLabels,
  named: readonly ReadonlySet<number>[],
  choices: ReadingChoices,
): PaletteReading | null {
  const indices = new Set(seen.entries.map(({ index }) => index));
  const isIndexedOnly = seen.colors.size === 0 && [...seen.ids.keys()].every((id) => indices.has(id));
  if (!isIndexedOnly || !named.some((ids) => [...indices].every((id) => id === 255 || ids.has(id)))) return null;
  const byColor = groupBy(seen.entries, ({ color }) => rgbKey(color));
  const byIndex = groupBy(seen.entries, ({ index }) => index);
  const isMoved = (entry: PaletteEntry) =>
    (byColor.get(rgbKey(entry.color))?.length ?? 0) > 1 && (byIndex.get(entry.index)?.length ?? 0) > 1;
  const moved = seen.entries.filter(isMoved);
  if (moved.length === 0) return null;
  const usual = new Map([...byColor].map(([key, entries]) => [key, most(entries).index]));
  const { index, color } = most(moved);
  const other = most((byColor.get(rgbKey(color)) ?? []).filter((entry) => entry.index !== index));
  const why = `Palettes differ: ${rgbToHex(color)} is index ${index} in most labels and index ${other.index} in others.`;
  const options = [
    { value: "colors", text: `The palettes' colours: ${rgbToHex(color)} is id ${index} in all`, why },
    { value: "ids", text: `The indices: index ${index} is id ${index}`, why: `${why} The colours may be for show.` },
  ];
  const question = choose("coding", "What tells the classes of indexed labels?", options, "open", choices);
  const counts = new Map<number, number>();
  for (const entry of seen.entries) {
    const id = usual.get(rgbKey(entry.color)) ?? entry.index;
    counts.set(id, (counts.get(id) ?? 0) + entry.count);
  }
  const colors = [...usual].map(([key, id]) => ({ color: rgbOfKey(key), id }));
  return { question, seen: { ids: counts, colors: new Map(), entries: [] }, codec: { colors, indexed: "colors" } };
}

function most(entries: readonly PaletteEntry[]): PaletteEntry {
  return entries.reduce((best, entry) => (entry.count > best.count ? entry : best));
}

function groupBy(entries: readonly PaletteEntry[], key: (entry: PaletteEntry) => number): Map<number, PaletteEntry[]> {
  const groups = new Map<number, PaletteEntry[]>();
  for (const entry of entries) groups.set(key(entry), [...(groups.get(key(entry)) ?? []), entry]);
  return groups;
}
