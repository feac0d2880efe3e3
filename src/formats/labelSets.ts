import { createPace } from "../core/pace";
import { groupBy } from "./annotations/groupBy";
import type { LabelSet, Listing } from "./layout";
import { pairFiles } from "./pairing";
import { baseName, extensionOf, folderOf, foldersOf, stemOf, withoutExtension } from "./paths";
import { cutStem, placeOfName, type Role, splitOf, wordsOf } from "./roleWords";

/** A picture that shows an annotation. */
export interface LabelLike {
  readonly path: string;
  readonly role: Exclude<Role, "image">;
}

const formOfRole = { label: "ids", rendering: "colors", instances: "instances" } as const;
const order = ["ids", "colors", "instances"] as const;
const whatIs = { ids: "ids of classes", colors: "classes in colours", instances: "ids of single objects" } as const;

/**
 * Sorts label files into sets, of which each holds at most one label a photograph: ids before their colours, classes
 * before single objects, the larger set first. Files that differ in folder or affix but never meet at one photograph
 * (a folder a city) are one set.
 */
export async function labelSets(images: readonly string[], all: readonly LabelLike[]): Promise<LabelSet[]> {
  const pace = createPace();
  const files = withoutLossyTwins(all);
  const spellings = (name: string) => [name.toLowerCase(), placeOfName(name)].filter((word) => word !== "");
  const [ofImages, ofLabels] = [images, files.map(({ path }) => path)].map(
    (paths) => new Set([...new Set(paths.map(foldersOf))].flatMap((folders) => folders.flatMap(spellings))),
  );
  // By folder: thousands of files lie in few.
  const shared = byFolder((name) => {
    const word = spellings(name).find((each) => ofImages.has(each) && ofLabels.has(each)) ?? placeOfName(name);
    return splitOf(word) ?? (ofImages.has(word) && ofLabels.has(word) ? word : []);
  });
  const ownOf = byFolder((name) =>
    ofImages.has(name.toLowerCase()) || splitOf(name.toLowerCase()) !== null ? [] : name,
  );
  const keys = new Set(
    images.flatMap((path) => [stemOf(path), cutStem(stemOf(path)).core].map((stem) => keyOf(shared(path), stem))),
  );
  const groups = new Map<string, Group>();
  const partners = partnersByRule(images, files, (path) => coreAmong(keys, shared(path), stemOf(path)).core !== null);
  await pace();
  for (const { path, role } of files) {
    await pace();
    const known = coreAmong(keys, shared(path), stemOf(path));
    const image = partners.get(path)?.image;
    const core = known.core ?? (image === undefined ? null : keyOf(shared(image), stemOf(image)));
    const affix = known.core === null ? (partners.get(path)?.affix ?? known.affix) : known.affix;
    const own = ownOf(path);
    const signature = [role, own.join("/").toLowerCase(), affix.toLowerCase()].join("|");
    const group = groups.get(signature) ?? { role, name: nameOf(own, affix), labels: [], keys: new Set() };
    groups.set(signature, group);
    group.labels.push(path);
    // By another extension, x.jpg and x.png in one folder are two forms of one label; so are x_ids.png and x_color.png.
    const form = cutStem(stemOf(path));
    group.keys.add(core ?? (form.affix === "" ? path : `${folderOf(path)}/${form.core.toLowerCase()}/`));
  }
  const sets = merged([...groups.values()]);
  const names = sets.map(({ name }) => name);
  const sorted = sets
    .map(
      ({ role, name, labels }): LabelSet => ({ name, labels, form: formOfRole[role], what: whatIs[formOfRole[role]] }),
    )
    .sort(
      (a, b) =>
        order.indexOf(a.form) - order.indexOf(b.form) ||
        Number(isFieldOfView(a, names)) - Number(isFieldOfView(b, names)) ||
        Number(ofClasses.test(b.name)) - Number(ofClasses.test(a.name)) ||
        b.labels.length - a.labels.length ||
        Number(ofAll.test(b.name)) - Number(ofAll.test(a.name)) ||
        Number(isNamedLabel(b)) - Number(isNamedLabel(a)) ||
        extensionRank(a) - extensionRank(b) ||
        a.name.localeCompare(b.name, "en", { numeric: true }),
    );
  // Sets are chosen by name: a second one of a name is told by its first file (masks/2.png and masks/2 (1).png).
  return sorted.map((set, at) => {
    const isSecond = sorted.findIndex(({ name }) => name === set.name) < at;
    return isSecond ? { ...set, name: `${set.name} (${baseName(set.labels[0])})` } : set;
  });
}

