import type { Slice } from "./slice";

/** Where in a data set the user is: at all its images or the open one, and whether the review of all findings lies over it. */
export interface Place {
  readonly view: "dataset" | "editor";
  readonly inReview: boolean;
}

/** Null: not known. */
export const placeSlice: Slice<Place | null> = {
  name: "place",
  encode: (place) => place ?? undefined,
  decode(record) {
    const { view, inReview } = (record ?? {}) as Partial<Place>;
    return view === "dataset" || view === "editor" ? { view, inReview: inReview === true } : null;
  },
};
