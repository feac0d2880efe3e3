import type { ClassTable, Rgb } from "../../core/classTable";

/** Red, green, blue, alpha as one little-endian word of ImageData. */
export function packRgba(color: Rgb, alpha = 255): number {
  return ((alpha << 24) | (color[2] << 16) | (color[1] << 8) | color[0]) >>> 0;
}

/**
 * The display colour of every id: opaque for visible classes, transparent for hidden ones. Ids the table does not
 * name are drawn in mid-grey rather than left out, or their pixels would look unlabelled.
 */
export function displayPalette(classes: ClassTable, hidden: ReadonlySet<number>): Uint32Array {
  const palette = new Uint32Array(65536).fill(packRgba([128, 128, 128]));
  for (const { id, color } of classes) palette[id] = hidden.has(id) ? 0 : packRgba(color);
  return palette;
}
