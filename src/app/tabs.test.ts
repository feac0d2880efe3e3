import { describe, expect, it, vi } from "vitest";
import { rectRegion } from "../core/region";
import { greyPng, memorySource } from "../dataset/fixtures/files";
import { inThreadCoder } from "../dataset/labelCoder";
import { openDataset } from "../dataset/openDataset";
import { createAutosave } from "../project/autosave";
import { browser } from "../project/fixtures/browserTabs";
import { ownedStore } from "../project/ownedStore";
import { createOwnership, type TabPorts } from "../project/ownership";
import { keepFiles, loadFiles } from "../project/sources";
import type { KeyValueStore } from "../project/storage";
import type { OpenDocument } from "../review/types";
import { createDocuments } from "./documents";
import { createOlderState } from "./olderState";
import type { Services } from "./services";
import { createSession, type Session } from "./session";
import { createTabs, tellOfUnknownTabs } from "./tabs";
import { createWork } from "./work";

const key = "masks/a.png";
/** A tab that answers is given time, however busy the machine; one that is silent on purpose is not waited for. */
const patience = { patienceMs: 3000, graceMs: 5 };
const littlePatience = { ...patience, patienceMs: 150 };
const source = memorySource({ "images/a.jpg": greyPng(8, 4), [key]: greyPng(8, 4) });

/** A tab with the data set open, as far as it takes part in what is kept. */
async function openTab(ports: TabPorts, shared: KeyValueStore, waits = patience) {
  const ownership = createOwnership(ports, waits);
  const store = ownedStore(shared, ownership.mayWrite);
  const session = createSession();
  const work = createWork({ store, samplesUrl: "samples/" } as Services, session, ownership);
  const documents = createDocuments({ decoder: inThreadCoder });
  let document: OpenDocument | null = null;
  const open = async (): Promise<void> => {
    const dataset = await openDataset(source);
    const autosave = await work.begin(source, dataset, "sample");
    documents.follow(autosave);
    document = (await documents.edit(dataset, dataset.items[0])).document;
    session.setState({ dataset, readOnly: work.isOwn() ? null : "elsewhere" });
  };
  let isInSight = true;
  const tabs = createTabs(
    ownership,
    session,
    work,
    { reopen: open },
    () => undefined,
    () => isInSight,
  );
  await open();
  return {
    ...{ session, work, tabs, ownership, reopen: open },
    lookAt(isSeen: boolean): void {
      isInSight = isSeen;
      if (isSeen) tabs.goOn();
    },
    /** What the interface does for a click: false where it says that it cannot. */
    paint(x: number): boolean {
      if (session.getState().readOnly !== null) return false;
      document?.edit("paint", (edit) => edit.setLabel(rectRegion({ x, y: 0, width: 1, height: 1 }), 1));
      return true;
    },
    document: () => document,
    begin: () => document?.begin("stroke"),
    /** Without asking whether it may: what a late turn of something would do. */
    paintBlindly: (x: number) =>
      document?.edit("paint", (edit) => edit.setLabel(rectRegion({ x, y: 0, width: 1, height: 1 }), 1)),
    shown: () => painted(document),
  };
}

type Tab = Awaited<ReturnType<typeof openTab>>;

const painted = (document: Pick<OpenDocument, "labels"> | null): number[] =>
  [...(document?.labels.data.subarray(0, 8) ?? [])].flatMap((id, x) => (id === 1 ? [x] : []));

/** What a visit after all tabs are closed finds. */
async function stored(store: KeyValueStore, projectId: string): Promise<number[]> {
  const dataset = await openDataset(source);
  const documents = createDocuments({ decoder: inThreadCoder });
  documents.follow(createAutosave({ store, projectId }));
  const { document, ended } = await documents.edit(dataset, dataset.items[0]);
  expect(ended?.isBroken ?? false).toBe(false);
  return painted(document);
}

const rest = (ms = 0) => new Promise((resolve) => setTimeout(resolve, ms));
const pauses = {
  none: async () => undefined,
  turn: () => rest(),
  writing: () => rest(4),
} as const;