/** What each folder of a path becomes, worked out once for all files of a folder. */
function byFolder(become: (name: string) => string | readonly string[]): (path: string) => readonly string[] {
  const known = new Map<readonly string[], readonly string[]>();
  return (path) => {
    const folders = foldersOf(path);
    const made = known.get(folders) ?? folders.flatMap(become);
    known.set(folders, made);
    return made;
  };
}

/** "x_gt_labelIds" rather than "x_gt_invGray": the end of its files' names says that they are labels. */
function isNamedLabel({ labels }: Pick<LabelSet, "labels">): boolean {
  return cutStem(stemOf(labels[0])).role === "label";
}

interface Partner {
  readonly image: string;
  /** What its name adds to the photograph's, where the folder holds several labels of each. */
  readonly affix?: string;
}

/**
 * The photographs of labels whose names do not begin or end with theirs (21_manual1 and 21_training), folder by folder by
 * the rule that their names follow, and by another one for those that are left over: x_gt_labelIds and x_gt_invGray both
 * go with x_rgb_anon.
 */
function partnersByRule(
  images: readonly string[],
  files: readonly LabelLike[],
  isTold: (path: string) => boolean,
): ReadonlyMap<string, Partner> {
  const byFolder = groupBy(
    files.filter(({ path }) => !isTold(path)),
    ({ path }) => folderOf(path),
  );
  const partners = new Map<string, Partner>();
  if (byFolder.size >= mostFolders) return partners;
  for (const own of byFolder.values()) {
    let left = own.map(({ path }) => path);
    for (let round = 0; round < mostForms && left.length > 0; round += 1) {
      const { pairs } = pairFiles({ images, labels: left }, { byNameOnly: true });
      if (pairs.length === 0) break;
      const labels = new Set(pairs.map(({ label }) => label));
      left = left.filter((path) => !labels.has(path));
      const areSeveral = round > 0 || left.length > 0;
      for (const { image, label } of pairs)
        partners.set(label, { image, ...(areSeveral ? { affix: addedTo(stemOf(image), stemOf(label)) } : {}) });
    }
  }
  return partners;
}

/** What follows the words that a label's name has in common with its photograph's. */
function addedTo(image: string, label: string): string {
  const parts = label.match(runs) ?? [];
  let shared = "";
  for (const part of parts) {
    if (!image.startsWith(shared + part)) break;
    shared += part;
  }
  return `\u0000${label.slice(shared.length)}`;
}

const runs = /\p{L}+|\p{N}+|[^\p{L}\p{N}]+/gu;

/** More labels of one photograph than these are not told apart. */
const mostForms = 4;

/** Each costs a pairing of all images. */
const mostFolders = 20;

/** A JPEG beside a file of its name that is stored without loss is what that was made from: an edit of it goes there. */
function withoutLossyTwins(files: readonly LabelLike[]): readonly LabelLike[] {
  const isLossy = (path: string) => /^jpe?g$/.test(extensionOf(path));
  const exact = new Set(files.filter(({ path }) => !isLossy(path)).map(({ path }) => withoutExtension(path)));
  return files.filter(({ path }) => !isLossy(path) || !exact.has(withoutExtension(path)));
}

interface Group {
  readonly role: LabelLike["role"];
  name: string;
  readonly labels: string[];
  readonly keys: Set<string>;
}

function merged(groups: readonly Group[]): Group[] {
  const sets: Group[] = [];
  for (const group of [...groups].sort((a, b) => b.labels.length - a.labels.length)) {
    const home = sets.find((set) => {
      const meeting = [...group.keys].filter((key) => set.keys.has(key)).length;
      return set.role === group.role && meeting === 0;
    });
    if (!home) sets.push(group);
    else {
      home.labels.push(...group.labels);
      for (const key of group.keys) home.keys.add(key);
      home.name = commonName(home.name, group.name);
    }
  }
  return sets;
}

function keyOf(place: readonly string[], stem: string): string {
  return [...place, stem.toLowerCase()].join("/");
}

