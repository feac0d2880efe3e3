import { countIds } from "../core/countIds";
import { fileError } from "../dataset/errors";
import type { LabelCoder } from "../dataset/labelCoder";
import type { Dataset, DatasetItem } from "../dataset/types";
import type { NotExported } from "../export/changes";
import { csv } from "../export/csv";
import { acceptRate, type ClassCounts, createReport, nameIn, type Report } from "../export/report";
import { type CropPlace, createCropChoice, cropAddress, cropWindow } from "../export/reportCrops";
import { type ReportCrop, reportHtml } from "../export/reportHtml";
import { createTextParts } from "../export/textParts";
import type { ZipEntry } from "../export/zipStream";
import type { Documents } from "./documents";
import type { Edited, EditedItems } from "./edited";
import type { ExportJob } from "./exportJobs";
import { newChanges } from "./provenance";
import type { SessionStore } from "./session";
import { version } from "./version";

interface ReportTools {
  readonly coder: LabelCoder;
  readonly session: SessionStore;
  readonly edited: EditedItems;
  readonly documents: Pick<Documents, "documentFor">;
  readonly reviewer: string;
  /** RGBA of the label's size; null where there is no picture. */
  photo(item: DatasetItem): Promise<Uint8ClampedArray | null>;
}

/** The same places are shown of the same changes. */
const seed = 1;

/**
 * The files of a report: a page, its tables as CSV, and the changes.json it was made of. Every label is looked at once, one
 * at a time.
 * @throws the signal's reason when it was cancelled.
 */
export async function* reportFiles(dataset: Dataset, job: ExportJob, tools: ReportTools): AsyncGenerator<ZipEntry> {
  const { coder, session, edited, reviewer } = tools;
  const created = new Date();
  const touched = new Set(await edited.touched(dataset));
  const report = createReport();
  const changes = newChanges(dataset, created);
  const choice = createCropChoice(seed);
  const notRead: NotExported[] = [];
  const times = { first: Number.POSITIVE_INFINITY, last: Number.NEGATIVE_INFINITY };
  const { length: total } = dataset.items;

  async function look(item: DatasetItem): Promise<void> {
    const found = touched.has(item) ? await edited.find(dataset, item) : null;
    const [before, after] = found === null ? await unchanged(item) : [found.before, countIds(found.labels.data)];
    const { imageStates, summaries } = session.getState();
    report.add({
      name: item.name,
      label: item.labelPath,
      changes: found?.record ?? null,
      held: found?.held ?? false,
      before,
      after,
      undecided: imageStates.get(item.key)?.undecided ?? 0,
      reviewed: summaries.get(item.key)?.reviewed ?? false,
    });
    if (found !== null) note(found);
  }

  async function unchanged(item: DatasetItem): Promise<[ClassCounts, ClassCounts]> {
    const { counts } = await coder.decode(await item.label.bytes(), dataset.codec);
    return [counts, counts];
  }

  function note({ record, decisions }: Edited): void {
    changes.add(record);
    choice.add(record);
    for (const { at } of decisions) {
      times.first = Math.min(times.first, at);
      times.last = Math.max(times.last, at);
    }
  }

  for (const [done, item] of dataset.items.entries()) {
    job.turn(done, total);
    try {
      await look(item);
    } catch (error) {
      job.signal.throwIfAborted();
      notRead.push({ label: item.labelPath, reason: fileError(item.labelPath, error).message });
    }
  }
  const made = report.end(notRead);
  const head = {
    dataset: dataset.name,
    layout: dataset.layout,
    generator: `MaskMend ${version}`,
    reviewer,
    created,
    decided: times.last < 0 ? null : ([new Date(times.first), new Date(times.last)] as const),
  };
  const crops = await cropsOf(dataset, choice.chosen(), job.signal, tools);
  yield text("report.html", reportHtml(head, made, dataset.classes, crops));
  yield* tables(dataset, made);
  yield { path: "changes.json", bytes: changes.end(notRead) };
}

/** One image at a time; a place that cannot be shown is left out. */
async function cropsOf(
  dataset: Dataset,
  places: readonly CropPlace[],
  signal: AbortSignal,
  { documents, photo }: ReportTools,
): Promise<readonly ReportCrop[]> {
  const crops = new Map<CropPlace, ReportCrop>();
  for (const label of new Set(places.map((place) => place.label))) {
    signal.throwIfAborted();
    const item = dataset.items.find(({ labelPath }) => labelPath === label);
    const document = item && (await documents.documentFor(dataset, item).catch(() => null))?.document;
    if (!document) continue;
    const picture = await photo(item).catch(() => null);
    for (const place of places.filter((one) => one.label === label)) {
      const window = cropWindow(place.bounds, item);
      const before = cropAddress(document.original, window, dataset.classes, picture);
      const after = cropAddress(document.labels, window, dataset.classes, picture);
      const { from, to, pixels } = place;
      // Saved since and out of memory, or changed back.
      if (before !== after) crops.set(place, { image: item.name, from, to, pixels, before, after });
    }
  }
  return places.flatMap((place) => crops.get(place) ?? []);
}

function* tables({ classes }: Dataset, { classes: lines, pairs, bins, rows, notRead }: Report): Generator<ZipEntry> {
  const name = (id: number) => nameIn(classes, id);
  yield text(
    "classes.csv",
    csv(
      ["id", "class", "images_before", "images_after", "pixels_before", "pixels_after"],
      lines.map(({ id, images, pixels }) => [id, name(id), ...images, ...pixels]),
    ),
  );
  yield text(
    "pairs.csv",
    csv(
      ["from_id", "from", "to_id", "to", "pixels", "places"],
      pairs.map(({ from, to, pixels, places }) => [from, name(from), to, name(to), pixels, places]),
    ),
  );
  yield text(
    "confidence.csv",
    csv(
      ["from", "to", "accepted", "another_class", "rejected", "promised", "accept_rate"],
      bins.map((bin) => {
        const { from, to, accepted, otherClass, rejected, promised } = bin;
        return [from, to, accepted, otherClass, rejected, short(promised), short(acceptRate(bin))];
      }),
    ),
  );
  const readRows = rows.map((row) => [row.name, row.label, row.undecided, row.reviewed ? "yes" : "no", ""]);
  const missing = notRead.map(({ label, reason }) => [label, label, null, "no", reason]);
  yield text("images.csv", csv(["image", "label", "undecided", "reviewed", "not_read"], [...readRows, ...missing]));
}

function short(share: number): number {
  return Number(share.toFixed(4));
}

function text(path: string, content: string): ZipEntry {
  const parts = createTextParts();
  parts.add(content);
  return { path, bytes: parts.blob() };
}
