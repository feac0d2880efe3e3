import type { Checkpoint } from "../../model/steps";
import type { WindowModel } from "../../window/windowModel";
import type { ClassPosteriors } from "../posteriors";
import { type LabelledWindow, VOID } from "../window";
import type { Draws } from "./draws";
import { complete, completeTwice, errorLogits, maskedInput } from "./predict";
import { type Band, createReader, noBand, type Reading, readBand, readSupport } from "./readings";
import { chooseSlots } from "./slots";

/** All readings of one window, and what they were taken with. Rasters of size * size. */
export interface Scan {
  /** Logit that the given label is wrong. */
  readonly errorLogit: Float32Array;
  /** Half of the patches hidden at a time. */
  readonly hidden50: Reading;
  /** Three quarters of the patches hidden at a time. */
  readonly hidden75: Reading;
  /** Whole components hidden. */
  readonly component: Reading;
  readonly band: Band;
  readonly support: Reading;
  /** The given label as slots, NO_SLOT or UNKNOWN. */
  readonly slots: Uint8Array;
  readonly posteriors: ClassPosteriors;
}

/**
 * Confronts the label of a window with what the model makes of it, in five readings:
 * (a) the error head with everything visible;
 * (b) complementary draws: every 16-px patch hidden once at 50 % and three times at 75 %;
 * (c) whole components hidden, dilated, several far apart at a time;
 * (d) bands along all class boundaries hidden: where the image would put the boundaries;
 * (e) support's posteriors: what the labels of other images say such pixels are.
 * One pass a draw, two for the bands (one in the mirror) and one for the error head. Checkpoints between the blocks of a pass.
 */
export async function scanWindow(
  model: WindowModel,
  { label, size }: LabelledWindow,
  posteriors: ClassPosteriors,
  draws: Draws,
  checkpoint: Checkpoint,
): Promise<Scan> {
  const nowhere = label.map((id) => (id === VOID ? 1 : 0));
  const classes = chooseSlots(label, Uint8Array.from(nowhere), size);
  const inputOf = (hidden: Uint8Array | null) => maskedInput(model, size, label, hidden, classes);
  const visible = inputOf(null);
  const slots = visible.given;
  const read = async (masks: readonly Uint8Array[]): Promise<Reading> => {
    const reader = createReader(slots, classes.length);
    for (const hidden of masks) reader.add(await complete(model, inputOf(hidden), checkpoint), hidden);
    return reader.read();
  };
  const hidden50 = await read(draws.hidden50);
  const hidden75 = await read(draws.hidden75);
  const component = await read(draws.component);
  let band = noBand(label);
  if (draws.band) {
    const completion = await completeTwice(model, inputOf(draws.band), checkpoint);
    band = readBand(completion, label, draws.band, slots, classes);
  }
  const errorLogit = await errorLogits(model, visible, checkpoint);
  return {
    errorLogit,
    hidden50,
    hidden75,
    component,
    band,
    support: readSupport(posteriors, label),
    slots,
    posteriors,
  };
}
