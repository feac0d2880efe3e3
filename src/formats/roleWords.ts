import { memo } from "./memo";

/** What the words in a folder's or a file's name say of the pictures under it. */
export type Role = "image" | "label" | "rendering" | "instances";

const imageWord =
  /^(images?|imgs?|jpegimages|rgb|photos?|photographs?|pictures?|pics?|inputs?|sat|originals?|orig|raw|stills|frames?|bilder)$/;
const labelWord =
  /^(masks?|labels?|label(l)?ed|annotations?|annotated|annots?|ann|anns|gt|gts|ground|truth|groundtruth|segmentations?|segmentationclass|segmented|segs?|sem|semantic|semantics|targets?|trainids?|labelids?|labelmaps?|trimaps?|manuals?|vessels?|lesions?|masken?)$/;
const renderingWord =
  /^(colou?rs?|colou?red|colou?rmaps?|colou?rized|human|visuali[sz]ations?|vis|viz|overlays?|previews?|palette)$/;
const instanceWord = /^(instances?|instanceids|inst|objects?|panoptic|pan|polygons?|parts?)$/;
/** Words of colour, which are photographs unless a label is spoken of beside them. */
const colorWord = /^(rgb|colou?rs?|colou?red)$/;
/** Say nothing by themselves. */
const filler = /^(dir|dirs|folder|data|files?)$/;

/** Splits and their spellings; a folder of one of them never goes with a folder of another. */
const splits: Readonly<Record<string, string>> = {
  train: "train",
  training: "train",
  val: "val",
  valid: "val",
  validation: "val",
  test: "test",
  testing: "test",
  dev: "dev",
  trainval: "trainval",
};

/** The split that a word stands for, or null. */
export function splitOf(word: string): string | null {
  return Object.hasOwn(splits, word) ? splits[word] : null;
}

/** A name's words in lower case: `SegmentationClass`, `masks_machine`, `trainannot` and `images2` have two each. */
export function wordsOf(name: string): readonly string[] {
  const glued =
    /^(train|training|val|valid|validation|test|testing)(annot|annotations?|labels?|masks?|gt|images?|imgs?)$/i;
  const annotated = /^(.{3,})(annot)$/i;
  return name
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .replace(/([A-Z])([A-Z][a-z])/g, "$1 $2")
    .replace(/([A-Za-z])(\d)|(\d)([A-Za-z])/g, "$1$3 $2$4")
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "")
    .map((word) => word.toLowerCase())
    .flatMap((word) => glued.exec(word)?.slice(1) ?? annotated.exec(word)?.slice(1) ?? [word]);
}

function isRoleWord(word: string): boolean {
  return [imageWord, labelWord, renderingWord, instanceWord].some((words) => words.test(word));
}

/** The role that words speak of; null where they speak of none. Labels of objects and in colours are told apart. */
export function roleOfWords(words: readonly string[]): Role | null {
  const has = (kind: RegExp) => words.some((word) => kind.test(word));
  // CIHP's Category_ids, and Human_ids, which number the people in a picture.
  if (has(/^ids?$/) && has(/^(category|categories|class|classes|human|person)$/)) {
    return has(/^(human|person)$/) ? "instances" : "label";
  }
  // "frames with annotations" are frames.
  if (has(labelWord) && !(has(imageWord) && words.includes("with"))) {
    if (has(renderingWord) || has(colorWord)) return "rendering";
    return has(instanceWord) && !has(/^all$/) ? "instances" : "label";
  }
  if (has(/^(instances?|instanceids|inst|panoptic)$/)) return "instances";
  if (has(/^(colou?rmaps?|visuali[sz]ations?|viz|overlays?|previews?)$/)) return "rendering";
  return has(imageWord) ? "image" : null;
}

/** The words of a name that are left when those of its role are taken away. */
export const placeOfName = memo((name: string): string =>
  wordsOf(name)
    .filter((word) => !isRoleWord(word) && !filler.test(word))
    .map((word) => splitOf(word) ?? word)
    .join(" "),
);

/**
 * The role of files by the folders that lead to them, from the top: the deepest one that speaks counts. Below a label
 * folder, "rgb", "color" or "human" mean a rendering, "objects" or "panoptic" instances.
 */
export function roleOfFolders(folders: readonly string[]): Role | null {
  const spoken = folders.map(wordsOf);
  const roles = spoken.map(roleOfWords);
  for (let at = folders.length - 1; at >= 0; at -= 1) {
    const above = roles.slice(0, at).some((role) => role !== null && role !== "image");
    const modified = above ? roleOfWords([...spoken[at], "label"]) : null;
    if (modified !== null && modified !== "label") return modified;
    if (roles[at] !== null) return roles[at];
  }
  return null;
}

/** A stem cut into what tells its role, at its start or end, and the rest. */
export interface CutStem {
  readonly core: string;
  /** The affix that tells the role, with its separator: "_mask", "img_"; "" where there is none. */
  readonly affix: string;
  readonly role: Role | null;
}

/** Single letters and abbreviations that tell a role only at the end of a name. */
const shortTail = /^(l|p|m)$/i;

/** Cuts the role's words off a stem: `x_mask`, `mask_000`, `x_gtFine_labelIds`, `x-labelled`, `x_leftImg8bit`. */
export function cutStem(stem: string): CutStem {
  const parts = stem.split(/([ _.-]+)/);
  let end = parts.length;
  while (end > 0 && (speaks(parts[end - 1]) || (end === parts.length && end > 1 && shortTail.test(parts[end - 1]))))
    end -= 2;
  if (end < parts.length) {
    const core = parts.slice(0, Math.max(end, 0)).join("");
    const affix = stem.slice(core.length);
    return { core, affix, role: roleOfAffix(affix) };
  }
  let start = 0;
  while (start < parts.length && speaks(parts[start])) start += 2;
  if (start === 0) return { core: stem, affix: "", role: null };
  const core = parts.slice(start).join("");
  const affix = stem.slice(0, stem.length - core.length);
  return { core, affix, role: roleOfAffix(affix) };
}

/** Names repeat the same few words thousands of times; numbers, of which there are many, are never asked for. */
const speaksOfRole = memo((part: string): boolean => {
  const words = wordsOf(part);
  return (
    /^(gtFine|gtCoarse|leftImg8bit|cp)$/i.test(part) ||
    /^(label|labelTrain|instance|instanceTrain|train|category|class|human)_?Ids?$/i.test(part) ||
    (words.length > 0 && words.every(isRoleWord))
  );
});

function speaks(part: string): boolean {
  return /^\D/.test(part) && speaksOfRole(part);
}

const roleOfAffix = memo((affix: string): Role | null => {
  const words = wordsOf(affix);
  return words.length === 1 && /^[lpm]$/.test(words[0]) ? "label" : roleOfWords(words);
});