/** Every order of three edits, each in one of two tabs, and a take-over by the second. */
const orders = [0, 1, 2, 3].flatMap((at) =>
  Array.from({ length: 8 }, (_, bits) => {
    const edits = [0, 1, 2].map((n) => ((bits >> n) & 1 ? "B" : "A"));
    return [...edits.slice(0, at), "take over", ...edits.slice(at)] as readonly ("A" | "B" | "take over")[];
  }),
);

describe.each(Object.keys(pauses) as (keyof typeof pauses)[])("with pauses: %s", (pause) => {
  it.each(orders.map((order) => [order.join(", "), order] as const))(
    "%s: what was painted is kept, in one tab at a time",
    async (_, order) => {
      const { ports, store } = browser();
      const tabs = { A: await openTab(ports(), store), B: await openTab(ports(), store) };
      const id = tabs.A.work.current()?.projectId ?? "";
      const done: number[] = [];
      let taking: Promise<void> = Promise.resolve();
      for (const [x, act] of order.entries()) {
        if (act === "take over") taking = tabs.B.tabs.takeOver();
        else if (tabs[act].paint(x)) done.push(x);
        expect([tabs.A, tabs.B].filter(({ ownership }) => ownership.isOwn()).length).toBeLessThanOrEqual(1);
        await pauses[pause]();
      }
      await taking;
      await tabs.B.work.settle();
      expect(tabs.A.session.getState()).toMatchObject({ readOnly: "elsewhere", saved: "elsewhere" });
      expect(tabs.B.session.getState()).toMatchObject({ readOnly: null, saved: "saved" });
      expect(tabs.B.shown()).toEqual(done);
      expect(await stored(store, id)).toEqual(done);
      // Before it was asked, the first tab edits; after it let go, the second.
      if (pause === "writing") {
        const at = order.indexOf("take over");
        expect(done).toEqual(expect.arrayContaining(order.flatMap((act, x) => (x < at && act === "A" ? [x] : []))));
      }
    },
  );
});

async function two(
  hears?: () => boolean,
): Promise<{ A: Tab; B: Tab; store: KeyValueStore; id: string; ports: TabPorts }> {
  const { ports, store } = browser();
  const A = await openTab(ports(hears), store);
  const B = await openTab(ports(), store, hears ? littlePatience : patience);
  return { A, B, store, id: A.work.current()?.projectId ?? "", ports: ports() };
}

it("there and back again: each tab goes on with what the other did", async () => {
  const { A, B, store, id } = await two();
  A.paint(0);
  await B.tabs.takeOver();
  B.paint(1);
  await A.tabs.takeOver();
  expect(A.shown()).toEqual([0, 1]);
  A.paint(2);
  expect(B.paint(3)).toBe(false);
  await A.work.settle();
  expect(await stored(store, id)).toEqual([0, 1, 2]);
});

it("what is kept after a pause only, such as suggestions, is kept before the other tab reads it", async () => {
  const { A, B } = await two();
  A.paint(0);
  await A.work.settle();
  A.document()?.show("found");
  expect(A.session.getState().saved).toBe("pending");
  await B.tabs.takeOver();
  expect(B.document()?.store.getState().shown).toBe("found");
});

it("a page that is just being left is waited for", async () => {
  const { ports, store } = browser();
  const A = await openTab(ports(), store);
  const isOwn = createOwnership(ports(), { graceMs: 200 }).claim(A.work.current()?.projectId ?? "");
  setTimeout(() => A.work.leave(), 20);
  expect(await isOwn).toBe(true);
});

it("a tab that does not answer loses the data set, keeps what it had kept, and writes nothing more", async () => {
  let hears = true;
  const { A, B, store, id } = await two(() => hears);
  A.paint(0);
  await A.work.settle();
  hears = false;
  await B.tabs.takeOver();
  B.paint(1);
  expect(A.paint(2)).toBe(false);
  expect(() => A.paintBlindly(2)).toThrow("another tab");
  await rest(700);
  expect(A.session.getState()).toMatchObject({ readOnly: "elsewhere", saved: "elsewhere" });
  await B.work.settle();
  expect(await stored(store, id)).toEqual([0, 1]);
});

