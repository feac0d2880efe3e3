import { Anchor } from "@mantine/core";
import { useStore } from "zustand";
import { classesOf } from "../../app/session";
import { imageCount } from "../../app/summary";
import type { SupportState } from "../../app/supportState";
import { classOf } from "../../core/classTable";
import { counted } from "../../core/counted";
import { excludedIn } from "../../review/exclusions";
import type { EngineStatus } from "../../worker/inferenceClient";
import { useApp, useSession } from "../context";
import { LintStatus } from "../dataset/LintStatus";
import { ScanStatus } from "../dataset/ScanStatus";
import { MessageList } from "../start/MessageList";
import { EngineDetails } from "./EngineDetails";
import classes from "./editor.module.css";

/** Bottom line: what computes, how fast, what is saved; and what lies under the pointer. */
export function StatusBar() {
  return (
    <footer className={classes.status}>
      {/* The announcer speaks what matters; a live region here would read every refresh. */}
      <div className={classes.statusPart} role="status" aria-live="off" aria-label="Status">
        <ScanStatus />
        <LintStatus />
        <Exporting />
        <ChangingMany />
        <Photographs />
        <Engine />
        <Support />
        <Checked />
        <Saved />
        <Stale />
        <NewVersion />
        <MessageList />
      </div>
      <PointerInfo />
    </footer>
  );
}

/** How far an export or saving is, and the way out. */
function Exporting() {
  const { output } = useApp();
  const exporting = useSession((state) => state.exporting);
  if (exporting === null) return null;
  const { text, verb } = exporting;
  return (
    <span data-testid="exporting" className={classes.exporting}>
      {text}{" "}
      <Anchor component="button" inherit onClick={output.cancel} aria-label={`Cancel ${verb.toLowerCase()}`}>
        Cancel
      </Anchor>
    </span>
  );
}

/** How far a change to labels of many images is, and the way out; the review shows that larger. */
function ChangingMany() {
  const isShown = useSession((state) => state.view !== "queue");
  const running = useSession((state) => state.changingMany);
  if (running === null || !isShown) return null;
  const { text, done, total, stop } = running;
  return (
    <span data-testid="changing-many" className={classes.exporting}>
      {`${text}: ${done} of ${imageCount(total)} `}
      <Anchor component="button" inherit onClick={stop} aria-label={`Stop ${text.toLowerCase()}`}>
        Stop
      </Anchor>
    </span>
  );
}

/** How far the photographs of a large data set are looked at. */
function Photographs() {
  const left = useSession((state) => state.photographsLeft);
  if (left === null) return null;
  return (
    <span data-testid="photographs-left">
      {`Looking at photographs: ${left.done.toLocaleString("en")} of ${left.total.toLocaleString("en")}`}
    </span>
  );
}

function Engine() {
  const { restartModel } = useApp();
  const engine = useSession((state) => state.engine);
  return (
    <>
      <span data-engine={engine.state} className={classes.shrinks} title={engineText(engine)}>
        {engineText(engine)}
      </span>
      {"engine" in engine && <EngineDetails engine={engine.engine} />}
      {engine.state === "failed" && (
        <Anchor component="button" inherit onClick={restartModel}>
          Restart the model
        </Anchor>
      )}
    </>
  );
}

/** The engine's state in one line. */
export function engineText(status: EngineStatus): string {
  switch (status.state) {
    case "loading":
      return `Loading ${status.stage} ${Math.round(status.progress * 100)} %`;
    case "ready":
      return `${status.engine.backend} (${status.engine.detail}), ${status.engine.model}`;
    case "busy":
      return `${status.engine.backend} (${status.engine.detail}), ${status.engine.model}: pass ${Math.min(status.passesDone + 1, status.passes)} of ${status.passes}`;
    case "restarting":
      return `Restarting: ${status.reason}`;
    case "failed":
      return `No model: ${status.reason}`;
  }
}

/** How far learning from the data set's labels is. */
function Support() {
  const { support } = useApp();
  const state = useSession((session) => session.support);
  if (state === null) return null;
  return (
    <span data-support={state.state} title={supportDetail(state)}>
      {supportText(state)}
      {state.state !== "known" && (
        <>
          {" "}
          <Anchor component="button" inherit onClick={state.state === "learning" ? support.stop : support.resume}>
            {state.state === "learning" ? "Stop" : "Go on"}
          </Anchor>
        </>
      )}
    </span>
  );
}

