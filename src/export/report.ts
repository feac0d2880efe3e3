import { type ClassTable, classNameOf } from "../core/classTable";
import type { ImageChanges, NotExported, RegionChange } from "./changes";

/** Pixels by class id. */
export type ClassCounts = ReadonlyMap<number, number>;

/** What the report is told of one image. */
export interface ReportedImage {
  readonly name: string;
  readonly label: string;
  /** As changes.json has it; null where nothing was ever done. */
  readonly changes: ImageChanges | null;
  /** Its label held decisions already when it was opened first. */
  readonly held?: boolean;
  readonly before: ClassCounts;
  readonly after: ClassCounts;
  /** Rows of suggestions not decided yet. */
  readonly undecided: number;
  readonly reviewed: boolean;
}

/** Of one class: pixels, and images that hold any, before and after. */
interface ClassLine {
  readonly id: number;
  readonly pixels: readonly [before: number, after: number];
  readonly images: readonly [before: number, after: number];
}

/** What was changed from one class to another: pixels, and in how many places. */
interface PairLine {
  readonly from: number;
  readonly to: number;
  readonly pixels: number;
  readonly places: number;
}

/** Decisions on suggestions whose confidence lies in one bin; skipped ones are no decision. */
export interface ConfidenceBin {
  /** 0..1; the last bin holds its upper end. */
  readonly from: number;
  readonly to: number;
  readonly accepted: number;
  /** Accepted with another class than was proposed. */
  readonly otherClass: number;
  readonly rejected: number;
  /** Mean confidence of them: what the model promised. */
  readonly promised: number;
}

export interface Report {
  readonly images: number;
  readonly reviewed: number;
  /** Images whose label differs from its file as it was opened first, and pixels in them. */
  readonly changedImages: number;
  readonly changedPixels: number;
  /** Images whose label held decisions already when it was opened first: what these changed is not known. */
  readonly heldImages: number;
  readonly decisions: { readonly accepted: number; readonly rejected: number; readonly skipped: number };
  /** Who took how many of them, the most first; by null: nobody was named. */
  readonly persons: readonly { readonly name: string | null; readonly decisions: number }[];
  /** Pixels by where they came from, with what was overwritten later: the sums of changes.json. */
  readonly pixelsBy: Readonly<Record<RegionChange["source"], number>>;
  readonly classes: readonly ClassLine[];
  /** The most pixels first. */
  readonly pairs: readonly PairLine[];
  /** From the least confident to the most; empty ones left out. */
  readonly bins: readonly ConfidenceBin[];
  readonly models: readonly string[];
  readonly ratios: readonly number[];
  readonly rows: readonly Omit<ReportedImage, "before" | "after" | "changes" | "held">[];
  readonly notRead: readonly NotExported[];
}

const binCount = 10;

/** Adds images up, one at a time. */
export function createReport() {
  const classes = new Map<number, { pixels: [number, number]; images: [number, number] }>();
  const pairs = new Map<string, { from: number; to: number; pixels: number; places: number }>();
  const bins = Array.from({ length: binCount }, () => ({ accepted: 0, otherClass: 0, rejected: 0, sum: 0 }));
  const decisions = { accepted: 0, rejected: 0, skipped: 0 };
  const persons = new Map<string | null, number>();
  const pixelsBy = { model: 0, lint: 0, find: 0, hand: 0 };
  const models = new Set<string>();
  const ratios = new Set<number>();
  const rows: Report["rows"][number][] = [];
  let [changedImages, changedPixels, heldImages] = [0, 0, 0];

  function count(counts: ClassCounts, side: 0 | 1): void {
    for (const [id, pixels] of counts) {
      if (pixels === 0) continue;
      const line = classes.get(id) ?? { pixels: [0, 0], images: [0, 0] };
      line.pixels[side] += pixels;
      line.images[side] += 1;
      classes.set(id, line);
    }
  }

  function addRegion(region: RegionChange): void {
    if (region.decision === "accepted" || region.decision === "rejected" || region.decision === "skipped") {
      decisions[region.decision] += 1;
      const by = region.decidedBy ?? null;
      persons.set(by, (persons.get(by) ?? 0) + 1);
    }
    if (region.model !== null) models.add(region.model);
    if (region.ratio !== null) ratios.add(region.ratio);
    addToBin(region);
    if (!isChange(region)) return;
    pixelsBy[region.source] += region.area;
    for (const { from, to, area } of pairsOf(region)) {
      const key = `${from} ${to}`;
      const line = pairs.get(key) ?? { from, to, pixels: 0, places: 0 };
      line.pixels += area;
      line.places += 1;
      pairs.set(key, line);
    }
  }

  function addToBin({ decision, confidence, proposed }: RegionChange): void {
    const promised = proposed?.confidence ?? confidence;
    if (promised === null || (decision !== "accepted" && decision !== "rejected")) return;
    const bin = bins[Math.min(binCount - 1, Math.floor(promised * binCount))];
    bin.sum += promised;
    if (decision === "rejected") bin.rejected += 1;
    else if (proposed !== undefined) bin.otherClass += 1;
    else bin.accepted += 1;
  }

  return {
    add({ changes, before, after, held, ...row }: ReportedImage): void {
      count(before, 0);
      count(after, 1);
      rows.push(row);
      if (held) heldImages += 1;
      if (changes === null) return;
      if (changes.changedPixels > 0) changedImages += 1;
      changedPixels += changes.changedPixels;
      for (const region of changes.regions) addRegion(region);
    },
    end(notRead: readonly NotExported[]): Report {
      return {
        images: rows.length + notRead.length,
        reviewed: rows.filter(({ reviewed }) => reviewed).length,
        changedImages,
        changedPixels,
        heldImages,
        decisions,
        persons: [...persons]
          .map(([name, decisions]) => ({ name, decisions }))
          .sort((a, b) => b.decisions - a.decisions || ((a.name ?? "") < (b.name ?? "") ? -1 : 1)),
        pixelsBy,
        classes: [...classes].map(([id, line]) => ({ id, ...line })).sort((a, b) => a.id - b.id),
        pairs: [...pairs.values()].sort((a, b) => b.pixels - a.pixels || a.from - b.from || a.to - b.to),
        bins: bins.flatMap(({ sum, ...bin }, i) => {
          const all = bin.accepted + bin.otherClass + bin.rejected;
          const ends = { from: i / binCount, to: (i + 1) / binCount };
          return all === 0 ? [] : [{ ...ends, ...bin, promised: sum / all }];
        }),
        models: [...models].sort(),
        ratios: [...ratios].sort((a, b) => a - b),
        rows,
        notRead,
      };
    },
  };
}

/** Whether it wrote pixels: what was rejected or skipped did not. */
export function isChange({ decision, area }: RegionChange): boolean {
  return area > 0 && (decision === null || decision === "accepted");
}

/** What it wrote by old and new class. */
export function pairsOf({
  from,
  to,
  area,
  pairs,
}: RegionChange): readonly { from: number; to: number; area: number }[] {
  return pairs ?? [{ from, to, area }];
}

/** Share of what was decided in a bin that was accepted as it was proposed, 0..1. */
export function acceptRate({ accepted, otherClass, rejected }: ConfidenceBin): number {
  return accepted / (accepted + otherClass + rejected);
}

/** A class as the report names it. */
export function nameIn(classes: ClassTable, id: number): string {
  return classNameOf(classes, id);
}
