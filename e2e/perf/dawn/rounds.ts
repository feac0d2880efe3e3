import { inMs, orderOf, ratioOf } from "../statistics";
import type { Variant, Webgpu } from "./engines";

/** Runs work by turns on several engines and says how long it took. */
export interface Stopwatch {
  /**
   * Once on each variant to warm up, then `rounds` timed rounds, or fewer when the time is up; prints a line a variant.
   * Returns what the warm-up made, by variant.
   */
  measure<T>(title: string, rounds: number, work: (variant: Variant) => Promise<T>): Promise<Map<Variant, T>>;
  /** Pipelines that timed rounds compiled: none, if warming up does what it is for. */
  compiledInRounds(): number;
}

/** @param isOver Whether the time is up. */
export function createStopwatch(variants: readonly Variant[], webgpu: Webgpu, isOver: () => boolean): Stopwatch {
  let compiledInRounds = 0;

  async function timed<T>(variant: Variant, work: (variant: Variant) => Promise<T>) {
    await variant.use();
    const [dispatches, compiled, waited] = [webgpu.dispatches(), webgpu.compiled(), webgpu.waited()];
    const started = performance.now();
    const made = await Promise.race([work(variant), webgpu.failed]);
    const ms = performance.now() - started;
    return {
      made,
      ms,
      own: ms - (webgpu.waited() - waited),
      dispatches: webgpu.dispatches() - dispatches,
      compiled: webgpu.compiled() - compiled,
    };
  }

  return {
    async measure(title, rounds, work) {
      console.log(`\n${title}`);
      const made = new Map<Variant, Awaited<ReturnType<typeof work>>>();
      /** Milliseconds by round. */
      const all = new Map<Variant, Map<number, number>>(variants.map((variant) => [variant, new Map()]));
      /** What of them was no waiting for the GPU. */
      const own = new Map<Variant, number[]>(variants.map((variant) => [variant, []]));
      for (const variant of variants) {
        const warm = await timed(variant, work);
        made.set(variant, warm.made);
        const compiled = warm.compiled > 0 ? `, ${warm.compiled} pipelines` : "";
        const dispatches = warm.dispatches > 0 ? `; ${warm.dispatches} dispatches` : "";
        console.log(`  ${variant.name.padEnd(14)}${warm.ms.toFixed(0)} ms at first${compiled}${dispatches}`);
      }
      let round = 0;
      for (; round < rounds && !isOver(); round++) {
        for (const variant of orderOf(variants, round)) {
          if (round % variant.every > 0) continue;
          const { ms, own: processor, compiled } = await timed(variant, work);
          compiledInRounds += compiled;
          all.get(variant)?.set(round, ms);
          own.get(variant)?.push(processor);
        }
      }
      const [ours] = variants;
      for (const [variant, times] of all) {
        const ratio = ratioOf(all.get(ours) ?? new Map(), times).toFixed(3);
        const beside = variant === ours ? "" : `; ours take ${ratio} of it`;
        const processor = variant.name === "wasm" ? "" : `, the processor ${inMs(own.get(variant) ?? [])}`;
        console.log(`  ${variant.name.padEnd(14)}${inMs([...times.values()])}${processor}${beside}`);
      }
      if (round < rounds) console.log(`  The time is up: ${round} of ${rounds} rounds were run.`);
      return made;
    },
    compiledInRounds: () => compiledInRounds,
  };
}
