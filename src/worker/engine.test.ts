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
    expect((await candidateEngines()).engines).toEqual(["wasm"]);
    offerAdapter(null);
    expect((await candidateEngines()).engines).toEqual(["wasm"]);
  });

  it("are both with a real adapter", async () => {
    offerAdapter({ info: { isFallbackAdapter: false } });
    expect((await candidateEngines()).engines).toEqual(["webgpu", "wasm"]);
  });

  it("leave out a software adapter, wherever the browser says so", async () => {
    offerAdapter({ info: { isFallbackAdapter: true } });
    expect((await candidateEngines()).engines).toEqual(["wasm"]);
    offerAdapter({ info: {}, isFallbackAdapter: true });
    expect((await candidateEngines()).engines).toEqual(["wasm"]);
  });

  it("survive a browser that refuses to say", async () => {
    vi.stubGlobal("navigator", { gpu: { requestAdapter: () => Promise.reject(new Error("blocked")) } });
    expect((await candidateEngines()).engines).toEqual(["wasm"]);
  });

  it("are what the address asks for, software or not", async () => {
    offerAdapter({ info: { isFallbackAdapter: true } });
    expect((await candidateEngines("webgpu")).engines).toEqual(["webgpu"]);
    expect((await candidateEngines("cpu")).engines).toEqual(["cpu"]);
  });

  it("come with the reason why there is no choice", async () => {
    offerAdapter({ info: { isFallbackAdapter: true, vendor: "google", architecture: "swiftshader" } });
    expect((await candidateEngines()).why).toMatch(/software \(google swiftshader\).*wasm instead/);
    offerAdapter(null);
    expect((await candidateEngines()).why).toMatch(/no WebGPU/);
    expect((await candidateEngines("wasm")).why).toMatch(/asked for/);
    offerAdapter({ info: { isFallbackAdapter: false } });
    expect((await candidateEngines()).why).toBeNull();
  });
});
