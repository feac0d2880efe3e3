import type { LoadedModel } from "../model/loadedModel";
import type { Checkpoint } from "../model/steps";
import { CELL, type CellFeatures } from "./cells";
import { type PictureFeatures, pictureFeatures } from "./features";
import { FOLDS, trainFolds } from "./folds";
import { cellClasses, drawCells, packCells, unpackCells } from "./imageCells";
import { type Mlp, STEPS } from "./mlp";
import { meanPosteriors } from "./posteriors";
import type { ImageCells, LabelledImage, Picture, SupportMap } from "./types";
import { wholeSize } from "./wholeImage";

/** Whether a model can be told what other images show: it was taught to listen, and has features to learn from. */
export function takesSupport({ weights: { config } }: Pick<LoadedModel, "weights">): boolean {
  return config.support && config.backbone !== null;
}

/**
 * What a data set's labels, flawed as they are, say its classes look like: MLPs on the backbone's features of up to some
 * hundred images. A label never vouches for itself: an image is judged by the MLP of its own fold, which has not seen it, or,
 * if it was not learnt, by the mean of all. Nothing is held on the engine between two calls but the picture whose map was
 * asked for last, while it is being encoded. `checkpoint` is awaited between steps and may throw to cancel, upon which all
 * stays as it was.
 */
export interface SupportStore {
  /**
   * Learns an image in place of what was learnt of it before; counts once `fit` has run. Returns what is kept of it, null (and
   * nothing is learnt) where no cell shows a class.
   */
  learn(model: LoadedModel, example: LabelledImage, checkpoint: Checkpoint): Promise<ImageCells | null>;
  /** Takes back what `learn` returned once. */
  restore(images: readonly ImageCells[]): void;
  /**
   * Trains the MLPs on what is learnt; returns how many images and classes they know. A draft takes a quarter of the time and
   * knows less.
   */
  fit(checkpoint: Checkpoint, isDraft?: boolean): Promise<SupportFacts>;
  /** What the others say of a picture; null before the first fit, and where too little was learnt. Kept until either changes. */
  map(model: LoadedModel, imageKey: string, picture: Picture, checkpoint: Checkpoint): Promise<SupportMap | null>;
  /** The same of a picture that is looked at once: nothing of it is kept, and what is kept of another stays. */
  mapOnce(model: LoadedModel, imageKey: string, picture: Picture, checkpoint: Checkpoint): Promise<SupportMap | null>;
  /** Whether there is something to say. */
  isFitted(): boolean;
  forget(): void;
}

/** What support is made of. */
export interface SupportFacts {
  readonly images: number;
  readonly classes: number;
}

/** MLPs, and which of them have not seen an image. */
interface Fit {
  /** One a fold; not empty. */
  readonly mlps: readonly Mlp[];
  readonly foldOf: ReadonlyMap<string, number>;
}

/** The picture whose map was asked for last. */
interface View {
  readonly model: LoadedModel;
  readonly picture: Picture;
  readonly encoding: PictureFeatures;
  /** The map, and the fit it was made with. */
  map: { readonly fit: Fit; readonly imageKey: string; readonly map: SupportMap } | null;
}

/** A store that has learnt nothing. */
export function createSupportStore(): SupportStore {
  const images = new Map<string, ImageCells>();
  let fit: Fit | null = null;
  let view: View | null = null;

  function viewOf(model: LoadedModel, picture: Picture): View {
    if (view?.model === model && view.picture === picture) return view;
    view?.encoding.dispose();
    view = { model, picture, encoding: pictureFeatures(model, picture), map: null };
    return view;
  }

  return {
    async learn(model, example, checkpoint) {
      const { imageKey, image } = example;
      const classes = cellClasses(example);
      const drawn = drawCells(classes);
      if (drawn.length === 0) {
        images.delete(imageKey);
        return null;
      }
      const encoding = pictureFeatures(model, image);
      try {
        const cells = packCells(imageKey, await encoding.features(checkpoint), classes, drawn);
        images.set(imageKey, cells);
        return cells;
      } finally {
        encoding.dispose();
      }
    },
    restore(kept) {
      for (const cells of kept) images.set(cells.imageKey, cells);
    },
    async fit(checkpoint, isDraft = false) {
      const learnt = byClasses([...images.values()]);
      const mlps = await trainFolds(learnt.map(unpackCells), checkpoint, isDraft ? STEPS / 4 : STEPS);
      const foldOf = new Map(learnt.map(({ imageKey }, number) => [imageKey, number % FOLDS]));
      fit = mlps.length > 0 ? { mlps, foldOf } : null;
      const classes = new Set(mlps.flatMap((mlp) => mlp.classes)).size;
      return { images: mlps.length > 0 ? learnt.length : 0, classes };
    },
    async map(model, imageKey, picture, checkpoint) {
      const by = fit;
      if (by === null) return null;
      const current = viewOf(model, picture);
      if (current.map?.fit === by && current.map.imageKey === imageKey) return current.map.map;
      const map = await mapBy(by, imageKey, picture, await current.encoding.features(checkpoint));
      current.map = { fit: by, imageKey, map };
      return map;
    },
    async mapOnce(model, imageKey, picture, checkpoint) {
      const by = fit;
      if (by === null) return null;
      const encoding = pictureFeatures(model, picture);
      try {
        return await mapBy(by, imageKey, picture, await encoding.features(checkpoint));
      } finally {
        encoding.dispose();
      }
    },
    isFitted: () => fit !== null,
    forget() {
      images.clear();
      fit = null;
      view?.encoding.dispose();
      view = null;
    },
  };
}

async function mapBy(fit: Fit, imageKey: string, picture: Picture, features: CellFeatures): Promise<SupportMap> {
  const { width, height } = wholeSize(picture);
  const posteriors = await meanPosteriors(unseenBy(fit, imageKey), features);
  return { ...posteriors, rows: height / CELL, columns: width / CELL };
}

/**
 * Images that show the same classes one after the other, so that they fall into different folds: were all street scenes of a
 * mixed set in one, the MLP that judges them would not know a car.
 */
function byClasses(images: readonly ImageCells[]): readonly ImageCells[] {
  const keyOf = ({ ids }: ImageCells) =>
    [...new Set(ids)]
      .sort((a, b) => a - b)
      .map((id) => String(id).padStart(5, "0"))
      .join();
  const keys = new Map(images.map((image) => [image, keyOf(image)]));
  return images.toSorted((a, b) => (keys.get(a) ?? "").localeCompare(keys.get(b) ?? ""));
}

/** The MLPs that have not seen an image: that of its fold, all if nothing was learnt of it. */
function unseenBy({ mlps, foldOf }: Fit, imageKey: string): readonly Mlp[] {
  const fold = foldOf.get(imageKey);
  return fold === undefined ? mlps : [mlps[fold]];
}
