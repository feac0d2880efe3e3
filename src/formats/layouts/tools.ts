import { type LabelSet, noMeaning, type Reading, type Recogniser } from "../layout";
import { baseName, folderOf, foldersOf } from "../paths";
import { readByRoles } from "../plain";

/** Supervisely: PROJECT/DATASET/{img,ann,masks_machine,masks_human} with meta.json; machine masks hold ids. */
export const supervisely: Recogniser = ({ paths, pictures }) => {
  const under = (name: RegExp) => pictures.filter((path) => foldersOf(path).some((folder) => name.test(folder)));
  const [machine, human] = [under(/^masks_machine$/i), under(/^masks_human$/i)];
  const images = under(/^img$/i);
  const sets: LabelSet[] = [
    { name: "masks_machine", labels: machine, form: "ids" as const, what: "ids of classes" },
    { name: "masks_human", labels: human, form: "colors" as const, what: "a picture of the labels for viewing" },
  ].filter(({ labels }) => labels.length > 0);
  if (sets.length === 0 || images.length === 0) return [];
  const hasMeta = paths.some((path) => baseName(path).toLowerCase() === "meta.json");
  const against = hasMeta ? [] : ["There is no meta.json."];
  const evidence = {
    for: [`masks_machine holds ${machine.length} labels, img ${images.length} photographs.`],
    against,
  };
  return [{ layout: "Supervisely", images, sets, meaning: noMeaning, evidence, score: 0.95 }];
};

/** Roboflow's semantic masks: x.jpg with x_mask.png in train, valid and test, and _classes.csv in each. */
export const roboflow: Recogniser = ({ paths }) => {
  const lists = paths.filter((path) => baseName(path).toLowerCase() === "_classes.csv");
  const isOwn = lists.length > 0 && paths.some((path) => /_mask\.png$/i.test(path));
  const reading = isOwn ? readByRoles(paths) : null;
  const evidence = { for: ["_classes.csv is there, and labels are named _mask.png."], against: [] };
  return reading === null ? [] : [{ ...reading, layout: "Roboflow", evidence, score: 0.9 }];
};

/** A folder that names each image with its label in metadata.csv or metadata.jsonl, as Hugging Face's do. */
export const huggingFace: Recogniser = async (listing) => {
  const known = new Map(listing.paths.map((path) => [path.normalize("NFC"), path]));
  const pairs: { image: string; label: string }[] = [];
  const columns = new Set<string>();
  for (const path of listing.paths.filter((each) => /^metadata\.(csv|jsonl)$/i.test(baseName(each)))) {
    const rows = rowsOf(path, await listing.text(path));
    const folder = folderOf(path);
    const at = (name: string | undefined) => {
      const joined = name && normal(folder ? `${folder}/${name}` : name);
      return joined ? known.get(joined.normalize("NFC")) : undefined;
    };
    for (const row of rows) {
      const image = at(row.get("file_name"));
      for (const [column, value] of row) {
        const label = column !== "file_name" && /(^|_)file_name$/i.test(column) ? at(value) : undefined;
        if (image === undefined || label === undefined) continue;
        columns.add(column);
        pairs.push({ image, label });
      }
    }
  }
  if (pairs.length === 0) return [];
  const set = (column: string): LabelSet => ({ name: column, labels: [], form: "ids", what: "files of this column" });
  return [...columns].slice(0, 1).map((column): Reading => {
    const own = pairs.filter(({ label }, at) => pairs.findIndex((pair) => pair.label === label) === at);
    return {
      layout: "Hugging Face folder",
      images: [...new Set(own.map(({ image }) => image))],
      sets: [{ ...set(column), labels: own.map(({ label }) => label) }],
      pairs: own,
      meaning: noMeaning,
      evidence: { for: [`metadata names ${own.length} images and, as ${column}, their labels.`], against: [] },
      score: 1,
    };
  });
};

function normal(path: string): string {
  const parts: string[] = [];
  for (const part of path.replaceAll("\\", "/").split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "." && part !== "") parts.push(part);
  }
  return parts.join("/");
}

function rowsOf(path: string, text: string): ReadonlyMap<string, string>[] {
  const lines = text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .filter((line) => line.trim() !== "");
  if (/\.jsonl$/i.test(path)) {
    return lines.flatMap((line) => {
      try {
        const row: unknown = JSON.parse(line);
        if (typeof row !== "object" || row === null) return [];
        return [
          new Map(Object.entries(row).flatMap(([key, value]) => (typeof value === "string" ? [[key, value]] : []))),
        ];
      } catch {
        return [];
      }
    });
  }
  const [header = [], ...rows] = lines.map(cells);
  return rows.map((row) => new Map(header.map((name, at) => [name, row[at] ?? ""])));
}

/** A line of CSV, with quotes where a cell holds a comma. */
function cells(line: string): string[] {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, bare]) =>
    (quoted?.replaceAll('""', '"') ?? bare ?? "").trim(),
  );
}
