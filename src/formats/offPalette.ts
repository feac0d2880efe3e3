import { type ClassInfo, classTable } from "../core/classTable";
import { isGrey, rgbKey, rgbOfKey } from "../core/palette";
import type { SeenLabels } from "./layout";
import { choose, type ReadingChoices, type ReadingQuestion } from "./questions";
import type { ClassReading } from "./readByList";
import { realValues } from "./smear";

/** What smeared labels hold: the real values apart from what lies between them. */
export interface Smear {
  /** The labels without what is off the palette. */
  readonly seen: SeenLabels;
  /** Pixels off the palette, of those looked at. */
  readonly pixels: number;
  /** Distinct values off the palette. */
  readonly values: number;
  /** No value has an area of its own: a distance, a probability, a photograph. */
  readonly isContinuous?: true;
}

/**
 * Whether labels were anti-aliased, resized or compressed as photographs.
 * @param isListed colours (0xRRGGBB) that a class list names.
 * @returns null where they are clean.
 */
export function findSmear(seen: SeenLabels, isListed: (color: number) => boolean): Smear | null {
  const facts = (counts: ReadonlyMap<number, number>, solid: ReadonlyMap<number, number> | undefined) =>
    new Map([...counts].map(([value, count]) => [value, { count, solid: solid ? (solid.get(value) ?? 0) : count }]));
  // Smeared values are bytes: ids beyond are instances.
  const isDeep = [...seen.ids.keys()].some((id) => id > 255);
  const ids = isDeep ? null : realValues(facts(seen.ids, seen.solid?.ids));
  const colors = realValues(facts(seen.colors, seen.solid?.colors), isListed);
  if (!ids && !colors) return findContinuous(seen);
  const keep = (counts: ReadonlyMap<number, number>, real: ReadonlySet<number> | null) =>
    new Map([...counts].filter(([value]) => !real || real.has(value)));
  const kept: SeenLabels = {
    ids: keep(seen.ids, ids),
    colors: keep(seen.colors, colors),
    entries: seen.entries.filter(({ index }) => !ids || ids.has(index)),
  };
  const pixels = sum(seen.ids) - sum(kept.ids) + sum(seen.colors) - sum(kept.colors);
  return { seen: kept, pixels, values: seen.ids.size - kept.ids.size + seen.colors.size - kept.colors.size };
}

/** So many greys in a row, next to none with a flat area, are measured, not drawn: classes and objects have areas. */
const leastGreys = 24;
const flatShare = 0.1;

/** Grey labels of continuous values: only the ends, 0 and 255, may be classes. */
function findContinuous(seen: SeenLabels): Smear | null {
  const areGreys = seen.colors.size > 0 && [...seen.colors.keys()].every((key) => isGrey(rgbOfKey(key)));
  const [counts, solid] = areGreys ? [seen.colors, seen.solid?.colors] : [seen.ids, seen.solid?.ids];
  if (!solid || seen.entries.length > 0 || (areGreys ? seen.ids : seen.colors).size > 0) return null;
  const step = areGreys ? 0x010101 : 1;
  const between = new Map([...counts].filter(([value]) => value !== 0 && value !== 255 * step));
  const isInRow = (value: number) => [-2, -1, 1, 2].some((by) => between.has(value + by * step));
  const inRow = [...between.keys()].filter(isInRow).length;
  const flat = [...between.keys()].reduce((total, value) => total + (solid.get(value) ?? 0), 0);
  const pixels = sum(between);
  if (between.size < leastGreys || 2 * inRow < between.size || flat > flatShare * pixels) return null;
  const ends = new Map([...counts].filter(([value]) => !between.has(value)));
  const kept = { ...seen, ...(areGreys ? { colors: ends } : { ids: ends }) };
  return { seen: kept, pixels, values: between.size, isContinuous: true };
}

function sum(counts: ReadonlyMap<number, number>): number {
  return [...counts.values()].reduce((total, count) => total + count, 0);
}

/** Whether what is off the palette is one group or each value a class. */
export function offPaletteQuestion(smear: Smear, choices: ReadingChoices): ReadingQuestion {
  const { pixels, values, isContinuous } = smear;
  const many = values.toLocaleString("en");
  if (isContinuous) {
    const why = `Continuous values, hardly a label: ${many} greys in a row without flat areas, as probabilities, distances and photographs have.`;
    const options = [
      { value: "classes", text: `${many} values of their own`, why },
      { value: "group", text: "One ignored group: off-palette", why: `${why} Only 0 and 255 are classes then.` },
    ];
    return choose("offPalette", "What are these continuous values?", options, "open", choices);
  }
  const options = [
    {
      value: "group",
      text: "One ignored group: off-palette",
      why: `${many} values lie scattered along edges: smeared, ${pixels.toLocaleString("en")} px off the palette.`,
    },
    { value: "classes", text: `${many} values of their own`, why: "Thin or rare classes may be among them." },
  ];
  const chosen = choices.get("offPalette") === "classes" ? "classes" : "group";
  return { id: "offPalette", title: "What are the values between the classes?", options, chosen, certainty: "likely" };
}

/** A reading of the real values, with all others in one ignored class. */
export function withOffPalette(reading: ClassReading, all: SeenLabels, real: SeenLabels): ClassReading {
  const isOff = (color: number) => all.colors.has(color) && !real.colors.has(color);
  let id = 65534;
  while (real.ids.has(id) || reading.classes.some((info) => info.id === id)) id -= 1;
  const off: ClassInfo = { id, name: "off-palette", color: [255, 0, 255], ignored: true, offPalette: true };
  // What was not met at all may still be in labels that were not looked at.
  const unseen = reading.classes.map((info) => info.id).filter((other) => !all.ids.has(other));
  return {
    ...reading,
    classes: classTable([...reading.classes, off]),
    codec: {
      ...reading.codec,
      colors: reading.codec.colors.filter(({ color }) => !isOff(rgbKey(color))),
      offPalette: { id, ids: [...new Set([...real.ids.keys(), ...unseen])], colors: [...real.colors.keys()] },
    },
  };
}
