import { affixRules, anyAffixes, knownAffixes, type NameRule, sameName } from "./affixes";
import { baseName, extensionOf, isPicture, stemOf, withoutExtension } from "./paths";
import { agree, type Place, placesOf } from "./places";

/** Images joined to their labels, and what is left over. */
export interface Pairing {
  readonly pairs: readonly Pair[];
  readonly lonelyImages: readonly string[];
  readonly lonelyLabels: readonly string[];
  /** Files whose name fits a pair that is already complete. */
  readonly doubles: readonly { readonly path: string; readonly takenBy: string }[];
  /** Files that could go with several, which are left out for that: which ones. */
  readonly ambiguous: readonly { readonly path: string; readonly others: readonly string[] }[];
  /** By what names are joined, as a sentence: "x_segmentation.png goes with x.jpg." */
  readonly rule: string;
  /** Whether names leave no doubt about it. */
  readonly isClear: boolean;
}

interface Pair {
  readonly image: string;
  readonly label: string;
}

interface Entry {
  readonly path: string;
  readonly place: Place;
  /** The place as a key. */
  readonly at: string;
  readonly stem: string;
}

/** Why a file is left out: it could go with several, in one place or across places. */
interface Doubt {
  readonly others: readonly string[];
  readonly isAcross: boolean;
}

interface Sides {
  readonly images: readonly Entry[];
  readonly labels: readonly Entry[];
}

/**
 * Joins images and labels that lie at the same place (see {@link placesOf}) and have the same name, once a constant
 * prefix or suffix is cut off: which, the files themselves tell. A file that could go with several goes with none. One
 * image and one label are a pair whatever they are called, unless `byNameOnly`.
 */
export function pairFiles(files: Files, { byNameOnly = false } = {}): Pairing {
  const sides = sidesOf(files);
  const known = byNameOnly ? anyAffixes : knownAffixes;
  return pairBy(sides, rankedRules(sides, known)[0], known, byNameOnly);
}

/**
 * The same pairing, and behind it others that the user may have meant: by rules that come next and join at least half as
 * many files in another way, and by the order of names where there are as many images as labels but names leave doubt.
 */
export function pairings(files: Files): readonly Pairing[] {
  const sides = sidesOf(files);
  const rules = rankedRules(sides, knownAffixes);
  const best = pairBy(sides, rules[0], knownAffixes, false);
  const found = [best];
  const isNew = ({ pairs }: Pairing) =>
    2 * pairs.length >= best.pairs.length && !found.some((other) => isSame(other.pairs, pairs));
  for (const rule of rules.slice(1, 1 + runnersUp)) {
    const next = pairBy(sides, rule, knownAffixes, false);
    if (isNew(next)) found.push(next);
  }
  const isDoubtful = !best.isClear || best.pairs.length < Math.max(files.images.length, files.labels.length);
  const ordered = isDoubtful ? byOrder(sides) : null;
  if (ordered !== null && isNew(ordered)) found.push(ordered);
  return found;
}

const runnersUp = 3;

function isSame(a: readonly Pair[], b: readonly Pair[]): boolean {
  const key = ({ image, label }: Pair) => `${image}\n${label}`;
  const known = new Set(a.map(key));
  return a.length === b.length && b.every((pair) => known.has(key(pair)));
}

/** The first image with the first label and so on, at each place as many of both; null where numbers differ. */
function byOrder({ images, labels }: Sides): Pairing | null {
  const [imagesAt, labelsAt] = [images, labels].map((side) => groupBy(side, ({ at }) => at));
  const pairs: Pair[] = [];
  for (const [at, own] of labelsAt) {
    const other = imagesAt.get(at);
    if (other?.length !== own.length || imagesAt.size !== labelsAt.size) return null;
    const [first, second] = [other, own].map((side) => side.map(({ path }) => path).sort(naturally));
    for (const [i, image] of first.entries()) pairs.push({ image, label: second[i] });
  }
  const rule = "In the order of their names, whatever these are.";
  return { ...nothingLeft, pairs, rule, isClear: false };
}

const naturally = new Intl.Collator("en", { numeric: true }).compare;
const nothingLeft = { lonelyImages: [], lonelyLabels: [], doubles: [], ambiguous: [] } as const;

interface Files {
  readonly images: readonly string[];
  readonly labels: readonly string[];
}

interface SidesFolded extends Sides {
  readonly fold: (stem: string) => string;
}

function sidesOf({ images, labels }: Files): SidesFolded {
  const place = placesOf(images, labels);
  const fold = folding(images, labels);
  const entry = (path: string): Entry => {
    const own = place(path);
    return { path, place: own, at: own.join("/"), stem: fold(stemOf(path)) };
  };
  return { images: [...images].sort().map(entry), labels: [...labels].sort().map(entry), fold };
}

