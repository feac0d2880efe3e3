import { type FileRoles, type Layout, rolesByFolder } from "./layout";
import { baseName, extensionOf, folderOf, isPicture, pairName } from "./paths";
import { isVocItself, vocClasses } from "./voc";

const imageFolder = /^(images?|imgs?|jpegimages|rgb|photos?|pictures|inputs?)$/i;
const labelFolder =
  /^(masks?|labels?|annotations?|annots?|gt|ground_?truth|segmentations?|segmentationclass|segs?|semantic|targets?)$/i;
const labelSuffix = /_(labels?|masks?|seg|gt|L)$/i;

const plainRoles = { layout: "Images and masks", vocColors: false, defaultClasses: () => null } as const;

/** Folders named for their part: images/ with masks/, labels/ or annotations/, at any depth, splits inside or outside. */
export const plainFolders: Layout = (paths) => {
  const files = rolesByFolder(paths, (folder) => {
    if (imageFolder.test(folder)) return { role: "image", common: "" };
    return labelFolder.test(folder) ? { role: "label", common: "" } : null;
  });
  return files.labels.length > 0 ? { ...plainRoles, ...files } : null;
};

/** Images and labels side by side in one folder: x.jpg with x.png, or x.png with x_mask.png. */
export const plainSideBySide: Layout = (paths) => {
  const pictures = paths.filter(isPicture);
  const photos = new Set(pictures.filter((path) => extensionOf(path) !== "png").map((path) => pairName(path, false)));
  const isLabel = (path: string) =>
    extensionOf(path) === "png" &&
    (labelSuffix.test(baseName(path).replace(/\.png$/i, "")) || photos.has(pairName(path, false)));
  const labels = pictures.filter(isLabel);
  if (labels.length === 0) return null;
  return { ...plainRoles, images: pictures.filter((path) => !isLabel(path)), labels, commonPath: (path) => path };
};

/** The last resort: the files whose content looks like a label are labels, and pair by name alone. */
export function rolesByContent(paths: readonly string[], looksLikeLabel: (path: string) => boolean): FileRoles | null {
  const pictures = paths.filter(isPicture);
  const labels = pictures.filter(looksLikeLabel);
  if (labels.length === 0) return null;
  const folders = new Set(pictures.map(folderOf));
  return {
    ...plainRoles,
    images: pictures.filter((path) => !looksLikeLabel(path)),
    labels,
    commonPath: folders.size > 1 ? baseName : (path) => path,
    defaultClasses: (seen) => (isVocItself(labels, seen) ? vocClasses() : null),
  };
}