it("a tab from which it is taken before it could keep a stroke says so", async () => {
  let hears = true;
  const { A, B } = await two(() => hears);
  A.paint(0);
  await A.work.settle();
  A.begin()?.edit.setLabel(rectRegion({ x: 5, y: 0, width: 1, height: 1 }), 1);
  hears = false;
  await B.tabs.takeOver();
  expect(A.session.getState()).toMatchObject({ readOnly: "elsewhere", saved: "failed" });
  expect(A.session.getState().message?.title).toBe("The last changes here are not kept");
  expect(B.shown()).toEqual([0]);
});

it("a tab that cannot write refuses, and edits on; it is taken from it only where the user says so", async () => {
  const { A, B, store } = await two();
  const write = vi.spyOn(store, "write").mockRejectedValue(new Error("disk on fire"));
  A.paint(0);
  const taking = B.tabs.takeOver();
  await vi.waitFor(() => expect(B.session.getState().question?.text).toContain("disk on fire"));
  B.session.getState().question?.answer(false);
  await taking;
  expect([A.session.getState().readOnly, B.session.getState().readOnly]).toEqual([null, "elsewhere"]);
  write.mockRestore();
  expect(A.paint(1)).toBe(true);
  await B.tabs.takeOver();
  expect(B.shown()).toEqual([0, 1]);
});

it("a tab that saves into files does not let go meanwhile", async () => {
  const { A, B } = await two();
  A.session.setState({ exporting: { text: "Saving 3/10", verb: "Saving" } });
  const taking = B.tabs.takeOver();
  await vi.waitFor(() => expect(B.session.getState().question?.text).toContain("Saving 3/10"));
  B.session.getState().question?.answer(false);
  await taking;
  expect(A.paint(0)).toBe(true);
});

it("two tabs that want it at once get it one after the other", async () => {
  const { A, B, store, id, ports } = await two();
  const C = await openTab(ports, store);
  A.paint(0);
  await Promise.all([B.tabs.takeOver(), C.tabs.takeOver()]);
  expect([A, B, C].filter(({ ownership }) => ownership.isOwn())).toHaveLength(1);
  const owner = B.ownership.isOwn() ? B : C;
  owner.paint(1);
  await owner.work.settle();
  expect(await stored(store, id)).toEqual([0, 1]);
});

/** The first tab painted what the second does not show, and is closed. */
async function closed() {
  const both = await two();
  const { A, B } = both;
  B.lookAt(false);
  A.paint(0);
  await A.work.settle();
  A.work.leave();
  await vi.waitFor(() => expect(B.session.getState().readOnly).toBe("closed"));
  return both;
}

it("once the other tab is closed, the one in sight goes on from what was kept, by itself, and says so", async () => {
  const { B, store, id } = await closed();
  expect(B.paint(1)).toBe(false);
  expect(B.shown()).toEqual([]);
  B.lookAt(true);
  await vi.waitFor(() => expect(B.session.getState().message?.title).toBe("This tab goes on"));
  expect(B.session.getState().readOnly).toBeNull();
  expect(B.shown()).toEqual([0]);
  expect(B.paint(1)).toBe(true);
  await B.work.settle();
  expect(await stored(store, id)).toEqual([0, 1]);
});

it("it does not go on by itself over an export, an open dialog or what only this tab has", async () => {
  const ways = [
    [{ exporting: { text: "Exporting", verb: "Exporting" } }, { exporting: null }],
    [{ dialog: "settings" }, { dialog: null }],
    [{ saved: "failed" }, { saved: "elsewhere" }],
  ] as const;
  for (const [busy, free] of ways) {
    const { B } = await closed();
    B.session.setState(busy);
    B.lookAt(true);
    await rest(20);
    expect(B.session.getState().readOnly).toBe("closed");
    B.session.setState(free);
    await vi.waitFor(() => expect(B.session.getState().readOnly).toBeNull());
    expect(B.shown()).toEqual([0]);
  }
});

