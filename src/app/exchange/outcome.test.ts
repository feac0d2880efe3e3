import { expect, it } from "vitest";
import { type ImportOutcome, outcomeText, outcomeTitle } from "./outcome";

const nothing: ImportOutcome = {
  ...{ kind: "decisions", file: "decisions.jsonl", images: 0, rows: 0, withRows: 0, relabelled: 0, gone: 0 },
  ...{ reviewed: 0, excluded: 0, replaced: 0, dropped: 0, same: 0, kept: 0, passed: { here: 0, there: 0 } },
  ...{ left: [], ended: null },
};
const problem = { path: "a.png", reason: "It is not here.", remedy: "Open it.", severity: "error" } as const;

const decisions: readonly [string, Partial<ImportOutcome>][] = [
  ["The file speaks of no image.", {}],
  ["Nothing was imported.", { ended: "It was cancelled." }],
  ["1 image left out.", { left: [problem] }],
  ["2 images were in before.", { same: 2 }],
  ["1 image was in before. 2 images with conflicts: yours are kept.", { same: 1, kept: 2 }],
  ["1 image marked as reviewed. 1 image was in before.", { reviewed: 1, same: 1 }],
  ["1 decision in 1 image.", { images: 1, rows: 1, withRows: 1 }],
  ["2 decisions in 1 image; only the label of 1 more changed.", { images: 2, rows: 2, withRows: 1, relabelled: 1 }],
  ["3 decisions in 2 images; only the labels of 2 more changed.", { images: 4, rows: 3, withRows: 2, relabelled: 2 }],
  ["The label of 1 image changed.", { images: 1, relabelled: 1 }],
  ["Labels of 2 images changed. 1 of these images is excluded here.", { images: 2, relabelled: 2, excluded: 1 }],
  ["2 decisions taken here gave way to theirs. The image is excluded here.", { images: 1, gone: 2, excluded: 1 }],
  [
    "1 decision in 1 image. 2 undecided rows went: the label under them changed.",
    { images: 1, rows: 1, withRows: 1, dropped: 2 },
  ],
];

it.each(decisions)("says of decisions: %s", (text, facts) => {
  expect(outcomeText({ ...nothing, ...facts })).toBe(text);
});

const suggestions: readonly [string, Partial<ImportOutcome>][] = [
  ["1 image was in before.", { same: 1 }],
  ["4 rows to review in 1 image.", { images: 1, rows: 4, withRows: 1 }],
  ["1 row to review in 1 image, none in 2 more.", { images: 3, rows: 1, withRows: 1 }],
  ["Nothing to review in 3 images.", { images: 3 }],
  [
    "Nothing to review in 1 image. 2 finds left out: decided here before.",
    { images: 1, passed: { here: 2, there: 0 } },
  ],
  [
    "1 row to review in 1 image. 2 more finds left out: 1 decided here before, 1 rejected where the file was written.",
    { images: 1, rows: 1, withRows: 1, passed: { here: 1, there: 1 } },
  ],
  [
    "1 row to review in 1 image. 1 undecided row of an earlier search was replaced.",
    { images: 1, rows: 1, withRows: 1, replaced: 1 },
  ],
];

it.each(suggestions)("says of suggestions: %s", (text, facts) => {
  expect(outcomeText({ ...nothing, kind: "suggestions", ...facts })).toBe(text);
});

it("is titled by whether anything is new", () => {
  expect(outcomeTitle({ ...nothing, same: 2 })).toBe("Nothing new imported");
  expect(outcomeTitle({ ...nothing, reviewed: 1 })).toBe("Decisions imported");
  expect(outcomeTitle({ ...nothing, kind: "suggestions", images: 1 })).toBe("Suggestions imported");
});
