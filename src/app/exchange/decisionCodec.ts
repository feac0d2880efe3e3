import type { DecisionRecord } from "../../document/types";
import { type ExchangedDecision, rectOf } from "../../formats/exchange/decisionRecord";

/** A decision as files hold it. */
export function encodeDecision(record: DecisionRecord): ExchangedDecision {
  const { at, decision, source, from, to, area, bounds, confidence, model, ratio, passes } = record;
  const { proposed, written, ids, pairs, ruleConfidence, bulk, agreedRatios, rule, note, by } = record;
  return {
    ...{ at, decision, source, from, to, area, bounds: [bounds.x, bounds.y, bounds.width, bounds.height] },
    ...{ confidence, model, ratio, passes },
    ...(proposed === undefined ? {} : { proposed: { to: proposed.to, confidence: proposed.confidence } }),
    ...(written === undefined ? {} : { written: [...written] }),
    ...(ids === undefined ? {} : { ids: [...ids] }),
    ...(pairs === undefined ? {} : { pairs: pairs.map(({ from, to, area }) => ({ from, to, area })) }),
    ...(ruleConfidence === undefined ? {} : { ruleConfidence }),
    ...(bulk === undefined ? {} : { bulk }),
    ...(agreedRatios === undefined ? {} : { agreedRatios: [...agreedRatios] }),
    ...(rule === undefined ? {} : { rule }),
    ...(note === undefined ? {} : { note }),
    ...(by === undefined ? {} : { by }),
  };
}

/** @param here the data set's id of one of the file's. */
export function decodeDecision(exchanged: ExchangedDecision, here: (id: number) => number): DecisionRecord {
  const { bounds, proposed, written, ids, pairs, from, to, ...rest } = exchanged;
  return {
    ...rest,
    ...{ from: here(from), to: here(to), bounds: rectOf(bounds) },
    ...(proposed === undefined ? {} : { proposed: { ...proposed, to: here(proposed.to) } }),
    ...(written === undefined ? {} : { written: Uint32Array.from(written) }),
    ...(ids === undefined ? {} : { ids: Uint32Array.from(ids, (one, i) => (i % 2 === 1 ? here(one) : one)) }),
    ...(pairs === undefined
      ? {}
      : { pairs: pairs.map(({ from, to, area }) => ({ from: here(from), to: here(to), area })) }),
  };
}

/** The ids that a decision speaks of. */
export function idsOfDecision({ from, to, proposed, ids = [], pairs = [] }: ExchangedDecision): readonly number[] {
  const more = proposed === undefined ? [] : [proposed.to];
  return [from, to, ...more, ...ids.filter((_, i) => i % 2 === 1), ...pairs.flatMap(({ from, to }) => [from, to])];
}

/**
 * The same text for decisions that are the same in all they say. Names aside: a version that did not know them yet passed
 * decisions on without.
 */
export function decisionKey(record: DecisionRecord): string {
  const { by, ...rest } = encodeDecision(record);
  return JSON.stringify(rest);
}
