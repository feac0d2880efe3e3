import { expect, it } from "vitest";
import type { ClassTable } from "../core/classTable";
import { createLabelMap } from "../core/labelMap";
import { createRandom } from "../core/random";
import { rectRegion } from "../core/region";
import { tiledMask } from "../core/tiledMask";
import { createDocument } from "../document/document";
import { plainTraits } from "../document/fixtures/plainTraits";
import { maskedShare } from "./maskedShare";
import { voidUnderMask } from "./voidUnderMask";

const classOf = (id: number, ignored: boolean) => ({ id, name: `${id}`, color: [id, id, id] as const, ignored });
const classes: ClassTable = [classOf(0, true), classOf(1, false), classOf(2, false), classOf(255, true)];

it("the masked share of a window is that of its pixels counted one by one, void or none in the label", () => {
  const random = createRandom(11);
  for (let round = 0; round < 60; round++) {
    const [width, height] = [1 + random.int(40), 1 + random.int(40)];
    const ids = round % 3 === 0 ? [1, 2] : [0, 1, 2, 255];
    const data = Uint16Array.from({ length: width * height }, () => ids[random.int(ids.length)]);
    const labels = { ...createLabelMap(width, height), data };
    const document = createDocument<object>({ key: "a", labels, traits: plainTraits<object>() });
    const density = random.next();
    const rebuild = Uint8Array.from({ length: width * height }, () => (random.next() < density ? 1 : 0));
    const side = 1 + random.int(50);
    const window = { x: random.int(60) - 20, y: random.int(60) - 20, width: side, height: side };
    let [masked, valid] = [0, 0];
    data.forEach((id, i) => {
      const [x, y] = [(i % width) - window.x, Math.floor(i / width) - window.y];
      if (x < 0 || y < 0 || x >= side || y >= side) return;
      masked += rebuild[i];
      valid += rebuild[i] === 1 || (id !== 0 && id !== 255) ? 1 : 0;
    });
    expect(maskedShare(document, classes, tiledMask({ width, height, data: rebuild }), window), `round ${round}`).toBe(
      valid === 0 ? 0 : masked / valid,
    );
  }
});

it("the share kept up to date while label and mask change is that of a document opened anew", () => {
  const random = createRandom(4);
  const [width, height] = [300, 200];
  const data = Uint16Array.from({ length: width * height }, () => [0, 1, 2, 255][random.int(4)]);
  const document = createDocument<object>({ key: "a", labels: { width, height, data }, traits: plainTraits<object>() });
  for (let step = 0; step < 60; step++) {
    const side = () => 1 + random.int(120);
    const region = rectRegion({ x: random.int(width) - 9, y: random.int(height) - 9, width: side(), height: side() });
    const choice = random.next();
    if (choice < 0.1) document.undo();
    else if (choice < 0.6) document.edit("mask", (edit) => edit.setMask(region, random.next() < 0.7));
    else document.edit("paint", (edit) => edit.setLabel(region, [0, 1, 255][random.int(3)]));
    const window = { x: random.int(150) - 20, y: random.int(150) - 20, width: 200, height: 200 };
    const { rebuild } = voidUnderMask(document, classes, (["auto", "keep", "fill"] as const)[step % 3]);
    const labels = { width, height, data: document.labels.data.slice() };
    const anew = createDocument<object>({ key: "b", labels, traits: plainTraits<object>() });
    const share = maskedShare(document, classes, rebuild, window);
    expect(share, `step ${step}`).toBe(maskedShare(anew, classes, tiledMask(rebuild), window));
  }
});
