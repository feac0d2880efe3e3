import { createRandom } from "../../src/core/random.ts";
import { Editor } from "../fixtures/editor.ts";
import { compareLabels, sampleFile } from "../fixtures/files.ts";
import { expect, test } from "../fixtures/test.ts";

// `npm run kill -- 200 1 reloads` sets these.
const rounds = Number(process.env.MASKMEND_RELOADS ?? 8);
const seed = Number(process.env.MASKMEND_KILL_SEED ?? 1);

const width = 640;
const places = Array.from({ length: 20 }, (_, i) => ({ x: 60 + 100 * (i % 5), y: 60 + 100 * Math.floor(i / 5) }));
/** Where all places are painted, they are painted over with the other. */
const classNames = ["book", "car"];

test(`a page that is reloaded or closed right after a stroke, ${rounds} times, loses none`, async ({
  context,
  page: first,
}) => {
  test.setTimeout(120_000 + rounds * 60_000);
  // Strokes need no model, and loading one is most of a start.
  await context.route("**/models/**", (route) => route.abort());
  await context.addInitScript(() => {
    const habits = { live: false, brushSize: 20, hintsDismissed: true };
    localStorage.setItem("maskmend.settings", JSON.stringify(habits));
  });
  const random = createRandom(seed);
  const counts = { seed, strokes: 0, reloads: 0, closed: 0, lost: 0 };
  let page = first;
  let editor = new Editor(page);
  let label: Uint8Array = sampleFile("labels/01-street.png");
  for (let i = 0; i < rounds; i++) {
    if (i === 0) {
      await editor.start("?backend=wasm");
      await editor.trySample();
    }
    await editor.paintWith(classNames[Math.floor(i / places.length) % classNames.length]);
    await editor.choose("Class brush");
    const { x, y } = places[i % places.length];
    await editor.drag([
      { x, y },
      { x: x + 40, y: y + 20 },
    ]);
    counts.strokes += 1;
    // Nothing is waited for: the page goes in the middle of keeping it.
    if (random.int(2) === 0) {
      await page.reload();
      counts.reloads += 1;
    } else {
      await page.close();
      counts.closed += 1;
      page = await context.newPage();
      editor = new Editor(page);
      await editor.start("?backend=wasm");
    }
    await editor.resume.click();
    await editor.imageOpen("01-street");
    const { bytes } = await editor.export("This label as a file");
    const { changed, after, sameFormat } = compareLabels(label, bytes);
    expect(sameFormat).toBe(true);
    const isThere = changed.length > 500 && after[(y + 20) * width + x + 40] === after[y * width + x];
    if (!isThere) counts.lost += 1;
    expect(changed.filter((pixel) => Math.hypot(pixel.x - x - 20, pixel.y - y - 10) > 50)).toEqual([]);
    label = bytes;
    if (process.env.MASKMEND_RELOADS !== undefined && (i + 1) % 10 === 0) console.log(JSON.stringify(counts));
  }
  console.log(JSON.stringify(counts));
  expect(counts).toMatchObject({ strokes: rounds, lost: 0 });
});
