import { expect, it } from "vitest";
import { componentsOf } from "../find/scene";
import { heatOf } from "../find/searched";
import { toImage } from "../find/toImage";
import type { FindRequest } from "../find/types";
import golden from "./fixtures/labelScore.json";
import { labelQuality } from "./labelQuality";

/** From 0.1 on a search hands its regions over (`findErrors`). */
const leastShown = 0.1;

// training/tests/test_user_folder.py is tested on the same.
it("of a label larger than it was searched is that of the command, and so is its heat", () => {
  const { width, height } = golden;
  const labels = Uint16Array.from(golden.ids);
  const request: FindRequest = {
    ...{ imageKey: "a", documentVersion: 0, width, height, labels, ignoredIds: [golden.void], lockedIds: [] },
    excluded: new Uint8Array(labels.length),
  };
  const { width: w, height: h } = golden.searched;
  const label = Int32Array.from({ length: w * h }, (_, i) => {
    const [x, y] = [i % w, Math.floor(i / w)];
    const at = Math.floor(((y + 0.5) * height) / h) * width + Math.floor(((x + 0.5) * width) / w);
    return labels[at];
  });
  const components = componentsOf(label, w, h);
  const scene = { width: w, height: h, image: new Float32Array(3 * w * h), label, components };
  const heat = heatOf(scene, Float32Array.from(golden.suspicion), request);
  expect([...heat]).toEqual(golden.heat);

  const regions = golden.proposals.flatMap(({ rect: [x, y, across, down], bits, to, confidence }) => {
    const where = { rect: { x, y, width: across, height: down }, bits: Uint8Array.from(bits) };
    return toImage({ where, to, kind: "region", fit: [0, 0], confidence }, scene, request, true) ?? [];
  });
  expect(regions.map(({ area }) => area)).toEqual(golden.areas);
  const shown = regions.filter(({ confidence }) => confidence >= leastShown);
  expect(shown.length).toBeLessThan(regions.length);
  expect(labelQuality({ width, height, heat, regions: shown })).toBeCloseTo(golden.score, 6);
});
