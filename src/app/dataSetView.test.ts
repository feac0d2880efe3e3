import { describe, expect, it, vi } from "vitest";
import type { Dataset, DatasetItem } from "../dataset/types";
import { passedOver, type ScanOutcome } from "../project/scans";
import { memoryStore } from "../project/storage";
import { createDataSetView } from "./dataSetView";
import { createSession } from "./session";
import { createSettings } from "./settings";
import { createSummaries, summaryOf } from "./summaries";

async function setUp() {
  const session = createSession();
  const items = ["a", "b", "c"].map((name) => ({ key: name, name }) as DatasetItem);
  session.setState({ dataset: { items } as unknown as Dataset, view: "dataset" });
  const summaries = createSummaries({ store: memoryStore() }, session, createSettings());
  await summaries.follow("p");
  const open = vi.fn();
  const view = createDataSetView(session, { open }, summaries);
  const reviewed = () => items.filter(({ key }) => summaryOf(session.getState().summaries, key).reviewed).length;
  return { session, view, open, reviewed, summaries };
}

describe("the data set view", () => {
  it("opens images, and is left and entered with its filter and tile", async () => {
    const { session, view, open } = await setUp();
    view.open();
    expect(session.getState().view).toBe("dataset");
    view.find({ text: "b" });
    view.move("first");
    view.open();
    expect(open).toHaveBeenLastCalledWith(1);
    expect(session.getState().view).toBe("editor");
    view.show();
    expect(session.getState()).toMatchObject({ view: "dataset", filter: { text: "b" }, tiles: { current: "b" } });
    expect(session.getState().announcement.text).toBe("Data set: 1 of 3 images");
  });

  it("marks what is selected, says so, and takes back just that", async () => {
    const { session, view, reviewed, summaries } = await setUp();
    summaries.note(["a"], { reviewed: true });
    view.selectAll();
    view.mark("reviewed");
    expect(reviewed()).toBe(3);
    expect(session.getState().message?.title).toBe("2 images: marked as reviewed");
    session.getState().message?.action?.run();
    expect(reviewed()).toBe(1);
    expect(summaryOf(session.getState().summaries, "a").reviewed).toBe(true);
    view.mark("reviewed", true);
    view.mark("reviewed");
    expect(reviewed()).toBe(0);
    session.setState({ message: null });
    view.mark("reviewed", false);
    expect(session.getState().message).toBeNull();
  });

  it("leaves what the filter hides alone, and does nothing where nothing is chosen", async () => {
    const { session, view, reviewed } = await setUp();
    view.mark("excluded");
    expect(session.getState().message).toBeNull();
    view.selectAll();
    view.find({ text: "c" });
    view.mark("reviewed");
    expect(reviewed()).toBe(1);
    expect(view.clearSelection()).toBe(true);
    expect(view.clearSelection()).toBe(false);
  });

  it("says what a finished scan passed over of images that are included again", async () => {
    const { session, view, summaries } = await setUp();
    summaries.note(["a", "b"], { excluded: true });
    const record = {
      ...{ id: "1", name: "Scan 1", created: 1, keys: ["a", "b", "c"], state: "finished" as const },
      options: { ignoredClasses: [], keepsExclusions: true },
    };
    const outcomes = new Map<string, ScanOutcome>([
      ["a", passedOver],
      ["b", null],
      ["c", null],
    ]);
    session.setState({ scans: [{ record, outcomes }] });
    view.selectAll();
    view.mark("excluded", false);
    expect(session.getState().message?.text).toBe(
      "Scans search them again, and their labels are learnt from. Scan 1, which is finished, passed over 1 of them: beside the grid it can be searched now.",
    );
    view.mark("excluded", true);
    expect(session.getState().message?.text).not.toContain("Scan 1");
  });

  it("says where the worst cannot come first: nothing was searched", async () => {
    const { session, view, summaries } = await setUp();
    view.sortBy("worst");
    expect(session.getState().message?.title).toBe("No image has a score yet");
    session.setState({ message: null });
    summaries.note(["a"], { score: 0.5 });
    view.sortBy("worst");
    expect(session.getState().message).toBeNull();
  });
});
