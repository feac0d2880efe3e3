import { Button, CloseButton, Menu, Text, Tooltip } from "@mantine/core";
import { Ban, ChevronDown, CircleCheck, FileArchive, ScanSearch } from "lucide-react";
import { imageOrder } from "../../app/imageOrder";
import { imageCount } from "../../app/summary";
import { counted } from "../../core/counted";
import { ReasonButton } from "../a11y/ReasonButton";
import { useAction } from "../actions/useAction";
import { useApp, useSession } from "../context";
import classes from "./dataset.module.css";
import { focusGrid } from "./gridFocus";

/** What can be done with the selected images. */
export function SelectionBar() {
  const { dataSetView, output } = useApp();
  const selected = useSession((state) => state.tiles.selected);
  const { keys } = useSession(imageOrder);
  const summaries = useSession((state) => state.summaries);
  const [review, exclude] = [useAction("mark-reviewed"), useAction("exclude-image")];
  const scan = useAction("scan-images");
  const those = selected.size === 0 ? [] : keys.filter((key) => selected.has(key));
  if (those.length === 0) return null;
  const isReviewed = those.every((key) => summaries.get(key)?.reviewed === true);
  const isExcluded = those.every((key) => summaries.get(key)?.excluded === true);
  const act = (run: () => void) => () => {
    run();
    focusGrid();
  };
  return (
    <div className={classes.selection} data-bottom-bar role="toolbar" aria-label="Selected images">
      <Text size="sm" fw={600}>
        {imageCount(those.length)} selected
      </Text>
      <ReasonButton
        leftSection={<ScanSearch size={15} aria-hidden />}
        tip="Find errors in these images"
        whyNot={scan.whyNot}
        onClick={scan.run}
      >
        Scan
      </ReasonButton>
      <ReasonButton
        variant="default"
        leftSection={<CircleCheck size={15} aria-hidden />}
        tip={`The labels are as they should be${review.inBrackets}`}
        whyNot={null}
        edits
        onClick={act(() => dataSetView.mark("reviewed", !isReviewed))}
      >
        {isReviewed ? "Not reviewed" : "Mark reviewed"}
      </ReasonButton>
      <ReasonButton
        variant="default"
        leftSection={<Ban size={15} aria-hidden />}
        tip={`Scans and learning pass over excluded images${exclude.inBrackets}`}
        whyNot={null}
        edits
        onClick={act(() => dataSetView.mark("excluded", !isExcluded))}
      >
        {isExcluded ? "Include" : "Exclude"}
      </ReasonButton>
      <Menu position="top-end" withinPortal>
        <Menu.Target>
          <Button variant="default" rightSection={<ChevronDown size={14} aria-hidden />}>
            Export
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<FileArchive size={15} />} onClick={() => void output.export("changed", those)}>
            Those that changed, as zip
          </Menu.Item>
          <Menu.Item leftSection={<FileArchive size={15} />} onClick={() => void output.export("all", those)}>
            All {counted(those.length, "label")}, as zip
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Tooltip label="Select none (Esc)">
        <CloseButton aria-label="Select none" onClick={act(() => void dataSetView.clearSelection())} />
      </Tooltip>
    </div>
  );
}
