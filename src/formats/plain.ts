import { counted } from "../core/counted";
import { createPace } from "../core/pace";
import { type LabelLike, labelSets } from "./labelSets";
import { type Listing, noMeaning, type Reading } from "./layout";
import { extensionOf, folderOf, foldersOf, isPicture, stemOf } from "./paths";
import { cutStem, type Role, roleOfFolders, roleOfWords, splitOf, wordsOf } from "./roleWords";
import { isVocItself, vocClasses } from "./voc";

/** Of folders that no tool or data set lays out so. */
export const plainLayout = "Images and masks";

/** A picture and what its folders and its name say of it. */
interface Placed {
  readonly path: string;
  readonly role: Role | null;
}

/**
 * Images and labels told by words alone: folders named for their part (images/ with masks/), at any depth, splits
 * inside or outside, or names (x.jpg with x_mask.png, mask_000 with img_000); x.png beside x.jpg is its label.
 */
export async function readByRoles(paths: readonly string[]): Promise<Reading | null> {
  const pace = createPace();
  const pictures = paths.filter(isPicture);
  const placed = rolesByWords(pictures);
  await pace();
  const of = (role: Role | null) => placed.flatMap((entry) => (entry.role === role ? [entry.path] : []));
  const labelLike = placed.filter((entry): entry is LabelLike => entry.role !== null && entry.role !== "image");
  if (labelLike.length === 0) return null;
  const unknown = of(null);
  const spoken = of("image");
  // Next to what speaks for itself, other pictures are photographs only in the same folder.
  const folders = new Set(spoken.map(folderOf));
  const images = spoken.length > 0 ? [...spoken, ...unknown.filter((path) => folders.has(folderOf(path)))] : unknown;
  const kept = preferredImages(images, labelLike);
  await pace();
  const sets = await labelSets(kept, labelLike);
  if (sets.length === 0) return null;
  return {
    layout: plainLayout,
    images: kept,
    sets,
    meaning: noMeaning,
    evidence: {
      for: [
        `The names of folders or files tell ${counted(kept.length, "image")} and ${counted(sets[0].labels.length, "label")}.`,
      ],
      against: kept.length === 0 ? ["There are no photographs."] : [],
    },
    score: 0.6,
  };
}

/** Files of one folder that are called alike but for what tells their role. */
interface Sibling {
  readonly path: string;
  readonly affix: string;
  readonly role: Role | null;
}

/** The role of each picture: by its folders, unless its name and a file beside it tell more. */
function rolesByWords(pictures: readonly string[]): Placed[] {
  const root = commonFolders(pictures);
  const siblings = new Map<string, Sibling[]>();
  for (const path of pictures) {
    const { core, affix, role } = cutStem(stemOf(path));
    const key = `${folderOf(path)}/${core}`.toLowerCase();
    const own = siblings.get(key) ?? [];
    own.push({ path, affix: affix.toLowerCase(), role });
    siblings.set(key, own);
  }
  const byFolder = new Map<string, Role | null>();
  const folderRole = (path: string) => {
    const folder = folderOf(path);
    const role = byFolder.has(folder) ? (byFolder.get(folder) ?? null) : roleOfFolders(foldersOf(path).slice(root));
    byFolder.set(folder, role);
    return role;
  };
  const roles = new Map(
    [...siblings.values()].flatMap((own) =>
      own.map((file) => {
        const named = siblings.get(`${folderOf(file.path)}/${stemOf(file.path)}`.toLowerCase()) ?? [];
        // gas_mask.jpg with gas_mask_label.png: its words are part of the photograph's name.
        const isWhole = file.affix !== "" && named.some(({ role }) => role !== null && role !== "image");
        const revised = revisedRole(file, siblings);
        if (revised !== null) return [file.path, revised];
        return [file.path, isWhole ? "image" : roleAmong(file, own, folderRole(file.path))];
      }),
    ),
  );
  return pictures.map((path) => ({ path, role: roles.get(path) ?? null }));
}

/**
 * x_mask_corrected.png beside x_mask.png and x.jpg is another label of x, whatever the word says of it. Null for what is
 * no such file.
 */
