import { describe, expect, it } from "vitest";
import type { Dataset } from "../dataset/types";
import { noChoices, type ReadingQuestion } from "../formats/questions";
import { readingSummary } from "./readingSummary";

const question = (
  id: ReadingQuestion["id"],
  certainty: ReadingQuestion["certainty"],
  texts: readonly string[],
): ReadingQuestion => ({
  id,
  title: `${id}?`,
  options: texts.map((text) => ({ value: text, text, why: "" })),
  chosen: texts[0],
  certainty,
});

const dataset = (...questions: readonly ReadingQuestion[]) =>
  ({ layout: "Cityscapes", questions }) as unknown as Dataset;

describe("the summary of a reading", () => {
  it("names the label set and the others, and what was assumed", () => {
    const read = dataset(
      question("layout", "clear", ["Cityscapes"]),
      question("labels", "clear", ["labelIds", "color"]),
      question("background", "likely", ["0 is background", "0 is a class"]),
    );
    const { text, open, likely } = readingSummary(read, noChoices);
    expect(text).toBe("Read as Cityscapes, labelIds (also there: color). 0 is background, assumed.");
    expect([open, likely.map(({ id }) => id)]).toEqual([[], ["labels", "background"]]);
    const chosen = readingSummary(read, new Map([["background", "0 is background"]]));
    expect(chosen.text).toContain("0 is background, chosen.");
  });

  it("says what it speaks of", () => {
    const read = dataset(
      question("classList", "likely", ["data.yaml"]),
      question("overlap", "likely", ["The smaller one"]),
      question("pairing", "likely", ["x_seg.png goes with x.jpg."]),
    );
    expect(readingSummary(read, noChoices).text).toBe(
      "Read as Cityscapes. Classes: data.yaml, assumed. Overlaps: the smaller one, assumed. x_seg.png goes with x.jpg, assumed.",
    );
  });

  it("asks what nothing tells, until it is answered", () => {
    const read = dataset(question("void", "open", ["255 is void", "255 is a class"]));
    expect(readingSummary(read, noChoices).open).toHaveLength(1);
    const answered = readingSummary(read, new Map([["void", "255 is void"]]));
    expect([answered.open, answered.likely.length]).toEqual([[], 1]);
  });
});
