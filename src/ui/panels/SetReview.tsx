import { Button, ScrollArea, Tooltip } from "@mantine/core";
import { Check, type LucideIcon, SkipForward, X } from "lucide-react";
import type { OpenImage } from "../../app/session";
import { isDoubtful } from "../../review/doubt";
import { openRows, rowMembers } from "../../review/queue";
import { shownSet } from "../../review/sets";
import { useAction } from "../actions/useAction";
import { useDocument, useSession, useStanding } from "../context";
import { AcceptAll } from "./AcceptAll";
import { HeatLegend } from "./HeatMap";
import { NothingOpen } from "./NothingOpen";
import classes from "./panels.module.css";
import { SuggestionRow } from "./SuggestionRow";

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
      <VerdictButtons image={image} />
      <ScrollArea style={{ flex: 1, minHeight: 0 }}>
        {open.length === 0 && <NothingOpen image={image} name={name} />}
        {set !== null && open.map((one) => <SuggestionRow key={one.id} suggestion={one} set={set} image={image} />)}
      </ScrollArea>
      <AcceptAll image={image} />
    </>
  );
}

/** Where the model is not sure of the selected row, accepting it is no more at hand than the rest. */
function VerdictButtons({ image }: { readonly image: OpenImage }) {
  const set = useDocument(image.document, shownSet);
  const selected = useSession((state) => state.selected);
  const row = openRows(set).find(({ id }) => id === selected);
  const doubtful = set !== null && row !== undefined && rowMembers(set, row).some(isDoubtful);
  return (
    <div className={classes.buttons}>
      <VerdictButton name="accept" text="Accept" Icon={Check} isPrimary={!doubtful} />
      <VerdictButton name="reject" text="Reject" Icon={X} />
      <VerdictButton name="skip" text="Skip" Icon={SkipForward} />
    </div>
  );
}

interface VerdictProps {
  readonly name: "accept" | "reject" | "skip";
  readonly text: string;
  readonly Icon: LucideIcon;
  readonly isPrimary?: boolean;
}

function VerdictButton({ name, text, Icon, isPrimary = false }: VerdictProps) {
  const { tip, enabled, run } = useAction(name);
  const look = isPrimary ? { color: "teal" } : { variant: "default" };
  return (
    <Tooltip label={tip}>
      <Button px={4} {...look} disabled={!enabled} leftSection={<Icon size={14} />} onClick={run}>
        {text}
      </Button>
    </Tooltip>
  );
}