function revisedRole({ path, affix }: Sibling, siblings: ReadonlyMap<string, readonly Sibling[]>): Role | null {
  if (affix !== "") return null;
  const parts = stemOf(path).split(/([ _.-]+)/);
  for (let end = parts.length - 2; end > 1; end -= 2) {
    const stem = parts.slice(0, end).join("");
    const { core, role } = cutStem(stem);
    if (role === null || role === "image") continue;
    const own = siblings.get(`${folderOf(path)}/${core}`.toLowerCase()) ?? [];
    const isLabel = (other: Sibling) =>
      stemOf(other.path).toLowerCase() === stem.toLowerCase() && extensionOf(other.path) === extensionOf(path);
    if (!own.some(isLabel) || !own.some((other) => other.affix === "" || other.role === "image")) continue;
    const revised = roleOfWords(wordsOf(stemOf(path).slice(core.length)));
    return revised === "image" ? null : (revised ?? role);
  }
  return null;
}

function roleAmong(file: Sibling, siblings: readonly Sibling[], folder: Role | null): Role | null {
  const others = siblings.filter(({ affix }) => affix !== file.affix);
  const isLabel = ({ role }: Sibling) => role !== null && role !== "image";
  if (others.length > 0 && folder !== "label" && isLabel(file) && siblings.every(isLabel)) {
    // gas_mask.jpg with gas_mask_label.png: the words are part of the photograph's name.
    if (others.every(({ affix }) => affix.startsWith(file.affix))) return "image";
  }
  if (others.length > 0 && file.role !== null) return file.role;
  // In a folder of labels, x_color.png beside x_labelids.png shows the same in colours.
  const inLabels = folder === "label" && file.affix !== "" && others.some(isLabel);
  if (inLabels && roleOfWords([...wordsOf(file.affix), "label"]) === "rendering") return "rendering";
  if (folder !== null) return folder;
  if (others.some(isLabel)) return "image";
  const isJpeg = /^jpe?g$/.test(extensionOf(file.path));
  if (file.role !== null) return isLabel(file) && isJpeg ? null : file.role;
  const extensions = new Set(siblings.map(({ path }) => extensionOf(path)));
  if (extensions.size < 2) return null;
  const hasPhoto = extensions.has("jpg") || extensions.has("jpeg");
  if (hasPhoto) return isJpeg ? "image" : "label";
  return extensionOf(file.path) === "png" ? "label" : null;
}

/** How many folders all paths have in common. */
function commonFolders(paths: readonly string[]): number {
  const [first = "", ...rest] = new Set(paths.map(folderOf));
  const names = first.split("/");
  let shared = first === "" ? 0 : names.length;
  for (const folder of rest) {
    const own = folder.split("/");
    let same = 0;
    while (same < shared && own[same] === names[same]) same += 1;
    shared = same;
  }
  return shared;
}

/** Of several photographs of one scene (RGB, infrared), those that are named for it. */
function preferredImages(images: readonly string[], labels: readonly LabelLike[]): readonly string[] {
  const tail = (path: string) => cutStem(stemOf(path));
  const kinds = new Map<string, string[]>();
  for (const path of images) {
    const kind = tail(path).affix.toLowerCase();
    const own = kinds.get(kind);
    if (own) own.push(path);
    else kinds.set(kind, [path]);
  }
  if (kinds.size < 2 || labels.length === 0) return images;
  const core = (path: string) => `${folderOf(path)}/${tail(path).core}`.toLowerCase();
  const [most, ...others] = [...kinds.values()].sort((a, b) => b.length - a.length);
  const taken = new Set(most.map(core));
  return [...most, ...others.flat().filter((path) => !taken.has(core(path)))];
}