it("a page that is reloaded gets back what it edited, though another tab out of sight waited for it", async () => {
  const { A, B } = await closed();
  await A.reopen();
  expect(A.session.getState().readOnly).toBeNull();
  expect(A.shown()).toEqual([0]);
  await vi.waitFor(() => expect(B.session.getState().readOnly).toBe("elsewhere"));
  expect(B.paint(2)).toBe(false);
  expect(A.paint(1)).toBe(true);
});

it("a tab that looks on is reloaded with what the other kept by now, which edits on", async () => {
  const { A, B } = await two();
  A.paint(0);
  await A.work.settle();
  expect(B.shown()).toEqual([]);
  await B.tabs.reload();
  expect(B.shown()).toEqual([0]);
  expect([A.session.getState().readOnly, B.session.getState().readOnly]).toEqual([null, "elsewhere"]);
  expect(A.paint(1)).toBe(true);
});

describe("what is exported while another tab edits", () => {
  async function exporting() {
    const { A, B } = await two();
    A.paint(0);
    await A.work.settle();
    const files: number[][] = [];
    const saysOlder = createOlderState(B.session, B.tabs);
    const output = saysOlder({ export: async () => void files.push(B.shown()) }, "export");
    const asked = async (): Promise<NonNullable<Session["question"]>> => {
      await vi.waitFor(() => expect(B.session.getState().question).not.toBeNull());
      return B.session.getState().question as NonNullable<Session["question"]>;
    };
    return { A, B, files, output, asked };
  }

  it("is said to be older, and is reloaded first, left as it is or not exported, as the user says", async () => {
    for (const [answer, written] of [
      [false, []],
      ["other", [[]]],
      [true, [[0]]],
    ] as const) {
      const { A, files, output, asked } = await exporting();
      const done = output.export();
      const question = await asked();
      expect(question.title).toBe("Export an older state?");
      expect(question.text).toMatch(
        /as it was at \d+:\d\d [AP]M: some or all of what was done there since would be missing/,
      );
      expect(files).toEqual([]);
      question.answer(answer);
      await done;
      expect(files).toEqual(written);
      expect(A.session.getState().readOnly).toBeNull();
    }
  });

  it("is what only this tab has, where that could not be kept: nothing is reloaded over it", async () => {
    const { B, files, output, asked } = await exporting();
    B.session.setState({ saved: "failed", savedDetail: "Its last changes are lost." });
    const done = output.export();
    const question = await asked();
    expect(question).toMatchObject({ title: "Export what only this tab has?", yes: "Export it" });
    expect(question.other).toBeUndefined();
    question.answer(true);
    await done;
    expect(files).toEqual([[]]);
  });

  it("is asked about no more once this tab edits", async () => {
    const { B, files, output } = await exporting();
    await B.tabs.takeOver();
    await output.export();
    expect(files).toEqual([[0]]);
  });
});

it("neither removes a data set that another tab has open, nor drops the copies of its files to make room", async () => {
  const { A, ports, store, id } = await two();
  A.paint(0);
  await A.work.settle();
  const blob = new Blob([new Uint8Array(100)]);
  await keepFiles(store, id, [{ path: "a", blob }]);
  const ownership = createOwnership(ports, patience);
  const work = createWork({ store, samplesUrl: "samples/" } as Services, createSession(), ownership);
  await expect(work.remove(id)).rejects.toThrow("open in another tab");
  expect(await stored(store, id)).toEqual([0]);
  await keepFiles(store, "other", [{ path: "b", blob }], 120, await ownership.inUse());
  expect(await loadFiles(store, id)).toHaveLength(1);
  await keepFiles(store, "other", [{ path: "b", blob }], 120);
  expect(await loadFiles(store, id)).toBeNull();
});

it("says once where tabs cannot be told of one another", async () => {
  const session = createSession();
  tellOfUnknownTabs(session);
  const dataset = await openDataset(source);
  session.setState({ dataset });
  expect(session.getState().message?.title).toBe("Open each data set in one tab only");
  session.setState({ message: null });
  session.setState({ dataset: null });
  session.setState({ dataset });
  expect(session.getState().message).toBeNull();
});
