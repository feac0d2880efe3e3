import { describe, expect, it } from "vitest";
import { box, findRequest, IDS, picture } from "./fixtures/picture";
import { VOID } from "./scene";
import { heatOf, searched } from "./searched";

const of = picture(768, 512, [box(1, 0, 256, 768, 256)]);

describe("an image as it is searched", () => {
  it("is scaled once, with the label and the exclusion under every pixel's centre", () => {
    const excluded = Uint8Array.from(of.labels, (_, i) => (i % 768 < 300 ? 1 : 0));
    const first = searched(of.image, findRequest(of, of.labels, { excluded, ignoredIds: [IDS[1]] }));
    const { scene } = first;
    expect([scene.width, scene.height, first.image.scaledFrom]).toEqual([384, 256, of.image]);
    expect(searched(of.image, findRequest(of, of.labels)).image).toBe(first.image);
    scene.label.forEach((id, i) => {
      const below = Math.floor(i / 384) >= 128;
      if (id !== (below ? VOID : IDS[0]) || first.excluded[i] !== (i % 384 < 150 ? 1 : 0))
        throw new Error(`Pixel ${i}`);
      // The two rows at the border show both colours.
      const isMixed = Math.abs(Math.floor(i / 384) - 127.5) < 1;
      if (!isMixed && Math.abs(scene.image[3 * i] - of.image.rgba[below ? 4 * (512 * 768 - 1) : 0] / 255) > 1e-6)
        throw new Error(`${i}`);
    });
  });

  it("is the image itself at its own size", () => {
    const own = picture(300, 240, []);
    expect(searched(own.image, findRequest(own, own.labels)).image).toBe(own.image);
  });

  it("refuses rasters that do not fit", () => {
    expect(() => searched(of.image, findRequest(of, of.labels, { width: 767 }))).toThrow("767x512");
    expect(() => searched(of.image, findRequest(of, new Uint16Array(5)))).toThrow("5 px");
    expect(() => searched(of.image, findRequest(of, of.labels, { excluded: new Uint8Array(7) }))).toThrow("7 px");
  });
});

it("heat is the suspicion at the image's size, none where nothing is to be checked", () => {
  const { scene } = searched(of.image, findRequest(of, of.labels));
  const suspicion = Float32Array.from(scene.label, (_, i) => (i % 384 < 100 ? 1 : 0.2));
  const excluded = Uint8Array.from(of.labels, (_, i) => (i < 5 ? 1 : 0));
  const heat = heatOf(scene, suspicion, findRequest(of, of.labels, { excluded, ignoredIds: [IDS[1]] }));
  expect([heat[4], heat[5], heat[199], heat[200], heat[256 * 768 - 1], heat[256 * 768]]).toEqual([
    0, 255, 255, 51, 51, 0,
  ]);
});
