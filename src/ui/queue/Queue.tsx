import { useMergedRef } from "@mantine/hooks";
import { useMemo } from "react";
import { useStore } from "zustand";
import { focusCanvas } from "../canvas/focus";
import { useApp } from "../context";
import editor from "../editor/editor.module.css";
import { StatusBar } from "../editor/StatusBar";
import { CommandPalette } from "../palette/CommandPalette";
import { ReadOnlyBar } from "../reading/ReadOnlyBar";
import { useToastRef } from "../start/toastHome";
import { CropsContext } from "./CropPair";
import { createCrops } from "./crops";
import { LintTab } from "./LintTab";
import { Nothing } from "./Nothing";
import { PairList } from "./PairList";
import { QueueBar } from "./QueueBar";
import { QueueList } from "./QueueList";
import classes from "./queue.module.css";
import { Running } from "./Running";
import { ShownFinding } from "./ShownFinding";
import { useQueue } from "./useQueue";
import { useQueueKeys } from "./useQueueKeys";
import { findingView } from "./viewStore";
import { Wall } from "./Wall";

/** The review across images: one finding at a time, or all of a pair of classes. */
export function Queue() {
  const app = useApp();
  useQueueKeys();
  const crops = useMemo(() => createCrops(app), [app]);
  const list = useStore(findingView, (state) => state.list);
  const isEmpty = useQueue(({ entries }) => entries.length === 0);
  const hasWall = useQueue(({ wall }) => wall !== null);
  const isLint = useQueue(({ kind }) => kind === "lint");
  return (
    <CropsContext value={crops}>
      <div className={editor.editor}>
        <div>
          <QueueBar />
          <ReadOnlyBar />
        </div>
        <main className={classes.body} ref={useMergedRef(focusStage, useToastRef(560))}>
          {isLint ? (
            <LintTab />
          ) : isEmpty && !hasWall ? (
            <Nothing />
          ) : (
            <>
              {list === "single" ? <QueueList /> : <PairList />}
              {hasWall ? <Wall /> : <ShownFinding />}
            </>
          )}
          <Running />
        </main>
        <StatusBar />
        <CommandPalette />
      </div>
    </CropsContext>
  );
}

/** Once, when the screen appears: the keys go to the finding. */
function focusStage(element: HTMLElement | null): void {
  if (element !== null) focusCanvas();
}
