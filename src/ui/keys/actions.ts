import { leastRatio } from "../../app/leastRatio";
import { classesOf } from "../../app/session";
import { clamp, ratioLimits, steppedBrush, type ToolName } from "../../app/settings";
import type { UiApp } from "../context";
import type { ActionName, KeyPress } from "./keymap";

const panStep = 80;

/** Does what a key means. Returns false when there was nothing to do and the key should act as usual. */
export function perform(app: UiApp, action: ActionName, press: Pick<KeyPress, "code">): boolean {
  const { settings, session, images, reviewing, editing, canvas, finding, output } = app;
  const tool = (name: ToolName): boolean => {
    settings.setState({ tool: name });
    return true;
  };
  const done = (_: unknown): boolean => true;
  switch (action) {
    case "next-image":
      return done(images.step(1));
    case "previous-image":
      return done(images.step(-1));
    case "next-unreviewed":
      return done(images.nextUnreviewed());
    // Without a further suggestion Tab moves on, or the canvas would be a trap for the keyboard.
    case "next-suggestion":
      return reviewing.step(1);
    case "previous-suggestion":
      return reviewing.step(-1);
    case "mask-brush":
    case "mask-eraser":
    case "mask-rectangle":
    case "mask-lasso":
    case "select-region":
    case "class-brush":
    case "fill":
    case "pick-class":
      return tool(action);
    case "brush-smaller":
    case "brush-larger":
      return done(
        settings.setState(({ brushSize }) => ({
          brushSize: steppedBrush(brushSize, action === "brush-larger" ? 1 : -1),
        })),
      );
    case "fit":
      return done(canvas.fit());
    case "actual-size":
      return done(canvas.actualSize());
    case "zoom-in":
      return done(canvas.zoom(1.25));
    case "zoom-out":
      return done(canvas.zoom(0.8));
    case "undo":
      return done(editing.undo());
    case "redo":
      return done(editing.redo());
    case "hide-label":
      return done(settings.setState(({ labelsHidden }) => ({ labelsHidden: !labelsHidden })));
    case "show-original":
      return done(settings.setState({ originalShown: true }));
    case "choose-class":
      return done(editing.chooseClass(Number(press.code.slice(-1)) - 1));
    case "save":
      return done(output.save());
    case "ratio-down":
      return done(changeRatio(app, -0.05));
    case "ratio-up":
      return done(changeRatio(app, 0.05));
    case "pan":
      return done(pan(app, press.code));
    case "accept":
    case "reject":
    case "skip":
      return done(reviewing.decide(action));
    case "accept-all":
      return done(reviewing.acceptAll());
    case "find-errors":
      return done(finding.find());
    case "cancel":
      return done(canvas.cancelStroke() || app.cancel());
    case "show-keys":
      return done(session.setState({ dialog: "keys" }));
  }
}

/** Steps from the ratio that is shown, which is never below the masked share. */
function changeRatio({ session, settings, live }: UiApp, change: number): void {
  const { image } = session.getState();
  const least = image === null ? ratioLimits.min : leastRatio(image.document, classesOf(session.getState()));
  settings.setState(({ ratio }) => {
    const next = clamp(Math.round((Math.max(ratio, least) + change) * 20) / 20, ratioLimits);
    return { ratio: Math.max(next, least) };
  });
  live.strokeEnded();
}

function pan({ canvas }: UiApp, code: string): void {
  if (code === "ArrowLeft") canvas.pan(panStep, 0);
  if (code === "ArrowRight") canvas.pan(-panStep, 0);
  if (code === "ArrowUp") canvas.pan(0, panStep);
  if (code === "ArrowDown") canvas.pan(0, -panStep);
}
