import type { Dataset, DatasetItem, Turn } from "./types";

/** How the user turned photographs, by their items' keys. */
export type Turns = ReadonlyMap<string, Turn>;

/** The turns with which a photograph has its label's size, the present one first, then clockwise. */
export function turnsOf({ turn, width, height }: DatasetItem): readonly Turn[] {
  const step = width === height ? 90 : 180;
  return Array.from({ length: 360 / step }, (_, i) => ((turn + i * step) % 360) as Turn);
}

/** The data set with photographs turned; a turn that does not fit its label any more is passed over. */
export function withTurns(dataset: Dataset, turns: Turns): Dataset {
  if (turns.size === 0) return dataset;
  return { ...dataset, items: dataset.items.map((item) => turnedItem(item, turns)) };
}

/** The same for one item. */
export function turnedItem(item: DatasetItem, turns: Turns): DatasetItem {
  const turn = turns.get(item.key) ?? item.turn;
  return turn !== item.turn && turnsOf(item).includes(turn) ? { ...item, turn } : item;
}
