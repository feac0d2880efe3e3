import { afterEach, describe, expect, it, vi } from "vitest";
import { candidateEngines } from "./engine";

function offerAdapter(adapter: unknown): void {
  vi.stubGlobal("navigator", { gpu: { requestAdapter: async () => adapter } });
}

describe("the engines worth timing", () => {
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it("are wasm alone without WebGPU", async () => {
    vi.stubGlobal("navigator", {});
    expect(await candidateEngines()).toEqual(["wasm"]);
    offerAdapter(null);
    expect(await candidateEngines()).toEqual(["wasm"]);
  });

  it("are both with a real adapter", async () => {
    offerAdapter({ info: { isFallbackAdapter: false } });
    expect(await candidateEngines()).toEqual(["webgpu", "wasm"]);
  });

  it("leave out a software adapter, wherever the browser says so", async () => {
    offerAdapter({ info: { isFallbackAdapter: true } });
    expect(await candidateEngines()).toEqual(["wasm"]);
    offerAdapter({ info: {}, isFallbackAdapter: true });
    expect(await candidateEngines()).toEqual(["wasm"]);
  });

  it("survive a browser that refuses to say", async () => {
    vi.stubGlobal("navigator", { gpu: { requestAdapter: () => Promise.reject(new Error("blocked")) } });
    expect(await candidateEngines()).toEqual(["wasm"]);
  });

  it("are what the address asks for, software or not", async () => {
    offerAdapter({ info: { isFallbackAdapter: true } });
    expect(await candidateEngines("webgpu")).toEqual(["webgpu"]);
    expect(await candidateEngines("cpu")).toEqual(["cpu"]);
  });
});
