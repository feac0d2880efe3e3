/** Planes of one size, one after the other, row by row: [planes, height, width]. */
export interface Raster {
  readonly values: Float32Array;
  readonly planes: number;
  readonly width: number;
  readonly height: number;
}

/** Mean of 2 x 2 cells: [planes, h, w] -> [planes, h / 2, w / 2]. Width and height are even. */
export function halved({ values, planes, width, height }: Raster): Raster {
  const [columns, rows] = [width / 2, height / 2];
  const half = new Float32Array(planes * columns * rows);
  // Planes are whole numbers of rows: the rows of all of them are taken in turn.
  for (let row = 0, i = 0; row < planes * rows; row++) {
    for (let at = 2 * row * width; i < (row + 1) * columns; i++, at += 2) {
      half[i] = 0.25 * (values[at] + values[at + 1] + values[at + width] + values[at + width + 1]);
    }
  }
  return { values: half, planes, width: columns, height: rows };
}
