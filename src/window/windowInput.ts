import { nearestKnown } from "../core/nearest";
import { NO_SLOT, UNKNOWN, type WindowInput } from "../model/labels";
import type { SlotSupport } from "../model/support";
import type { WindowLabel } from "./resample";

/** Distance of the nearest-label prior where nothing is known: far enough to fade to nothing. */
const NOTHING_KNOWN_DISTANCE = 1e4;

/**
 * What the model gets of one window's label in one pass: the ids shown (`known`, size * size) as slots, and the
 * nearest-label prior (Euclidean, ties to the lowest row, then column). `slotIds[k]` is the class id of slot k;
 * `slots` >= slotIds.length is the number of slots the engine runs, for which `support` speaks, if anything does.
 */
export function windowInput(
  { size, ids }: Pick<WindowLabel, "size" | "ids">,
  known: Uint8Array,
  slotIds: readonly number[],
  slots: number,
  support: SlotSupport | null = null,
): WindowInput {
  const slotOf = new Map(slotIds.map((id, slot) => [id, slot]));
  const given = new Uint8Array(size * size).fill(UNKNOWN);
  for (let i = 0; i < given.length; i++) if (known[i] === 1) given[i] = slotOf.get(ids[i]) ?? NO_SLOT;
  const source = nearestKnown(known, size, size);
  const nearest = new Uint8Array(size * size);
  const distance = new Float32Array(size * size);
  for (let i = 0; i < given.length; i++) {
    const from = source.index[i];
    nearest[i] = from < 0 ? UNKNOWN : given[from];
    distance[i] = from < 0 ? NOTHING_KNOWN_DISTANCE : Math.sqrt(source.distanceSquared[i]);
  }
  return { width: size, height: size, given, nearest, distance, slots, support };
}