/** The last resort: the files whose content looks like a label are labels. */
export async function readByContent(listing: Listing): Promise<Reading | null> {
  const root = commonFolders(listing.pictures);
  const groups = new Map<string, string[]>();
  for (const path of listing.pictures) {
    const group =
      foldersOf(path)
        .slice(root)
        .find((name) => splitOf(name.toLowerCase()) === null) ?? "";
    const own = groups.get(group);
    if (own) own.push(path);
    else groups.set(group, [path]);
  }
  const labels: LabelLike[] = [];
  for (const paths of groups.values()) {
    const sample = spread(paths, 6);
    const grey = await Promise.all(sample.map((path) => isLabelLike(listing, path)));
    const isAll = grey.every((is) => is === grey[0]);
    const told = isAll ? paths.map(() => grey[0]) : await Promise.all(paths.map((path) => isLabelLike(listing, path)));
    paths.forEach((path, i) => {
      if (told[i]) labels.push({ path, role: "label" });
    });
  }
  const found =
    labels.length === 0
      ? await fewColors(listing, [...groups.values()])
      : await withoutPhotographs(listing, labels, groups);
  const read = await byContent(listing, found);
  const rivals = await flatGroups(listing, groups);
  if (rivals.length < 2) return read;
  // Each of them could be the labels: nothing tells which.
  const ways: { readonly name: string; readonly reading: Reading }[] = [];
  for (const [name, paths] of rivals) {
    const reading = await byContent(
      listing,
      paths.map((path) => ({ path, role: "label" as const })),
    );
    if (reading !== null) ways.push({ name, reading });
  }
  return ways.length < 2 ? read : { ...ways[0].reading, ways };
}

async function byContent(listing: Listing, found: readonly LabelLike[]): Promise<Reading | null> {
  const isLabel = new Set(found.map(({ path }) => path));
  const images = listing.pictures.filter((path) => !isLabel.has(path));
  const sets = await labelSets(images, found);
  if (sets.length === 0) return null;
  return {
    layout: plainLayout,
    images,
    sets,
    meaning: {
      vocColors: false,
      defaultClasses: (seen) => (isVocItself(sets[0].labels, seen) ? vocClasses() : null),
    },
    evidence: {
      for: [
        `By their content, ${found.length} of ${counted(listing.pictures.length, "picture")} ${found.length === 1 ? "is a label" : "are labels"}: grey or indexed, or of few colours.`,
      ],
      against: ["No name tells which pictures are labels."],
    },
    score: 0.35,
  };
}

/**
 * Two folders of which each holds few values, such as scans of one bit a pixel and their labels, or drawings in flat
 * colours: the likelier labels first, which are ids rather than colours, and of more values than black and white.
 */
async function flatGroups(
  listing: Listing,
  groups: ReadonlyMap<string, readonly string[]>,
): Promise<(readonly [name: string, paths: readonly string[]])[]> {
  if (groups.size !== 2) return [];
  const looked = await Promise.all(
    [...groups].map(async ([name, paths]) => {
      const sample = spread(paths, 3);
      const values = Math.max(
        ...(await Promise.all(sample.map(async (path) => (await listing.variety(path)) ?? Number.POSITIVE_INFINITY))),
      );
      return { name, paths, values, isIds: await isLabelLike(listing, sample[0]) };
    }),
  );
  if (looked.some(({ values }) => values > mostClasses)) return [];
  return looked
    .sort((a, b) => Number(a.values < 3) - Number(b.values < 3) || Number(b.isIds) - Number(a.isIds))
    .map(({ name, paths }) => [name || "the folder opened", paths] as const);
}

async function isLabelLike(listing: Listing, path: string): Promise<boolean> {
  const channels = (await listing.header(path))?.channels;
  return channels === "indexed" || channels === "grey";
}

/** More distinct values than this are a photograph's. */
const mostClasses = 100;

/** Where no file is grey or indexed: the groups of files that have few colours. */
async function fewColors(listing: Listing, groups: readonly (readonly string[])[]): Promise<LabelLike[]> {
  const found: LabelLike[] = [];
  for (const paths of groups) {
    const varieties = await Promise.all(spread(paths, 3).map((path) => listing.variety(path)));
    if (varieties.every((count) => count !== null && count <= mostClasses)) {
      found.push(...paths.map((path) => ({ path, role: "label" as const })));
    }
  }
  return found;
}

/** Grey photographs are no labels: where all files of several groups are grey, those with fewer values are. */
async function withoutPhotographs(
  listing: Listing,
  labels: readonly LabelLike[],
  groups: ReadonlyMap<string, readonly string[]>,
): Promise<readonly LabelLike[]> {
  if (labels.length < listing.pictures.length || groups.size < 2) return labels;
  const few = await fewColors(listing, [...groups.values()]);
  return few.length > 0 ? few : labels;
}

function spread(paths: readonly string[], count: number): readonly string[] {
  const step = Math.max(1, Math.floor(paths.length / count));
  return paths.filter((_, at) => at % step === 0).slice(0, count);
}
