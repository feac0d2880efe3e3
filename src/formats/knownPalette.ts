import type { ClassTable, Rgb } from "../core/classTable";
import { isGrey, rgbKey, rgbToHex, vocPalette } from "../core/palette";
import { segnetClasses } from "./camvid";
import { cityscapesClasses } from "./cityscapes";
import type { LabelCodec } from "./labelCodec";
import type { SeenLabels } from "./layout";
import { choose, type ReadingChoices, type ReadingQuestion } from "./questions";
import { greyCodes } from "./readByList";

/** A palette whose colours stand for ids wherever it is used; the first id where several share a colour. */
interface KnownPalette {
  readonly name: string;
  readonly codes: LabelCodec["colors"];
  /** The layout's: one colour at another index is no chance. */
  readonly isOwn?: boolean;
}

/** An indexed file's indices against the ids that its palette's colours have elsewhere. */
export interface PaletteReading {
  readonly question: ReadingQuestion;
  /** What the labels hold if the colours are meant. */
  readonly seen: SeenLabels;
  readonly codec: Pick<LabelCodec, "colors" | "indexed">;
}

const ofClasses = (name: string, classes: ClassTable): KnownPalette => ({
  name,
  codes: classes.map(({ color, id }) => ({ color, id })),
});

const known: readonly KnownPalette[] = [
  { name: "Pascal VOC's palette", codes: vocPalette.map((color, id) => ({ color, id })) },
  ofClasses("Cityscapes' palette", cityscapesClasses("labelIds")),
  ofClasses("Cityscapes' palette of train ids", cityscapesClasses("labelTrainIds")),
  ofClasses("CamVid's palette", segnetClasses()),
  { name: "a ramp of greys", codes: greyCodes },
];

/**
 * Where the palette of indexed labels is a known one whose colours lie at other indices, as programs leave it that number
 * colours by how often they occur (Pillow's quantize, GIF). Both ways must fit: the ids that the colours stand for have
 * names in `named`, one of the sets of ids that have names.
 * @param own the layout's classes, which its palette shows; null without any.
 * @returns null where index and colour agree, where no known palette holds the colours, or where no names depend on it.
 */
export function knownPaletteQuestion(
  seen: SeenLabels,
  own: ClassTable | null,
  named: readonly ReadonlySet<number>[],
  choices: ReadingChoices,
): PaletteReading | null {
  const indices = new Set(seen.entries.map(({ index }) => index));
  const isIndexedOnly = seen.colors.size === 0 && [...seen.ids.keys()].every((id) => indices.has(id));
  if (!isIndexedOnly || seen.entries.length < 2) return null;
  const palettes = [...(own ? [{ ...ofClasses("the layout's palette", own), isOwn: true }] : []), ...known].filter(
    ({ codes }) => codes !== greyCodes || isRow(seen),
  );
  const found = palettes.flatMap((palette) => compared(palette, seen));
  if (found.some(({ isAgreed }) => isAgreed)) return null;
  const best = found.find(
    ({ palette, ids, differing }) =>
      differing.length >= (palette.isOwn ? 1 : 2) &&
      named.some((names) => [...ids.values()].every((id) => id === 255 || names.has(id))),
  );
  if (!best) return null;
  const { palette, ids, differing } = best;
  const [{ index, color }] = differing;
  const example = `Index ${index} has the colour ${rgbToHex(color)}, which is ${ids.get(rgbKey(color))} in ${palette.name}.`;
  const options = [
    {
      value: "colors",
      text: `The palette's colours: index ${index} is id ${ids.get(rgbKey(color))}`,
      why: `${example} Programs that reduce colours number them anew.`,
    },
    {
      value: "ids",
      text: `The indices: index ${index} is id ${index}`,
      why: `${example} The colours may be for show.`,
    },
  ];
  const question = choose("coding", "What tells the classes of indexed labels?", options, "open", choices);
  const counts = new Map<number, number>();
  for (const entry of seen.entries) {
    const id = ids.get(rgbKey(entry.color)) ?? entry.index;
    counts.set(id, (counts.get(id) ?? 0) + entry.count);
  }
  return {
    question,
    seen: { ids: counts, colors: new Map(), entries: [] },
    codec: { colors: palette.codes, indexed: "colors" },
  };
}

interface Compared {
  readonly palette: KnownPalette;
  readonly ids: ReadonlyMap<number, number>;
  readonly isAgreed: boolean;
  readonly differing: readonly { readonly index: number; readonly color: Rgb }[];
}

/** The ids of the colours in use, none where a palette lacks one of them. */
function compared(palette: KnownPalette, { entries }: SeenLabels): Compared[] {
  const idsOf = new Map<number, number[]>();
  for (const { color, id } of palette.codes) idsOf.set(rgbKey(color), [...(idsOf.get(rgbKey(color)) ?? []), id]);
  if (!entries.every(({ color }) => idsOf.has(rgbKey(color)))) return [];
  const ids = new Map(entries.map(({ color }) => [rgbKey(color), (idsOf.get(rgbKey(color)) ?? [0])[0]]));
  const differing = entries.filter(({ index, color }) => !idsOf.get(rgbKey(color))?.includes(index));
  // Black at 0 is the background of any palette.
  const telling = palette.codes === greyCodes ? differing : differing.filter(({ color }) => rgbKey(color) !== 0);
  return [{ palette, ids, isAgreed: differing.length === 0, differing: telling }];
}

/** Greys that could be ids: few and small. Those of palettes that are made to be seen are spread up to 255. */
function isRow({ entries }: SeenLabels): boolean {
  return entries.every(({ color }) => isGrey(color) && color[0] < 2 * entries.length);
}
