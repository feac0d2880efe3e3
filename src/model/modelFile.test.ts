import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { describe, expect, it, vi } from "vitest";
import { readModelPart } from "./fixtures/modelFolder";
import { createWeights, type ReadModelPart, readModelFile } from "./modelFile";

const read = readModelPart(`${import.meta.dirname}/fixtures/lmae-tiny`);
const ignore = () => {};

/** The tiny model with its manifest changed. */
async function manifest(change: (json: Record<string, unknown>) => void): Promise<ReadModelPart> {
  const json = JSON.parse(new TextDecoder().decode(await read("model.json")));
  change(json);
  const bytes = new TextEncoder().encode(JSON.stringify(json)).buffer as ArrayBuffer;
  return async (path) => (path === "model.json" ? bytes : read(path));
}

describe("a model's files", () => {
  it("give the config, the temperatures and the weights", async () => {
    const onProgress = vi.fn();
    const file = await readModelFile(read, onProgress);
    expect(file.config).toMatchObject({ name: "lmae-tiny", dim: 64, stem: [8, 16, 16], maxSlots: 24 });
    expect([...file.temperatures.keys()]).toEqual([1, 4, 8]);
    expect(file.finding).toBeNull();
    expect(file.config.support).toBe(false);
    expect(onProgress).toHaveBeenLastCalledWith(1);
  });

  it("hand on the rules for finding errors, unread", async () => {
    const finding = { accept: 0.5 };
    const able = await manifest((json) => {
      json.finding = finding;
    });
    expect((await readModelFile(able, ignore)).finding).toEqual(finding);
  });

  it("say how often they are right, or do not", async () => {
    expect((await readModelFile(read, ignore)).reliability).toEqual({});
    const live = [
      [0, 0.5],
      [0.6, 0.9],
    ];
    const measured = await manifest((json) => {
      json.reliability = { live };
    });
    expect((await readModelFile(measured, ignore)).reliability).toEqual({ live });
    const odd = await manifest((json) => {
      json.reliability = { live: [[0.6, 0.9]] };
    });
    await expect(readModelFile(odd, ignore)).rejects.toThrow('"reliability.live" in model.json');
  });

  it("of the shipped model say what was measured of live suggestions and of found ones", async () => {
    const shipped = readModelPart(`${import.meta.dirname}/../../public/models/lmae-small`);
    const { reliability } = await readModelFile(shipped, ignore);
    expect(reliability.live?.map(([least]) => least)).toEqual([0, 0.5, 0.7, 0.8, 0.9, 0.95]);
    expect(reliability.found?.[0][0]).toBe(0);
  });

  it("are refused with the reason: not JSON, another format, an unknown part", async () => {
    const html = new TextEncoder().encode("<!doctype html>").buffer as ArrayBuffer;
    await expect(readModelFile(async () => html, ignore)).rejects.toThrow("model.json is not JSON");
    const other = await manifest((json) => {
      json.format = "layers-model";
    });
    await expect(readModelFile(other, ignore)).rejects.toThrow("not an L-MAE model");
    const gelu = await manifest((json) => {
      json.config = { ...(json.config as object), gelu: "tanh" };
    });
    await expect(readModelFile(gelu, ignore)).rejects.toThrow('asks for gelu "tanh"');
    const backbone = await manifest((json) => {
      json.config = { ...(json.config as object), backbone: "lite9" };
    });
    await expect(readModelFile(backbone, ignore)).rejects.toThrow('asks for the backbone "lite9"');
    const dim = await manifest((json) => {
      json.config = { ...(json.config as object), dim: "wide" };
    });
    await expect(readModelFile(dim, ignore)).rejects.toThrow('no usable "dim"');
    const support = await manifest((json) => {
      json.config = { ...(json.config as object), support: 1 };
    });
    await expect(readModelFile(support, ignore)).rejects.toThrow('no usable "support"');
  });

  it("are refused when a shard is short", async () => {
    const short: ReadModelPart = async (path) =>
      path === "model.json" ? read(path) : (await read(path)).slice(0, 1000);
    await expect(readModelFile(short, ignore)).rejects.toThrow("hold 1000 bytes");
  });

  it("may lack what older models did not have, or say that they have none of it", async () => {
    for (const name of [undefined, null]) {
      const older = await manifest((json) => {
        json.config = { ...(json.config as object), backbone: name };
      });
      expect((await readModelFile(older, ignore)).config.backbone).toBeNull();
    }
  });

  it("are refused when a backbone is not the one they name", async () => {
    await tf.setBackend("cpu");
    const file = await readModelFile(readModelPart(`${import.meta.dirname}/fixtures/lmae-tiny-backbone`), ignore);
    expect([file.config.backbone, file.config.support]).toEqual(["tiny", true]);
    await expect(createWeights({ ...file, config: { ...file.config, backbone: "lite0" } })).rejects.toThrow(
      /The weight "backbone\.blocks\.0\.depthwise\.weight" is \[3,3,1,8\]; a lite0 backbone has \[3,3,1,32\] there/,
    );
  });

  it("are refused when a weight is missing", async () => {
    await tf.setBackend("cpu");
    const file = await readModelFile(read, ignore);
    const [{ bytes, specs }] = file.groups;
    const renamed = specs.map((spec) => (spec.name === "stem4.weight" ? { ...spec, name: "stem5.weight" } : spec));
    await expect(createWeights({ ...file, groups: [{ bytes, specs: renamed }] })).rejects.toThrow(
      'lacks the weight "stem4.weight"',
    );
  });
});
