import { useEffect } from "react";
import { queueTabs } from "../../app/queueList";
import { announce, showInfo } from "../../app/tell";
import { type ActionName, actionOf, actionsWith } from "../actions";
import { isKeyOf } from "../actions/keys";
import { isIn } from "../actions/types";
import { ownsKeys } from "../actions/useKeys";
import { canvasHasFocus, focusCanvas } from "../canvas/focus";
import { type UiApp, useApp } from "../context";
import { findingView, flip } from "./viewStore";
import { zooming } from "./zooming";

type Run = (app: UiApp) => unknown;

const panStep = 60;

/** What keys mean here: the same as in the editor, of the finding that is shown, or of the wall. */
const own: Partial<Record<ActionName, Run>> = {
  accept({ queueing, lintWall }) {
    if (isLint(queueing)) void lintWall.apply();
    else if (queueing.store.getState().wall === null) queueing.decide("accept");
    else void queueing.decideWall("accepted");
  },
  reject: ({ queueing }) => isSingle(queueing) && queueing.decide("reject"),
  skip: ({ queueing }) => isSingle(queueing) && queueing.decide("skip"),
  "other-class": ({ queueing }) => isSingle(queueing) && findingView.setState({ choosing: true }),
  "next-suggestion": ({ queueing }) => queueing.step(1),
  "previous-suggestion": ({ queueing }) => queueing.step(-1),
  "next-list": (app) => turn(app, 1),
  "previous-list": (app) => turn(app, -1),
  undo: ({ queueing, lintWall }) => void (isLint(queueing) ? lintWall : queueing).undo(),
  redo: ({ queueing, session }) =>
    showInfo(session, "No redo in the review", isLint(queueing) ? noRedo.rule : noRedo.decision),
  "compare-split": flip,
  "label-drawing": () => findingView.setState(({ filled }) => ({ filled: !filled })),
  "show-original": ({ settings }) => settings.setState({ originalShown: true }),
  fit: zooming.fit,
  "zoom-in": () => zooming.zoom(1.25),
  "zoom-out": () => zooming.zoom(0.8),
  cancel,
};

/** What is undone may lie in images that are closed by now, and under later edits: it is seen again before it is done again. */
const noRedo = {
  decision: "A decision that is undone is open again, to be taken anew.",
  rule: "What is undone is among the places of its rule again.",
} as const;

function isLint({ store }: UiApp["queueing"]): boolean {
  return store.getState().kind === "lint";
}

/** One finding of the model is looked at. */
function isSingle({ store }: UiApp["queueing"]): boolean {
  return store.getState().wall === null && store.getState().kind !== "lint";
}

/** To the next tab, or the one before; after the last comes the first. */
function turn({ queueing, session }: UiApp, by: 1 | -1): void {
  const { kind } = queueing.store.getState();
  const to = queueTabs[(queueTabs.indexOf(kind) + by + queueTabs.length) % queueTabs.length];
  queueing.choose(to);
  if (to === "lint") announce(session, "What the rules find in all labels.");
  else if (queueing.store.getState().entries.length === 0) announce(session, `No ${to} wait for a decision.`);
}

/** Ends what was begun last: a decision on many, a wall, the review. */
function cancel({ queueing, session }: UiApp): void {
  const { wall } = queueing.store.getState();
  const { changingMany } = session.getState();
  if (changingMany !== null) changingMany.stop();
  else if (wall !== null) {
    queueing.closeWall();
    findingView.setState({ list: "single" });
    requestAnimationFrame(focusCanvas);
  } else queueing.close();
}

/** Listens to the keys while the queue is shown. Tab goes through the page: it would be a long way through the findings. */
export function useQueueKeys(): void {
  const app = useApp();
  useEffect(() => {
    const stop = new AbortController();
    const { signal } = stop;
    window.addEventListener(
      "keydown",
      (event) => {
        const isOnStage = event.target instanceof Element && event.target.matches("[data-stage]");
        if (event.defaultPrevented || event.code === "Tab" || (!isOnStage && ownsKeys(event))) return;
        if (event.shiftKey && /^Arrow/.test(event.code) && canvasHasFocus()) {
          const by = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.code] ?? [
            0, 0,
          ];
          zooming.pan(by[0] * panStep, by[1] * panStep);
          return event.preventDefault();
        }
        const { keys } = app.settings.getState();
        const action = actionOf(event, canvasHasFocus(), keys);
        const name = Object.entries(actionsWith(keys)).find(([, one]) => one === action)?.[0] as ActionName | undefined;
        if (action === null || name === undefined) return;
        const run = own[name];
        if (run !== undefined) run(app);
        else if (isIn(action, "queue")) action.run(app, event.code);
        else return;
        event.preventDefault();
      },
      { signal, capture: true },
    );
    const release = (event?: KeyboardEvent): void => {
      const shown = actionsWith(app.settings.getState().keys)["show-original"];
      if (event === undefined || isKeyOf(shown, event)) app.settings.setState({ originalShown: false });
    };
    window.addEventListener("keyup", release, { signal });
    window.addEventListener("blur", () => release(), { signal });
    return () => {
      stop.abort();
      release();
    };
  }, [app]);
}
