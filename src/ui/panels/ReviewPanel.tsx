import { Button, ScrollArea, Tooltip } from "@mantine/core";
import { Check, type LucideIcon, SkipForward, X } from "lucide-react";
import type { OpenImage } from "../../app/session";
import { openSuggestions } from "../../review/queue";
import { useAction } from "../actions/useAction";
import { useDocument } from "../context";
import { AcceptAll } from "./AcceptAll";
import { FindingProgress } from "./FindingProgress";
import { HeatLegend } from "./HeatMap";
import { NothingOpen } from "./NothingOpen";
import { Panel } from "./Panel";
import classes from "./panels.module.css";
import { ReviewHead } from "./ReviewHead";
import { SuggestionRow } from "./SuggestionRow";

/** Suggestions, rebuilt or found, to be decided one by one or all above a confidence. */
export function ReviewPanel({ image }: { readonly image: OpenImage }) {
  const proposal = useDocument(image.document, (state) => state.proposal);
  const open = openSuggestions(proposal);
  return (
    <Panel title="Review" grows aside={<ReviewHead image={image} />}>
      <FindingProgress />
      <HeatLegend set={proposal} />
      <VerdictButtons />
      <ScrollArea style={{ flex: 1, minHeight: 0 }}>
        {open.length === 0 && <NothingOpen image={image} />}
        {open.map((one) => (
          <SuggestionRow key={one.id} suggestion={one} image={image} />
        ))}
      </ScrollArea>
      <AcceptAll image={image} />
    </Panel>
  );
}

function VerdictButtons() {
  return (
    <div className={classes.buttons}>
      <VerdictButton name="accept" text="Accept" Icon={Check} />
      <VerdictButton name="reject" text="Reject" Icon={X} />
      <VerdictButton name="skip" text="Skip" Icon={SkipForward} />
    </div>
  );
}

interface VerdictProps {
  readonly name: "accept" | "reject" | "skip";
  readonly text: string;
  readonly Icon: LucideIcon;
}

function VerdictButton({ name, text, Icon }: VerdictProps) {
  const { tip, enabled, run } = useAction(name);
  const look = name === "accept" ? { color: "teal" } : { variant: "default" };
  return (
    <Tooltip label={tip}>
      <Button px={4} {...look} disabled={!enabled} leftSection={<Icon size={14} />} onClick={run}>
        {text}
      </Button>
    </Tooltip>
  );
}
