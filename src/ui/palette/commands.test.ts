import { describe, expect, it, vi } from "vitest";
import { createStore } from "zustand/vanilla";
import { openInSession } from "../../app/fixtures/openInSession";
import { createSession } from "../../app/session";
import { createSettings } from "../../app/settings";
import { createLabelMap } from "../../core/labelMap";
import { rectRegion } from "../../core/region";
import { createDocument } from "../../document/document";
import { suggestionTraits } from "../../review/suggestions";
import { actions } from "../actions";
import { everywhere, isIn } from "../actions/types";
import type { UiApp } from "../context";
import { exportMenu } from "../editor/exportItems";
import { commands } from "./commands";

describe("commands", () => {
  const session = createSession();
  const document = createDocument({ key: "a", labels: createLabelMap(4, 4), traits: suggestionTraits });
  openInSession(session, document, [{ id: 0, name: "ground", color: [0, 0, 0], ignored: false }]);
  const canvas = { isBetweenClicks: () => false } as UiApp["canvas"];
  const strip = { store: createStore(() => ({ tiles: [], chosen: -1, isStale: false, agreement: null })) };
  const queueing = { acts: createStore(() => ({ acts: [] })) };
  const lintWall = { acts: createStore(() => ({ acts: [] })) };
  const removing = { acts: createStore(() => ({ acts: [] })) };
  const exchange = { acts: createStore(() => ({ acts: [] })) };
  const app = {
    session,
    settings: createSettings(),
    canvas,
    strip,
    queueing,
    lintWall,
    removing,
    exchange,
  } as unknown as UiApp;
  const setColorScheme = vi.fn();
  const all = () => commands(app, setColorScheme);
  const named = (label: string) => all().find((one) => one.label === label);

  it("are all actions but those that mean nothing without their key", () => {
    const names = Object.entries(actions).flatMap(([name, one]) => (isIn(one, "editor") ? [name] : []));
    const left = names.filter((name) => !all().some(({ id }) => id === name));
    expect(left.sort()).toEqual(["choose-class", "command-palette", "pan", "pick-ratio", "show-original"]);
  });

  it("of the data set view are those that count there", () => {
    session.setState({ view: "dataset" });
    const ids = all().map(({ id }) => id);
    session.setState({ view: "editor" });
    expect(ids).toEqual(expect.arrayContaining(["mark-reviewed", "select-all", "save", "data-set"]));
    expect(ids.filter((id) => id === "undo" || id === "mask-brush" || id.startsWith("class "))).toEqual([]);
  });

  it("of every view are all that its export menu offers, but for the open image's", () => {
    for (const view of everywhere) {
      session.setState({ view });
      const ids = all().map(({ id }) => id);
      const offered = exportMenu.filter((name) => view === "editor" || name !== "export-label");
      expect(
        offered.filter((name) => !ids.includes(name)),
        view,
      ).toEqual([]);
    }
    session.setState({ view: "editor" });
  });

  it("say why they cannot be run", () => {
    expect(named("Undo")).toMatchObject({ enabled: false, description: "There is nothing to undo.", keys: "Ctrl+Z" });
    expect(named("Reconstruct")).toMatchObject({ enabled: false, description: "Nothing is masked." });
    for (const { label, enabled, description } of all()) {
      if (!enabled) expect(description, label).toMatch(/^[A-Z].*\.$/);
    }
  });

  it("follow the state", () => {
    document.edit("Mask", (edit) => edit.setMask(rectRegion({ x: 0, y: 0, width: 2, height: 2 }), true));
    expect(named("Undo")?.enabled).toBe(true);
  });

  it("choose the theme", () => {
    named("Theme: as the system")?.run();
    expect(setColorScheme).toHaveBeenCalledWith("auto");
    expect(session.getState().announcement.text).toBe("Theme: as the system");
  });

  it("name the classes to paint with", () => {
    expect(named("Paint with ground")).toMatchObject({ group: "Classes", keys: "1", enabled: true });
  });
});

describe("an action that can be disabled", () => {
  it.each(Object.entries(actions).filter(([, { isEnabled }]) => isEnabled !== undefined))(
    "%s can say why",
    (_, action) => {
      expect(action.whyNot).toBeDefined();
    },
  );
});
