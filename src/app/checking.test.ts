import { expect, it } from "vitest";
import { createLabelMap } from "../core/labelMap";
import { createDocument } from "../document/document";
import { suggestionTraits } from "../review/suggestions";
import { createChecking } from "./checking";
import { openInSession } from "./fixtures/openInSession";
import { followSelection } from "./selection";
import { createSession } from "./session";

const ground = { id: 0, name: "ground", color: [0, 0, 0], ignored: false } as const;
const odd = { id: 7, name: "unknown 7", color: [9, 9, 9], ignored: true } as const;

function setUp(ids: readonly (readonly [pixel: number, id: number])[]) {
  const labels = createLabelMap(32, 32);
  for (const [pixel, id] of ids) labels.data[pixel] = id;
  const classes = [ground, { ...ground, id: 1, name: "car" }];
  const document = createDocument({ key: "a", labels, traits: suggestionTraits });
  const session = createSession();
  openInSession(session, document, classes, [odd]);
  followSelection(session);
  return { document, session, checking: createChecking(session) };
}

it("lists specks as suggestions, the first selected", () => {
  const { document, session, checking } = setUp([[33 * 5, 1]]);
  checking.check();
  const proposal = document.store.getState().proposals.checks;
  expect(proposal?.suggestions).toMatchObject([{ from: 1, to: 0, area: 1, lint: "pinhole", confidence: null }]);
  expect(session.getState().selected).toBe(0);
  expect(session.getState().announcement.text).toContain("1 speck or pinhole");
  expect(session.getState().message).toBeNull();
});

it("says what cannot be mended by a click: unknown ids and empty labels", () => {
  const { document, session, checking } = setUp([
    [0, 7],
    [1, 7],
  ]);
  checking.check();
  expect(document.store.getState().proposals.checks).toBeUndefined();
  const text = session.getState().message?.text;
  expect(text).toContain("2 pixels of unknown 7");
  expect(text).toContain("single class");
});

it("says so when there is nothing", () => {
  const { document, session, checking } = setUp(Array.from({ length: 320 }, (_, i) => [i, 1] as const));
  checking.check();
  expect(document.store.getState().proposals.checks).toBeUndefined();
  expect(session.getState().announcement.text).toBe("Check label: No specks or pinholes.");
});