/** The photograph's name within a label's, cut at the ends of words, and what is left of it; null where none fits. */
function coreAmong(
  keys: ReadonlySet<string>,
  place: readonly string[],
  stem: string,
): { core: string | null; affix: string } {
  const known = cutStem(stem);
  const found = (core: string) => {
    const key = keyOf(place, core);
    return core !== "" && keys.has(key) ? { core: key, affix: stem.replace(core, "\u0000") } : null;
  };
  const whole = found(stem) ?? found(known.core);
  if (whole) return whole;
  const parts = stem.match(runs) ?? [];
  for (let cut = parts.length - 1; cut > 0; cut -= 1) {
    const part = found(parts.slice(0, cut).join("")) ?? found(parts.slice(-cut).join(""));
    if (part) return part;
  }
  return { core: null, affix: known.affix };
}

function nameOf(folders: readonly string[], affix: string): string {
  const tail = affix.replace("\u0000", "").replace(/^[ _.-]+|[ _.-]+$/g, "");
  return [...folders, ...(tail ? [tail] : [])].join("/") || "labels";
}

/** What two names begin with, folder by folder; the first where they have nothing in common. */
function commonName(a: string, b: string): string {
  const [left, right] = [a.split("/"), b.split("/")];
  const shared = left.filter((name, at) => right[at] === name);
  return shared.length > 0 ? shared.join("/") : a;
}

/**
 * Beside what was drawn by hand, "mask" is the part of the picture that was looked at, as in photographs of the retina
 * (DRIVE, HRF: 1st_manual with mask); so are "fov" and "roi" beside anything.
 */
function isFieldOfView({ name }: Pick<LabelSet, "name">, all: readonly string[]): boolean {
  const words = wordsOf(name);
  const byHand = /^(manual|manuals|gt|groundtruth|vessels?|av)$/;
  return (
    words.some((word) => /^(fov|roi)$/.test(word)) ||
    (words.some((word) => /^masks?$/.test(word)) &&
      !words.some((word) => byHand.test(word)) &&
      all.some((other) => other !== name && wordsOf(other).some((word) => /^manuals?$|^vessels?$/.test(word))))
  );
}

/** "all_objects" rather than "class_person". */
const ofAll = /(^|[^a-z])all([^a-z]|$)/i;

/** "label_semantic" rather than "label", which may number objects. */
const ofClasses = /(^|[^a-z])semantics?([^a-z]|$)/i;

/** Whether nothing but the order of names puts the first set before the second. */
export function isTied([first, second]: readonly LabelSet[]): boolean {
  return (
    second !== undefined &&
    first.form === second.form &&
    first.labels.length === second.labels.length &&
    isFieldOfView(first, [second.name]) === isFieldOfView(second, [first.name]) &&
    ofAll.test(first.name) === ofAll.test(second.name) &&
    ofClasses.test(first.name) === ofClasses.test(second.name) &&
    extensionRank(first) === extensionRank(second)
  );
}

/** Where two sets are equal otherwise, the one that is stored without loss. */
function extensionRank({ labels }: LabelSet): number {
  return /^jpe?g$/.test(extensionOf(labels[0])) ? 1 : 0;
}

/** Files that are decoded to find out whether one set is a rendering of another. */
const proofs = 3;

/**
 * Looks into the sets whose names do not tell which is the id raster and which its rendering: a set in colours that
 * always follows from a grey one is its rendering.
 */
export async function withRenderings(listing: Listing, sets: readonly LabelSet[]): Promise<readonly LabelSet[]> {
  if (sets.filter(({ form }) => form === "ids").length < 2) return sets;
  const channels = await Promise.all(
    sets.map(async ({ labels }) => (await listing.header(labels[0]))?.channels ?? null),
  );
  const ids = sets.find((set, at) => set.form === "ids" && (channels[at] === "grey" || channels[at] === "indexed"));
  if (!ids) return sets;
  const byName = new Map(ids.labels.map((path) => [nameKey(path), path]));
  const told = await Promise.all(
    sets.map(async (set, at) => {
      if (set === ids || set.form !== "ids" || channels[at] !== "rgb") return set;
      const both = set.labels.flatMap((path) => {
        const other = byName.get(nameKey(path));
        return other === undefined ? [] : [[path, other] as const];
      });
      const follows = await Promise.all(
        both.slice(0, proofs).map(([path, other]) => listing.isFunctionOf(path, other)),
      );
      const isRendering = follows.length > 0 && follows.every((is) => is === true);
      return isRendering ? { ...set, form: "colors" as const, what: `a rendering of ${ids.name}` } : set;
    }),
  );
  return [...told].sort((a, b) => order.indexOf(a.form) - order.indexOf(b.form));
}

function nameKey(path: string): string {
  return cutStem(stemOf(path)).core.toLowerCase();
}
