import { ScrollArea, Text } from "@mantine/core";
import type { OpenImage } from "../../app/session";
import { openRows } from "../../review/queue";
import { ReasonButton } from "../a11y/ReasonButton";
import { useAction } from "../actions/useAction";
import { useDocument, useStanding } from "../context";
import { AcceptAll } from "./AcceptAll";
import { HeatLegend } from "./HeatMap";
import { NothingOpen } from "./NothingOpen";
import classes from "./review.module.css";
import { SuggestionRow } from "./SuggestionRow";
import { VerdictBar } from "./VerdictBar";

interface SetReviewProps {
  readonly image: OpenImage;
  readonly name: string;
}

/** The suggestions of one set, rebuilt or found, to be decided one by one or all above a confidence. */
export function SetReview({ image, name }: SetReviewProps) {
  const stored = useDocument(image.document, ({ proposals }) => proposals[name] ?? null);
  const set = useStanding(image.document, stored);
  const open = openRows(set);
  return (
    <>
      <HeatLegend set={set} />
      {set?.outdated === true && <Outdated />}
      <VerdictBar image={image} />
      <ScrollArea style={{ flex: 1, minHeight: 0 }}>
        {open.length === 0 && <NothingOpen image={image} name={name} />}
        {set !== null && open.map((one) => <SuggestionRow key={one.id} suggestion={one} set={set} image={image} />)}
      </ScrollArea>
      <AcceptAll image={image} />
    </>
  );
}

/** The list was searched on a label that an undo took back. */
function Outdated() {
  const find = useAction("find-errors");
  return (
    <div className={classes.outdated} role="note" data-testid="outdated">
      <Text size="xs">
        Edits that were there when this was searched are undone: what they mended may be missing here.
      </Text>
      <ReasonButton size="compact-xs" variant="default" tip={find.tip} whyNot={find.whyNot} onClick={find.run}>
        Search again
      </ReasonButton>
    </div>
  );
}
