import { beforeEach, describe, expect, it } from "vitest";
import type { Dataset } from "../dataset/types";
import { createMessages, type Messages } from "./messages";
import { createSession, type OpenImage, type SessionStore } from "./session";
import { showError, showInfo, showUndoable } from "./tell";

const image = (key: string) => ({ item: { key } }) as OpenImage;
const dataset = (id: string) => ({ id, items: [], classes: [] }) as unknown as Dataset;

describe("messages", () => {
  let time = 0;
  let session: SessionStore;
  let messages: Messages;
  const shown = () => messages.store.getState().told.flatMap((one) => (one.isShown ? [one.message.title] : []));
  const kept = () => messages.store.getState().told.map((one) => one.message.title);
  beforeEach(() => {
    time = 0;
    session = createSession();
    messages = createMessages(session, () => time);
    session.setState({ dataset: dataset("a"), view: "editor", image: image("1") });
  });

  it("go out of sight with the screen they were told on, and stay in the list", () => {
    showError(session, "It failed", new Error("no memory"));
    session.setState({ pointer: { x: 1, y: 1 } });
    time = 60_000;
    expect(shown()).toEqual(["It failed"]);
    session.setState({ view: "dataset" });
    expect([shown(), kept()]).toEqual([[], ["It failed"]]);
  });

  it("stay in sight on other screens while they can take something back", () => {
    showUndoable(session, "Excluded", "1 image", () => undefined);
    time = 60_000;
    session.setState({ view: "dataset" });
    expect(shown()).toEqual(["Excluded"]);
  });

  it("offer one thing at a time: the newest to be taken back is in sight, those before are in the list", () => {
    showInfo(session, "Other", "");
    showUndoable(session, "Excluded", "1 image", () => undefined);
    showUndoable(session, "Reviewed", "1 image", () => undefined);
    expect([shown(), kept()]).toEqual([
      ["Other", "Reviewed"],
      ["Other", "Excluded", "Reviewed"],
    ]);
  });

  it("stay where they were told while the next screen was being opened", () => {
    showError(session, "An earlier one", new Error("no"));
    time = 10_000;
    showInfo(session, "Earlier work is lost", "b.png");
    time = 10_500;
    session.setState({ image: image("2") });
    expect(shown()).toEqual(["Earlier work is lost"]);
    time = 20_000;
    session.setState({ image: image("3") });
    expect(shown()).toEqual([]);
  });

  it("are one where the same is said again, with the newest action", () => {
    const ran: number[] = [];
    showUndoable(session, "Excluded", "1 image", () => ran.push(1));
    showInfo(session, "Other", "");
    showUndoable(session, "Excluded", "1 image", () => ran.push(2));
    expect(kept()).toEqual(["Other", "Excluded"]);
    messages.store.getState().told.at(-1)?.message.action?.run();
    expect(ran).toEqual([2]);
  });

  it("are one where they are about the same: the newest counts", () => {
    showInfo(session, "Not ready to work offline", "HTTP 404", { about: "offline" });
    showInfo(session, "Other", "");
    showInfo(session, "Ready to work offline", "It is kept", { about: "offline" });
    expect([shown(), kept()]).toEqual(Array(2).fill(["Other", "Ready to work offline"]));
  });

  it("offer no action of a data set that is not open any more", () => {
    showUndoable(session, "Excluded", "1 image", () => undefined);
    showInfo(session, "Other", "");
    session.setState({ dataset: null });
    expect(kept()).toEqual(["Other"]);
  });

  it("go when another data set is opened, but for those of the app and those that came with it", () => {
    showInfo(session, "A class came back", "");
    showInfo(session, "Storage answers", "", { isOfApp: true });
    // On the start screen all can still be read; what was open may be opened again.
    session.setState({ dataset: null });
    session.setState({ dataset: dataset("a") });
    expect(kept()).toEqual(["A class came back", "Storage answers"]);
    session.setState({ busy: "Reading files" });
    showInfo(session, "Work was taken over", "");
    session.setState({ dataset: dataset("b") });
    expect(kept()).toEqual(["Storage answers", "Work was taken over"]);
    session.setState({ busy: null });
    session.setState({ dataset: dataset("c") });
    expect(kept()).toEqual(["Storage answers"]);
  });

  it("go once they are no longer true", () => {
    showInfo(session, "Paused", "", { holds: ({ busy }) => busy === null });
    showInfo(session, "Other", "");
    session.setState({ pointer: { x: 1, y: 1 } });
    expect(kept()).toEqual(["Paused", "Other"]);
    session.setState({ busy: "At it" });
    expect(kept()).toEqual(["Other"]);
    session.setState({ busy: null });
    expect(kept()).toEqual(["Other"]);
  });

  it("are put away, dropped and cleared", () => {
    showInfo(session, "One", "");
    showInfo(session, "Two", "");
    messages.putAway("info One ");
    expect([shown(), kept()]).toEqual([["Two"], ["One", "Two"]]);
    messages.drop("info Two ");
    expect(kept()).toEqual(["One"]);
    messages.clear();
    expect(kept()).toEqual([]);
  });
});