function supportText(state: SupportState): string {
  switch (state.state) {
    case "learning":
      if (state.done >= state.total) return "Learning from labels: the last step";
      return `Learning from labels: ${state.done} of ${imageCount(state.total)}`;
    case "known":
      if (state.images === 0) return "Too little is labelled to learn from";
      return `Learnt ${counted(state.classes, "class", "classes")} from ${imageCount(state.images)}`;
    case "stopped":
      return "Learning from labels stopped";
  }
}

function supportDetail(state: SupportState): string {
  const use =
    "What the labels of other images say the classes look like helps to rebuild what is masked and to find errors.";
  const skipped = state.state === "known" ? state.skipped : [];
  if (skipped.length === 0) return use;
  const others = skipped.length > 1 ? ` (And ${skipped.length - 1} more.)` : "";
  return `${use} Nothing was learnt from ${skipped[0]}${others}`;
}

/** How far a self-check is. */
function Checked() {
  const { selfCheck, session } = useApp();
  const { progress } = useStore(selfCheck.store);
  if (progress === null) return null;
  // How far learning is stands beside it.
  return (
    <span data-testid="self-check">
      <Anchor component="button" inherit onClick={() => session.setState({ dialog: "self-check" })}>
        {progress.text.startsWith("Learning classes") ? "Self-check: learns the classes first" : progress.text}
      </Anchor>{" "}
      <Anchor component="button" inherit onClick={selfCheck.cancel}>
        Cancel
      </Anchor>
    </span>
  );
}

const savedText = {
  saved: "Work kept in this browser",
  temporary: "Work lasts until this tab is closed",
  pending: "Unsaved changes",
  saving: "Keeping work…",
  failed: "Work is NOT kept",
  elsewhere: "Read only",
} as const;

function Saved() {
  const { keepWork } = useApp();
  const saved = useSession((state) => state.saved);
  const detail = useSession((state) => state.savedDetail);
  const readOnly = useSession((state) => state.readOnly);
  return (
    <span data-saved={saved} title={detail}>
      {savedText[saved]}
      {saved === "failed" && readOnly !== null && `: ${detail}`}
      {saved === "failed" && readOnly === null && (
        <>
          {`: ${detail} `}
          <Anchor component="button" inherit onClick={() => void keepWork()}>
            Try again
          </Anchor>
        </>
      )}
    </span>
  );
}

/** Other views of the open label, which an edit leaves out of date. */
function Stale() {
  const item = useSession((state) => state.image?.item ?? null);
  const isEdited = useSession((state) => state.imageStates.get(item?.key ?? "")?.changed === true);
  const views = item?.companions ?? [];
  if (!isEdited || views.length === 0) return null;
  return (
    <span data-testid="stale" title={`Not rewritten, so out of date now: ${views.join(", ")}`}>
      {views.length === 1 ? "1 other view is" : `${views.length} other views are`} out of date
    </span>
  );
}

/** A newer version of the app, to be taken up when it suits. */
function NewVersion() {
  const { offline } = useApp();
  const hasUpdate = useStore(offline.store, (state) => state.hasUpdate);
  if (!hasUpdate) return null;
  return (
    <Anchor component="button" inherit onClick={() => void offline.update()} title="Reloads the page; work is kept">
      New version: reload
    </Anchor>
  );
}

function PointerInfo() {
  const pointer = useSession((state) => (state.view === "editor" ? state.pointer : null));
  const document = useSession((state) => state.image?.document ?? null);
  const classTable = useSession(classesOf);
  const exclusions = useSession((state) => state.exclusions);
  if (pointer === null || document === null) return <span />;
  const at = pointer.y * document.width + pointer.x;
  const id = document.labels.data[at];
  const name = classOf(classTable, id)?.name ?? "unnamed";
  return (
    <span className={classes.statusPart} data-testid="pointer">
      {`x ${pointer.x}, y ${pointer.y}: ${id} ${name}${excludedIn(exclusions, document)?.data[at] === 1 ? " (excluded from finding)" : ""}`}
    </span>
  );
}
