import { Button, Group, Text } from "@mantine/core";
import { CircleCheck, ScanSearch } from "lucide-react";
import { lockedCount, otherKind, waitingText } from "../../app/queueList";
import { imageCount } from "../../app/summary";
import { ReasonButton } from "../a11y/ReasonButton";
import { useAction } from "../actions/useAction";
import { asStage } from "../canvas/focus";
import { useApp, useSession } from "../context";
import classes from "./queue.module.css";
import { useQueue } from "./useQueue";

/** Why the list is empty, and what to do. */
export function Nothing() {
  const { queueing } = useApp();
  const kind = useQueue((state) => (state.kind === "boundaries" ? state.kind : "objects"));
  const counts = useQueue((state) => state.counts);
  const searched = useSession(({ summaries }) => [...summaries.values()].some(({ findings }) => findings.length > 0));
  const clean = useSession(({ summaries }) => [...summaries.values()].filter(({ score }) => score !== null).length);
  const locked = useSession(lockedCount);
  const scan = useAction("scan-images");
  const other = otherKind(kind);
  const left = counts[other];
  const Icon = searched ? CircleCheck : ScanSearch;
  return (
    <section ref={asStage} className={classes.nothing} aria-label="Nothing to decide">
      <Icon size={30} />
      <Text fw={600}>
        {left > 0
          ? `All ${kind} are decided`
          : searched
            ? "All is decided"
            : clean > 0
              ? "Nothing was found"
              : "Nothing was searched yet"}
      </Text>
      <Text size="sm" c="dimmed" maw={440} ta="center">
        {left > 0
          ? `${waitingText(other, left)}.`
          : searched && locked > 0
            ? `${locked.toLocaleString("en")} more ${locked === 1 ? "is" : "are"} of locked classes only: unlock them to decide.`
            : searched
              ? "Export the changed labels, or look for errors in further images."
              : clean > 0
                ? `In ${imageCount(clean)} nothing speaks clearly against the label. Small or unusual errors may remain; others may be in images that were not searched.`
                : "What a search for errors finds in any image of the data set waits here."}
      </Text>
      <Group gap={8}>
        {left > 0 && <Button onClick={() => queueing.choose(other)}>Review the {other}</Button>}
        {left === 0 && (
          <ReasonButton
            variant={searched ? "default" : "filled"}
            tip={scan.tip}
            whyNot={scan.whyNot}
            onClick={scan.run}
          >
            {scan.label}
          </ReasonButton>
        )}
        <Button variant="default" onClick={queueing.close}>
          Back
        </Button>
      </Group>
    </section>
  );
}
