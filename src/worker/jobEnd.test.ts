import { describe, expect, it } from "vitest";
import { createLabelMap } from "../core/labelMap";
import { nearestKnown } from "../core/nearest";
import { endOf, isEngineLost } from "./jobEnd";

const thrownBy = (work: () => unknown): unknown => {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error("Nothing was thrown");
};

describe("an engine is lost", () => {
  it("when wasm traps", () => {
    // (module (func (export "f") unreachable))
    const trap = [
      0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 0, 10, 5, 1, 3, 0, 0, 11,
    ];
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.from(trap)));
    expect(isEngineLost(thrownBy(exports.f as () => void))).toBe(true);
  });

  it("when there is no memory to grow into, in the words of V8, SpiderMonkey and JavaScriptCore", () => {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 });
    expect(isEngineLost(thrownBy(() => memory.grow(1)))).toBe(true);
    expect(isEngineLost(thrownBy(() => new ArrayBuffer(2 ** 52)))).toBe(true);
    for (const words of ["failed to grow memory", "Out of memory", "WebAssembly.Memory(): could not allocate memory"]) {
      expect(isEngineLost(new RangeError(words))).toBe(true);
    }
  });

  it("not by a mistake of our own code", () => {
    const recurse = (): number => 1 + recurse();
    const mistakes = [
      () => createLabelMap(2, 2, new Uint16Array(3)),
      () => nearestKnown(new Uint8Array(3), 2, 2),
      () => new Uint8Array(-1),
      () => new Array(-1),
      () => new Float32Array(4).set([1, 2], 3),
      () => new Float32Array(new ArrayBuffer(8), 4, 2),
      () => "a".repeat(-1),
      () => (1).toFixed(200),
      recurse,
    ];
    for (const mistake of mistakes) {
      const error = thrownBy(mistake);
      expect(error).toBeInstanceOf(RangeError);
      expect([(error as RangeError).message, isEngineLost(error)]).toEqual([(error as RangeError).message, false]);
    }
  });
});

describe("a job's end", () => {
  const abort = new AbortController();
  abort.abort();

  it("is cancelled when its signal's reason ended it, failed by any other error", () => {
    expect(endOf(7, abort.signal.reason, abort.signal)).toEqual({ type: "cancelled", requestId: 7 });
    const failed = { type: "failed", requestId: 7, message: "The image is not open.", deviceLost: false };
    expect(endOf(7, new Error("The image is not open."), abort.signal)).toEqual(failed);
    const other = new AbortController();
    other.abort();
    expect(endOf(7, other.signal.reason, new AbortController().signal)).toMatchObject({ type: "failed" });
  });
});
