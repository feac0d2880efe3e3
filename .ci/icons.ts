// npm run icons: draws the icons of the installed app into public/icons/.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { strToU8 } from "fflate";
import { pngColorType } from "../src/formats/png/index.ts";
import { writePng } from "../src/formats/png/write.ts";
import { root } from "./dependencies.mjs";

/** The mark, as src/ui/start/Logo.tsx draws it: an M on a rounded square of 32 by 32. */
const size = 32;
const corner = 7;
const stroke = 3.4;
const line = [
  [7, 23],
  [7, 9],
  [16, 17],
  [25, 9],
  [25, 23],
] as const;
const teal = [0x0c, 0x85, 0x99] as const;

export const iconFolder = join(root, "public/icons");

/** Files of the folder by name. */
export function icons(): ReadonlyMap<string, Uint8Array> {
  return new Map([
    ["icon.svg", strToU8(svg())],
    ["icon-192.png", png(192, false)],
    ["icon-512.png", png(512, false)],
    ["maskable-512.png", png(512, true)],
  ]);
}

function svg(): string {
  const points = line.map((point) => point.join(" ")).join("L");
  const square = `<rect width="${size}" height="${size}" rx="${corner}" fill="#0c8599"/>`;
  const mark = `<path d="M${points}" fill="none" stroke="#fff" stroke-width="${stroke}" stroke-linejoin="round"/>`;
  const title = "<title>MaskMend</title>";
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}">${title}${square}${mark}</svg>\n`;
}

/** @param isMaskable Filled to its edges, and the mark inside the middle that every system's mask leaves. */
function png(pixels: number, isMaskable: boolean): Uint8Array {
  const samples = new Uint16Array(pixels * pixels * 4);
  const unit = (isMaskable ? 1.25 : 1) * (size / pixels);
  for (let y = 0; y < pixels; y++) {
    for (let x = 0; x < pixels; x++) {
      const at = [size / 2 + (x + 0.5 - pixels / 2) * unit, size / 2 + (y + 0.5 - pixels / 2) * unit] as const;
      // Half a pixel either side of an edge is drawn in part.
      const covered = (inside: number) => Math.min(1, Math.max(0, inside / unit + 0.5));
      const white = covered(insideMark(at));
      const colour = teal.map((value) => Math.round(value + (255 - value) * white));
      samples.set([...colour, isMaskable ? 255 : Math.round(255 * covered(insideSquare(at)))], 4 * (y * pixels + x));
    }
  }
  return writePng({ width: pixels, height: pixels, bitDepth: 8, colorType: pngColorType.rgba, samples });
}

type Point = readonly [x: number, y: number];

/** How far inside the rounded square a point is. */
function insideSquare([x, y]: Point): number {
  const [dx, dy] = [Math.abs(x - size / 2), Math.abs(y - size / 2)].map((to) => to - (size / 2 - corner));
  return corner - (dx > 0 && dy > 0 ? Math.hypot(dx, dy) : Math.max(dx, dy));
}

/** How far inside the stroke a point is; joins are round, and both ends, which point down, are cut off straight. */
function insideMark(point: Point): number {
  const distance = Math.min(...line.slice(1).map((end, i) => distanceToSegment(point, line[i], end)));
  return Math.min(stroke / 2 - distance, line[0][1] - point[1]);
}

function distanceToSegment([x, y]: Point, [x1, y1]: Point, [x2, y2]: Point): number {
  const [dx, dy] = [x2 - x1, y2 - y1];
  const t = Math.min(1, Math.max(0, ((x - x1) * dx + (y - y1) * dy) / (dx * dx + dy * dy)));
  return Math.hypot(x - x1 - t * dx, y - y1 - t * dy);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  mkdirSync(iconFolder, { recursive: true });
  for (const [name, bytes] of icons()) writeFileSync(join(iconFolder, name), bytes);
  console.log(`Wrote ${iconFolder}`);
}
