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

/** Bilinear with half-pixel centres, as `upsample`: [planes, h, w] -> [planes, 2 h, 2 w]. */
export function doubled({ values, planes, width, height }: Raster): Raster {
  const [columns, rows] = [2 * width, 2 * height];
  const [across, down] = [doublingTaps(width), doublingTaps(height)];
  const result = new Float32Array(planes * columns * rows);
  for (let plane = 0, i = 0; plane < planes; plane++) {
    for (const [near, far] of down) {
      const at = (plane * height + near) * width;
      const beyond = (plane * height + far) * width;
      for (const [left, right] of across) {
        const upper = 0.75 * values[at + left] + 0.25 * values[at + right];
        const lower = 0.75 * values[beyond + left] + 0.25 * values[beyond + right];
        result[i++] = 0.75 * upper + 0.25 * lower;
      }
    }
  }
  return { values: result, planes, width: columns, height: rows };
}

/** For each of 2 * length cells the one that weighs 3/4 in it and the one that weighs 1/4; the border is repeated. */
function doublingTaps(length: number): [near: number, far: number][] {
  return Array.from({ length: 2 * length }, (_, i) => {
    const near = i >> 1;
    return [near, Math.min(Math.max(near + (i % 2 === 0 ? -1 : 1), 0), length - 1)];
  });
}
