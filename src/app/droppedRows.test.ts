import { expect, it } from "vitest";
import { createLabelMap } from "../core/labelMap";
import { rectRegion } from "../core/region";
import { createDocument } from "../document/document";
import { openSuggestions } from "../review/queue";
import { suggestionTraits } from "../review/suggestions";
import { createChecking } from "./checking";
import { tellOfDroppedRows } from "./droppedRows";
import { openInSession } from "./fixtures/openInSession";
import { createSession } from "./session";

const classes = ["ground", "car"].map((name, id) => ({ id, name, color: [0, 0, 0], ignored: false }) as const);
const around = rectRegion({ x: 0, y: 0, width: 20, height: 20 });

function setUp() {
  const labels = createLabelMap(32, 32);
  for (const pixel of [33 * 5, 33 * 9]) labels.data[pixel] = 1;
  const document = createDocument({ key: "a", labels, traits: suggestionTraits });
  const session = createSession();
  openInSession(session, document, classes, []);
  tellOfDroppedRows(session);
  const mask = (): void => document.edit("Mask", (edit) => edit.setMask(around, true));
  const open = (): number => openSuggestions(document.store.getState().proposal).length;
  return { document, session, mask, open, check: () => createChecking(session).check() };
}

it("says that a mask drawn among the rows took them away, and undo brings them back", () => {
  const { document, session, mask, open, check } = setUp();
  check();
  expect(session.getState().message).toBeNull();
  mask();
  expect(open()).toBe(0);
  expect(session.getState().message).toMatchObject({
    kind: "info",
    text: expect.stringMatching(/^2 undecided rows .* Undo/),
  });
  document.undo();
  expect(open()).toBe(2);
});

it("is silent where the rows stay: a mask elsewhere", () => {
  const { document, session, open, check } = setUp();
  check();
  document.edit("Mask", (edit) => edit.setMask(rectRegion({ x: 28, y: 28, width: 2, height: 2 }), true));
  expect(open()).toBe(2);
  expect(session.getState().message).toBeNull();
});

it("promises nothing of an undo that takes rows away", () => {
  const { document, session, mask, open, check } = setUp();
  mask();
  check();
  expect(open()).toBe(2);
  document.undo();
  expect(open()).toBe(0);
  expect(session.getState().message?.text).toContain("find errors again");
});
