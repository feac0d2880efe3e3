import { describe, expect, it } from "vitest";
import { becamePng, countOf, failuresText, savedText } from "./exportTexts";

const nothing = { saved: 0, declined: 0, left: 0, failures: [], stale: [] } as const;
const gone = (label: string) => ({ label, reason: `${label}: The file cannot be read (It is gone). Open it again.` });

describe("what saving in place came to", () => {
  it("says what was saved, what was not, and where the files as they were lie", () => {
    expect(savedText("set", nothing).title).toBe("Nothing to save");
    expect(savedText("set", { ...nothing, saved: 1200 })).toEqual({
      title: "Saved 1,200 labels into set",
      text: "The files as they were lie in .maskmend-backup.",
    });
    expect(savedText("set", { ...nothing, declined: 2 })).toEqual({
      title: "No label saved",
      text: "2 labels left unsaved, as you chose.",
    });
  });

  it("says how far it came where it was stopped", () => {
    expect(savedText("set", { ...nothing, saved: 3, left: 1 })).toEqual({
      title: "Stopped: 3 labels saved into set",
      text: "Up to 1 label is unsaved. Save again to go on with them. The files as they were lie in .maskmend-backup.",
    });
    expect(savedText("set", { ...nothing, left: 2 }).title).toBe("Stopped: no label saved");
  });

  it("names the first that failed, how many more, and what is saved all the same", () => {
    const failures = ["a.png: It was not saved (locked).", "b.png: It was not saved (locked)."];
    expect(savedText("set", { ...nothing, saved: 1, left: 4, failures })).toEqual({
      title: "2 labels were not saved",
      text: "a.png: It was not saved (locked). 1 more failed. 1 label saved into set. Then saving was stopped. Up to 4 labels are unsaved. Save again to go on with them. The files as they were lie in .maskmend-backup.",
    });
    expect(savedText("set", { ...nothing, failures: failures.slice(1) })).toEqual({
      title: "1 label was not saved",
      text: "b.png: It was not saved (locked). No label saved.",
    });
  });
});

it("of an export says how many of how many are in it, and where the others are listed", () => {
  expect([countOf(1, []), countOf(5000, []), countOf(4, [gone("a")])]).toEqual([
    "1 label",
    "5,000 labels",
    "4 of 5 labels",
  ]);
  expect(failuresText("Left out", [], "changes.json")).toBe("");
  expect(failuresText("Left out", [gone("a")], "changes.json")).toMatch(
    /^Left out: a: .* It is listed in changes\.json\.$/,
  );
  expect(failuresText("Left out", [gone("a"), gone("b"), gone("c")], "changes.json")).toMatch(
    / It and 2 more are listed in changes\.json\.$/,
  );
});

it("of labels that became PNG speaks of one or of several", () => {
  expect(becamePng([])).toBe("");
  expect(becamePng(["a.jpg"])).toContain("a.jpg cannot hold the label exactly, so it was written");
  expect(becamePng(["a.jpg", "b.jpg"])).toContain("a.jpg and 1 more cannot hold their labels exactly, so these were");
});