function pairBy(sides: SidesFolded, rule: NameRule, known: NameRule, byNameOnly: boolean): Pairing {
  const { images, labels, fold } = sides;
  const paired = new Map<string, string>();
  const ambiguous = new Map<string, Doubt>();
  let isClear = rule.isPlain;
  for (const { image, label } of wholeNames(sides)) join(paired, image, label);
  for (const next of [rule, sameName, known]) {
    for (const { image, label } of joined(sides, next, paired, ambiguous)) join(paired, image, label);
  }
  const wasAmbiguous = ambiguous.size > 0;
  const byNumber = joined(sides, withoutPadding(rule), paired, ambiguous);
  if (byNumber.length > 0 && !wasAmbiguous) {
    for (const { image, label } of byNumber) join(paired, image, label);
    isClear = false;
  }
  const [one, other] = [sides.images[0], sides.labels[0]];
  if (!byNameOnly && images.length === 1 && labels.length === 1 && paired.size === 0 && agree(one.place, other.place)) {
    join(paired, one.path, other.path);
    isClear = false;
  }
  const pairs = sides.labels.flatMap(({ path }) => {
    const image = paired.get(path);
    return image === undefined ? [] : [{ image, label: path }];
  });
  const left = (side: readonly Entry[]) => side.filter(({ path }) => !paired.has(path) && !ambiguous.has(path));
  const doubles = (["images", "labels"] as const).flatMap((side) =>
    doublesOf(sides[side], side, [rule, sameName, known], paired, left),
  );
  const isDouble = new Set(doubles.map(({ path }) => path));
  const lonely = (side: readonly Entry[]) => left(side).flatMap(({ path }) => (isDouble.has(path) ? [] : [path]));
  return {
    pairs,
    lonelyImages: lonely(sides.images),
    lonelyLabels: lonely(sides.labels),
    doubles,
    ambiguous: [...ambiguous].filter(([path]) => !paired.has(path)).map(([path, { others }]) => ({ path, others })),
    rule: stated(pairs, fold),
    isClear,
  };
}

/** x.jpg.png belongs to x.jpg and to no x.png beside it: the whole name tells. */
function wholeNames({ images, labels }: Sides): Pair[] {
  const doubled = labels.filter(({ path }) => isPicture(withoutExtension(path)));
  if (doubled.length === 0) return [];
  const byName = groupBy(images, ({ path }) => baseName(path));
  const labelsBy = groupBy(doubled, ({ at, path }) => `${at}/${withoutExtension(baseName(path))}`);
  return [...labelsBy.values()].flatMap(([label, ...more]) => {
    const fitting = (byName.get(withoutExtension(baseName(label.path))) ?? []).filter(({ place }) =>
      agree(place, label.place),
    );
    return fitting.length === 1 && more.length === 0 ? [{ image: fitting[0].path, label: label.path }] : [];
  });
}

function join(paired: Map<string, string>, image: string, label: string): void {
  paired.set(image, label);
  paired.set(label, image);
}

/** Case does not count, nor how accents are stored, unless files differ by that alone. */
function folding(images: readonly string[], labels: readonly string[]): (stem: string) => string {
  const plain = (text: string) => text.normalize("NFC");
  const isDistinct = [images, labels].every(
    (paths) => new Set(paths.map((path) => plain(path).toLowerCase())).size === new Set(paths.map(plain)).size,
  );
  return isDistinct ? (stem) => plain(stem).toLowerCase() : plain;
}

/** The rules by how much they join; one that is derived must explain all or nearly all files, or speak of the role. */
function rankedRules(sides: Sides, known: NameRule): readonly NameRule[] {
  const few = sampleOf(sides);
  const least = Math.min(few.images.length, few.labels.length);
  const rate = (rule: NameRule) => ({ rule, count: joined(few, rule, new Map(), new Map()).length });
  const plain = [sameName, known].map(rate);
  if (plain[0].count === least) return [sameName, known];
  const stems = (side: readonly Entry[]) => [...new Set(side.map(({ stem }) => stem))];
  const derived = affixRules(stems(sides.images), stems(sides.labels)).map(rate);
  const explains = ({ rule, count }: { rule: NameRule; count: number }) =>
    rule.isPlain ? count >= least / 2 : count >= 2 && least - count <= Math.max(1, least / 10);
  return [...plain, ...derived.filter(explains)]
    .sort((a, b) => b.count - a.count || a.rule.length - b.rule.length)
    .map(({ rule }) => rule);
}

/** Names beyond this tell nothing new of a rule. */
const sampled = 400;

/** Of many labels some, with all images. */
function sampleOf({ images, labels }: Sides): Sides {
  const step = Math.max(1, Math.floor(labels.length / sampled));
  return { images, labels: labels.filter((_, at) => at % step === 0) };
}

/**
 * The pairs that a rule makes of what is not paired yet: at equal places, else at places that agree, one image and one
 * label each. What it cannot decide is added to `ambiguous`.
 */
