import { ScrollArea, Text } from "@mantine/core";
import { useMemo } from "react";
import { isEditedSince } from "../../app/outdatedFound";
import type { OpenImage } from "../../app/session";
import { openRows } from "../../review/queue";
import { FOUND } from "../../review/sets";
import type { SuggestionSet } from "../../review/types";
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
      {set?.outdated === true ? (
        <Outdated>
          Edits that were there when this was searched are undone: what they mended may be missing here.
        </Outdated>
      ) : (
        open.length === 0 && name === FOUND && <EditedSince image={image} set={stored} />
      )}
      <VerdictBar image={image} />
      <ScrollArea style={{ flex: 1, minHeight: 0 }}>
        {open.length === 0 && <NothingOpen image={image} name={name} />}
        {set !== null && open.map((one) => <SuggestionRow key={one.id} suggestion={one} set={set} image={image} />)}
      </ScrollArea>
      <AcceptAll image={image} />
    </>
  );
}

/** What an empty list says is of the label before. */
function EditedSince({
  image: { document },
  set,
}: Pick<SetReviewProps, "image"> & { readonly set: SuggestionSet | null }) {
  const steps = useDocument(document, (state) => state.steps);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a step more changes what the document says
  const isEdited = useMemo(() => isEditedSince(document, set), [document, set, steps]);
  if (!isEdited) return null;
  return <Outdated>The label was edited since this search: what the edits made of it was not searched.</Outdated>;
}

/** The list was searched on another label. */
function Outdated({ children }: { readonly children: string }) {
  const find = useAction("find-errors");
  return (
    <div className={classes.outdated} role="note" data-testid="outdated">
      <Text size="xs">{children}</Text>
      <ReasonButton size="compact-xs" variant="default" tip={find.tip} whyNot={find.whyNot} onClick={find.run}>
        Search again
      </ReasonButton>
    </div>
  );
}
