/** Red, green, blue, 0..255 each. */
export type Rgb = readonly [number, number, number];

/** One class of a data set. `ignored` ids (void) are neither scored nor shown to the model as a class. */
export interface ClassInfo {
  readonly id: number;
  readonly name: string;
  readonly color: Rgb;
  readonly ignored: boolean;
}

/** The classes of a data set, in order of id, each id once. */
export type ClassTable = readonly ClassInfo[];
