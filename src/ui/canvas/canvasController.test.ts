import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openInSession } from "../../app/fixtures/openInSession";
import { createSession } from "../../app/session";
import { createSettings, type ToolName } from "../../app/settings";
import { createLabelMap } from "../../core/labelMap";
import { createDocument } from "../../document/document";
import { suggestionTraits } from "../../review/suggestions";
import { CanvasController } from "./canvasController";

const classes = [{ id: 0, name: "ground", color: [0, 0, 0], ignored: false }] as const;

/** A canvas as far as colouring and drawing on it needs one. */
function fakeCanvas() {
  const context = new Proxy({}, { get: () => () => undefined, set: () => true });
  return { width: 0, height: 0, getContext: () => context };
}

class FakeImageData {
  readonly data: Uint8ClampedArray;
  constructor(width: number, height: number) {
    this.data = new Uint8ClampedArray(width * height * 4);
  }
}

function setUp(side = 32) {
  const document = createDocument({ key: "a", labels: createLabelMap(side, side), traits: suggestionTraits });
  const session = createSession();
  openInSession(session, document, classes);
  const settings = createSettings();
  const strokeEnded = vi.fn();
  const canvas = new CanvasController(settings, session, strokeEnded);
  canvas.start();
  canvas.resize({ width: 100, height: 100 });
  const click = (tool: ToolName, x: number, y: number): void => {
    settings.setState({ tool });
    canvas.strokeStart({ x, y }, false);
    canvas.strokeEnd();
  };
  return { click, document, session, settings, strokeEnded };
}

describe("the end of a stroke", () => {
  beforeEach(() => {
    vi.stubGlobal("document", { createElement: fakeCanvas });
    vi.stubGlobal("ImageData", FakeImageData);
  });
  afterEach(() => vi.unstubAllGlobals());

  it("is told when something changed", () => {
    const { click, document, strokeEnded } = setUp();
    click("mask-brush", 50, 50);
    expect(document.store.getState().maskedPixels).toBeGreaterThan(0);
    expect(strokeEnded).toHaveBeenCalledTimes(1);
  });

  it("goes to the suggestion that the user goes to, unless that is switched off", () => {
    const { session, settings } = setUp(400);
    const fitted = session.getState().zoom;
    session.setState({ lookAt: { x: 300, y: 200, width: 80, height: 60 } });
    expect(session.getState().zoom).toBeCloseTo(100 / (2.5 * 80), 6);
    settings.setState({ zoomToSelected: false });
    session.setState({ lookAt: { x: 3, y: 3, width: 200, height: 200 } });
    expect(session.getState().zoom).toBeGreaterThan(fitted * 2);
  });

  it("is not told for a picked class or a click beside the image: a review goes on", () => {
    const { click, strokeEnded } = setUp();
    click("pick-class", 50, 50);
    click("select-region", -50, -50);
    click("mask-eraser", 50, 50);
    expect(strokeEnded).not.toHaveBeenCalled();
  });
});
