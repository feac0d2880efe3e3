import { type Components, labelComponents } from "../core/components";
import { AGREED, type ChangeMap, FIRST_PAIR, OUTSIDE } from "./changes";

/** Regions smaller than this join a neighbour: nobody wants to decide on specks. */
export const MIN_AREA = 16;

/** Connected regions of one pair; `members` are numbers in `components.list`, the largest first. */
export interface Group {
  readonly members: readonly number[];
  readonly area: number;
  readonly from: number;
  readonly to: number;
}

/**
 * Finds the 8-connected regions of each pair (a thin diagonal stays whole) and joins those under MIN_AREA to the
 * neighbour that wants the same class, else to the one they share most border with. A speck with none left
 * joins the agreed pixels around it, that is, it is given up; one that fills its whole hole is kept.
 */
export function groupChanges(map: ChangeMap): { readonly components: Components; readonly groups: readonly Group[] } {
  const { width, height } = map.rect;
  const components = labelComponents({ width, height, data: map.codes }, undefined, 8);
  const groups = new Map<number, MutableGroup>();
  const groupOf = new Map<number, number>();
  components.list.forEach(({ id, area }, number) => {
    if (id < FIRST_PAIR) return;
    const pair = map.pairs[id - FIRST_PAIR] as { from: number; to: number };
    groups.set(number, { members: [number], area, ...pair });
    groupOf.set(number, number);
  });
  // The smallest first; a joined group that is still small comes up again as a whole.
  const queue = [...groups.keys()].filter((key) => (groups.get(key) as MutableGroup).area < MIN_AREA);
  queue.sort((a, b) => (groups.get(a) as MutableGroup).area - (groups.get(b) as MutableGroup).area || a - b);
  for (let key = queue.shift(); key !== undefined; key = queue.shift()) {
    const group = groups.get(key);
    if (group === undefined || group.area >= MIN_AREA) continue;
    const { neighbours, agreed } = surroundings(components, group, groupOf);
    const target = choose(group, neighbours, groups);
    if (target === null) {
      if (agreed) groups.delete(key);
      continue;
    }
    const kept = join(groups, groupOf, key, target);
    if ((groups.get(kept) as MutableGroup).area < MIN_AREA) queue.push(kept);
  }
  return { components, groups: [...groups.values()] };
}

interface MutableGroup {
  members: number[];
  area: number;
  from: number;
  to: number;
}

/** Border lengths to other groups, and whether the group touches masked pixels that stay as they are. */
function surroundings(components: Components, group: MutableGroup, groupOf: ReadonlyMap<number, number>) {
  const { width, height } = components.rect;
  const neighbours = new Map<number, number>();
  let agreed = false;
  const meet = (number: number) => {
    const { id } = components.list[number] as { id: number };
    if (id === AGREED) agreed = true;
    const other = groupOf.get(number);
    if (id === OUTSIDE || other === undefined || group.members.includes(number)) return;
    neighbours.set(other, (neighbours.get(other) ?? 0) + 1);
  };
  for (const member of group.members) {
    const { bounds } = components.list[member];
    for (let y = bounds.y; y < bounds.y + bounds.height; y++) {
      for (let x = bounds.x; x < bounds.x + bounds.width; x++) {
        if (components.labels[y * width + x] !== member) continue;
        for (let ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny++) {
          for (let nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx++) {
            meet(components.labels[ny * width + nx]);
          }
        }
      }
    }
  }
  return { neighbours, agreed };
}

function choose(
  group: MutableGroup,
  neighbours: ReadonlyMap<number, number>,
  groups: ReadonlyMap<number, MutableGroup>,
): number | null {
  let best: number | null = null;
  let bestRank: readonly number[] = [];
  for (const [key, border] of neighbours) {
    const other = groups.get(key);
    if (other === undefined) continue;
    const rank = [other.to === group.to ? 1 : 0, border, other.area];
    if (best === null || isHigher(rank, bestRank)) {
      best = key;
      bestRank = rank;
    }
  }
  return best;
}

function isHigher(a: readonly number[], b: readonly number[]): boolean {
  const differing = a.findIndex((value, i) => value !== b[i]);
  return differing >= 0 && a[differing] > b[differing];
}

/** Joins two groups under the pair of the larger; returns the key that stays. */
function join(groups: Map<number, MutableGroup>, groupOf: Map<number, number>, a: number, b: number): number {
  const [kept, gone] = (groups.get(a) as MutableGroup).area > (groups.get(b) as MutableGroup).area ? [a, b] : [b, a];
  const into = groups.get(kept) as MutableGroup;
  const from = groups.get(gone) as MutableGroup;
  into.members.push(...from.members);
  into.area += from.area;
  for (const member of from.members) groupOf.set(member, kept);
  groups.delete(gone);
  return kept;
}