function joined(
  { images, labels }: Sides,
  rule: NameRule,
  paired: ReadonlyMap<string, string>,
  ambiguous: Map<string, Doubt>,
): Pair[] {
  const closed = new Set([...paired.keys(), ...ambiguous.keys()]);
  const isOpen = ({ path }: Entry) => !closed.has(path);
  if (!images.some(isOpen) || !labels.some(isOpen)) return [];
  const labelsOf = groupBy(labels, (entry) => rule.label(entry.stem));
  const imagesOf = groupBy(images, (entry) => {
    const core = rule.image(entry.stem);
    return core !== null && labelsOf.has(core) ? core : null;
  });
  const pairs: Pair[] = [];
  const loose: Pair[] = [];
  let isDoubtful = [...ambiguous.values()].some(({ isAcross }) => isAcross);
  for (const [core, ownLabels] of labelsOf) {
    const ownImages = imagesOf.get(core);
    if (ownImages === undefined) continue;
    const [imagesAt, labelsAt] = [ownImages, ownLabels].map((side) => groupBy(side, ({ at }) => at));
    for (const label of ownLabels.filter(isOpen)) {
      const exact = imagesAt.get(label.at);
      const fitting = exact ?? ownImages.filter((image) => agree(image.place, label.place));
      const open = fitting.filter(isOpen);
      if (open.length === 0) continue;
      const rivals = exact
        ? (labelsAt.get(label.at) ?? [])
        : ownLabels.filter((other) => agree(other.place, open[0].place));
      if (fitting.length === 1 && rivals.length === 1) {
        (exact ? pairs : loose).push({ image: open[0].path, label: label.path });
        continue;
      }
      if (exact && open.length < fitting.length) continue;
      if (!exact) isDoubtful = true;
      const doubt = (others: readonly Entry[]): Doubt => ({ others: others.map(({ path }) => path), isAcross: !exact });
      ambiguous.set(label.path, doubt(fitting));
      for (const image of open) ambiguous.set(image.path, doubt(rivals));
    }
  }
  // Names that start anew in each folder tell nothing across folders, not even those that occur once.
  return isDoubtful ? pairs : [...pairs, ...loose];
}

function groupBy(entries: readonly Entry[], key: (entry: Entry) => string | null): Map<string, Entry[]> {
  const groups = new Map<string, Entry[]>();
  for (const entry of entries) {
    const name = key(entry);
    if (name === null) continue;
    const group = groups.get(name);
    if (group) group.push(entry);
    else groups.set(name, [entry]);
  }
  return groups;
}

/** The rule with numbers taken for what they count: 1 and 001 are equal. */
function withoutPadding(rule: NameRule): NameRule {
  const bare = (core: string | null) => core?.replace(/0*(\p{N}+)/gu, "$1") ?? null;
  return { ...rule, image: (stem) => bare(rule.image(stem)), label: (stem) => bare(rule.label(stem)) };
}

/** What is left over on one side and fits a pair that is complete. */
function doublesOf(
  side: readonly Entry[],
  name: keyof Sides,
  rules: readonly NameRule[],
  paired: ReadonlyMap<string, string>,
  left: (side: readonly Entry[]) => readonly Entry[],
): { path: string; takenBy: string }[] {
  const cut = name === "images" ? "image" : "label";
  const keys = (entry: Entry) =>
    rules.flatMap((each) => {
      const core = each[cut](entry.stem);
      return core === null ? [] : [`${entry.at}/${core}`];
    });
  if (left(side).length === 0) return [];
  const complete = side.filter(({ path }) => paired.has(path));
  const taken = new Map(complete.flatMap((entry) => keys(entry).map((key) => [key, entry.path] as const)));
  return left(side).flatMap((entry) => {
    const takenBy = keys(entry)
      .map((key) => taken.get(key))
      .find((path) => path !== undefined);
    return takenBy === undefined ? [] : [{ path: entry.path, takenBy }];
  });
}

/** The rule in words, shown by a pair: what both names share is written "x". */
function stated(pairs: readonly Pair[], fold: (stem: string) => string): string {
  if (pairs.length === 0) return "No names go together.";
  const { image, label } = pairs[0];
  const [a, b] = [stemOf(image), stemOf(label)];
  const core = longestCommon(fold(a), fold(b)).replace(/^[ _.-]+|[ _.-]+$/g, "");
  const show = (path: string, stem: string) => {
    const at = fold(stem).indexOf(core);
    const name = core === "" ? stem : `${stem.slice(0, at)}x${stem.slice(at + core.length)}`;
    const double = baseName(path).slice(stem.length);
    return `${name}${double || `.${extensionOf(path)}`}`;
  };
  return `${show(label, b)} goes with ${show(image, a)}.`;
}

/** The longest text that both contain, at the ends of words. */
function longestCommon(a: string, b: string): string {
  for (let length = Math.min(a.length, b.length); length > 0; length -= 1) {
    for (let at = 0; at + length <= a.length; at += 1) {
      const part = a.slice(at, at + length);
      const edge = (text: string) => {
        const i = text.indexOf(part);
        return (
          i >= 0 &&
          !/\p{L}\p{L}|\p{N}\p{N}/u.test(`${text[i - 1] ?? " "}${part[0]}`) &&
          !/\p{L}\p{L}|\p{N}\p{N}/u.test(`${part.at(-1) ?? " "}${text[i + length] ?? " "}`)
        );
      };
      if (/[\p{L}\p{N}]/u.test(part) && edge(a) && edge(b)) return part;
    }
  }
  return "";
}
