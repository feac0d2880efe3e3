import type { ChosenReading } from "../formats/chooseReading";
import { baseName, extensionOf, isPicture, withoutExtension } from "../formats/paths";
import { cutStem } from "../formats/roleWords";
import type { Problem } from "./types";

/** Types that photographs, scans and volumes have, and that are not read. */
const photographTypes =
  /^(hei[cf]s?|hif|dng|cr[23w]|nef|arw|srw|orf|rw2|raf|pef|jp[2xcm]|j2[kc]|jpeg2000|jxl|jxr|dcm|dicom|ima|nii|mgz|mh[ad]|nrrd|npy|npz|p[bgnpa]m|pfm|exr|svs|ndpi|mrxs|scn|vsi|czi|lif|nd2|oib|psd|xcf|ecw|sid|img|tga|pcx|dds|ico|mpo)$/;
/** Types that lie beside pictures and show nothing. */
const otherTypes =
  /^(|json\w*|geojson|xml|txt|csv|tsv|ya?ml|toml|md|html?|pbtxt|names|cfg|ini|log|py|ipynb|lst|list|tab|dat|hdr|shp|shx|dbf|prj|cpg|qml|qgz|sld|[tjpb]gw|wld|\w{1,4}w|ovr|xmp|thm|aae|zip|tar|gz|svg|pdf|mp4|mov|avi|gpx|las|laz|ply|obj|pcd|md5|sha\d*|lock|db)$/;

/** Photographs that labels lack because their type is not read. */
export interface UnreadPhotographs {
  readonly problems: readonly Problem[];
  /** The labels that they belong to by name. */
  readonly labels: ReadonlySet<string>;
}

/** Says of labels without an image where the image is one that cannot be read: by its type, or by its name alone. */
export function unreadPhotographs(
  paths: readonly string[],
  { reading, set, pairing }: ChosenReading,
): UnreadPhotographs {
  const alone = reading.images.length > 0 ? pairing.lonelyLabels : set.labels;
  const labels = new Set<string>();
  const unread = new Map<string, string[]>();
  if (alone.length === 0) return { problems: [], labels };
  const byName = new Map<string, string>();
  for (const label of alone) for (const name of namesOf(label)) byName.set(name, label);
  for (const path of paths) {
    const type = typeOf(path);
    const isKnown = photographTypes.test(type);
    if (isPicture(path) || (!isKnown && otherTypes.test(type))) continue;
    const own = namesOf(path).flatMap((name) => byName.get(name) ?? []);
    // Where there are no images at all, names may follow no rule.
    const isMeant = own.length > 0 || (reading.images.length === 0 && isKnown);
    if (!isMeant) continue;
    for (const label of own) labels.add(label);
    unread.set(type, [...(unread.get(type) ?? []), path]);
  }
  return { problems: [...unread].map(([type, own]) => problem(type, own)), labels };
}

/** The extension, of a compressed file that of what is in it. */
function typeOf(path: string): string {
  return extensionOf(path) === "gz" ? extensionOf(withoutExtension(path)) : extensionOf(path);
}

/** The name and the name without its role's words, in lower case. */
function namesOf(path: string): readonly string[] {
  const name = extensionOf(path) === "gz" ? withoutExtension(path) : path;
  const stem = withoutExtension(baseName(name)).toLowerCase();
  return [...new Set([stem, cutStem(stem).core])].filter((one) => one !== "");
}

function problem(type: string, paths: readonly string[]): Problem {
  const shown = paths.slice(0, 3).map(baseName).join(", ");
  const files = `${paths.length.toLocaleString("en")} .${type} ${paths.length === 1 ? "file" : "files"}`;
  return {
    path: paths[0],
    reason: `${files} cannot be read (${shown}${paths.length > 3 ? ", ..." : ""}): labels have no image for that.`,
    remedy: "Convert the images to JPEG or PNG, under the same names.",
    severity: "error",
  };
}
