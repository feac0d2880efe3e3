import { SegmentedControl } from "@mantine/core";
import { useStore } from "zustand";
import { useApp } from "../context";
import classes from "./queue.module.css";
import { findingView } from "./viewStore";

/** One after the other, or by the classes that would change. */
export function ListHead() {
  const { queueing } = useApp();
  const list = useStore(findingView, (state) => state.list);
  return (
    <div className={classes.listHead}>
      <SegmentedControl
        fullWidth
        size="xs"
        aria-label="Order of the list"
        value={list}
        data={[
          { value: "single", label: "Worst first" },
          { value: "pairs", label: "By class pair" },
        ]}
        onChange={(value) => {
          queueing.closeWall();
          findingView.setState({ list: value as typeof list });
        }}
      />
    </div>
  );
}
