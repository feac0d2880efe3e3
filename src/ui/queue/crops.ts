import type { LintEntry } from "../../app/lintPlaces";
import { type Look, lookOf } from "../../app/look";
import { sessionWith } from "../../app/queueImages";
import { type QueueEntry, suggestionOf } from "../../app/queueList";
import { readPixels } from "../../app/readPixels";
import { type OpenImage, standing } from "../../app/session";
import type { ClassTable } from "../../core/classTable";
import { FOUND } from "../../review/sets";
import type { UiApp } from "../context";
import { type Cropped, cropLabels, cropSquare } from "../panels/cropPixels";
import { colorsOf, cropSize, drawCrop } from "../panels/drawCrop";

/** What is shown as a crop: a find of the model, or a place of a rule. */
export type CropEntry = QueueEntry | LintEntry;

/** A finding in its surroundings, before and after; `cropSize` device px wide. */
export interface Crop {
  readonly before: ImageData;
  readonly after: ImageData;
}

interface Wanted {
  readonly entry: CropEntry;
  readonly table: ClassTable;
  readonly look: Look;
  done(crop: Crop | null): void;
}

/** Crops in memory, 128 KiB each. */
const MOST = 240;

/** Draws crops image by image, those asked for last first, and keeps the newest. */
export function createCrops(app: UiApp) {
  /** By what is another one as soon as anything about the image's findings, or its label, changed. */
  const known = new Map<object, { readonly crop: Crop; readonly table: ClassTable; readonly look: Look }>();
  const waiting = new Map<string, Set<Wanted>>();
  let runs = false;

  /** What an entry would change in its image now; null where that is nothing any more. */
  async function changeOf(image: OpenImage, entry: CropEntry): Promise<Cropped | null> {
    if (!("finding" in entry)) {
      const change = await app.lintWall.changeOf(image, entry);
      return change === null ? null : { region: change, ids: change.ids, to: change.ids[0] };
    }
    const found = image.document.store.getState().proposals[FOUND] ?? null;
    const set = standing(sessionWith(app.session, image), app.settings.getState(), found);
    return suggestionOf(set?.suggestions, entry.finding) ?? null;
  }

  async function draw(image: OpenImage, { entry, table, look }: Wanted): Promise<Crop | null> {
    const { document, photo } = image;
    const change = await changeOf(image, entry);
    if (change === null) return null;
    const square = cropSquare("finding" in entry ? entry.finding.bounds : change.region.rect);
    const labels = cropLabels(document.labels, [change], square, cropSize, colorsOf(table));
    const drawn = (ids: Uint32Array<ArrayBuffer>): ImageData =>
      readPixels(cropSize, cropSize, (context) => drawCrop(context, photo, look, square, ids, [change]));
    const crop = { before: drawn(labels.before), after: drawn(labels.after) };
    known.set(identity(entry), { crop, table, look });
    for (const oldest of known.keys()) {
      if (known.size <= MOST) break;
      known.delete(oldest);
    }
    return crop;
  }

  async function work(): Promise<void> {
    if (runs) return;
    runs = true;
    for (let key = [...waiting.keys()].at(-1); key !== undefined; key = [...waiting.keys()].at(-1)) {
      const wanted = waiting.get(key) ?? new Set<Wanted>();
      waiting.delete(key);
      try {
        await app.queueing.visit(key, async (image) => {
          for (const one of wanted) one.done(await draw(image, one));
        });
      } catch {
        // Whoever looks at the finding itself is told why.
        for (const one of wanted) one.done(null);
      }
    }
    runs = false;
  }

  return {
    /** Calls `done` once the crop is drawn, at once where it is known; returns what ends the waiting. */
    want(entry: CropEntry, table: ClassTable, done: (crop: Crop | null) => void): () => void {
      const look = lookOf(app.settings.getState(), entry.key);
      const drawn = known.get(identity(entry));
      if (drawn !== undefined && drawn.table === table && drawn.look === look) {
        done(drawn.crop);
        return () => undefined;
      }
      const one = { entry, table, look, done };
      const ofImage = waiting.get(entry.key) ?? new Set<Wanted>();
      ofImage.add(one);
      waiting.delete(entry.key);
      waiting.set(entry.key, ofImage);
      void work();
      return () => {
        ofImage.delete(one);
        if (ofImage.size === 0 && waiting.get(entry.key) === ofImage) waiting.delete(entry.key);
      };
    },
  };
}

function identity(entry: CropEntry): object {
  return "finding" in entry ? entry.finding : entry;
}
