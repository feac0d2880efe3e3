import type { Checkpoint } from "../../model/steps";
import type { WindowModel } from "../../window/windowModel";
import type { Opinion } from "../probe/posteriors";
import { type LabelledWindow, VOID } from "../window";
import type { Draws } from "./draws";
import { complete, completeTwice, distrust, maskedInput } from "./predict";
import { type Band, createReader, noBand, type Reading, readBand, readProbe } from "./readings";
import { chooseSlots } from "./slots";

/** All readings of one window, and what they were taken with. */
export interface Scan {
  /** Logit that the given label is wrong. */
  readonly trust: Float32Array;
  readonly half: Reading;
  readonly quarter: Reading;
  readonly component: Reading;
  readonly band: Band;
  readonly probe: Reading;
  /** The given label as slots, NO_SLOT or UNKNOWN. */
  readonly slots: Uint8Array;
  readonly opinion: Opinion;
}

/**
 * What the model says against the labels of a window, with everything visible and with parts hidden. Five readings:
 * (a) the trust head with everything visible;
 * (b) complementary draws: every 16-px patch hidden once at 50 % and three times at 75 %;
 * (c) whole components hidden, dilated, several far apart at a time;
 * (d) bands along all class boundaries hidden: where the image would put them;
 * (e) the probe: what the data set's other images say such pixels are.
 */
export async function scanWindow(
  model: WindowModel,
  window: LabelledWindow,
  opinion: Opinion,
  draws: Draws,
  checkpoint: Checkpoint,
): Promise<Scan> {
  const { size, label } = window;
  const classes = chooseSlots(label, Uint8Array.from(label, isVoid), size);
  const shown = maskedInput(model, window, label, null, classes);
  const slots = shown.given;
  const read = async (masks: readonly Uint8Array[]): Promise<Reading> => {
    const reader = createReader(slots, classes.length);
    for (const hidden of masks) {
      reader.add(await complete(model, maskedInput(model, window, label, hidden, classes), checkpoint), hidden);
    }
    return reader.read();
  };
  const half = await read(draws.half);
  const quarter = await read(draws.quarter);
  const component = await read(draws.component);
  let band = noBand(label);
  if (draws.band) {
    const view = maskedInput(model, window, label, draws.band, classes);
    band = readBand(await completeTwice(model, view, checkpoint), label, draws.band, slots, classes);
  }
  const trust = await distrust(model, shown, checkpoint);
  return { trust, half, quarter, component, band, probe: readProbe(opinion, label), slots, opinion };
}

function isVoid(id: number): number {
  return id === VOID ? 1 : 0;
}
