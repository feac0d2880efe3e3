import { sampleFile } from "../fixtures/files.ts";
import { brushOver, damagesOf, expectRepair } from "../fixtures/repair.ts";
import { expect, test, tinyModel } from "../fixtures/test.ts";

test("the journey on WebGPU, with a tiny model: mask, preview, accept, export", { tag: "@webgpu" }, async ({
  editor,
}) => {
  // Chromium's software adapter compiles shaders slowly.
  test.setTimeout(900_000);
  await editor.start(`?backend=webgpu&model=${tinyModel}`);
  await editor.trySample();
  await editor.button("Got it").click();
  await editor.engineReady("webgpu", 420_000);
  await editor.setSlider("Passes", 1);
  const [damage] = damagesOf("01-street");
  const stroke = await brushOver(editor, damage);
  await expect(editor.suggestions()).not.toHaveCount(0);
  await editor.acceptEverything();
  const { bytes } = await editor.export("This label as a file");
  expectRepair(sampleFile("labels/01-street.png"), bytes, stroke);
});
