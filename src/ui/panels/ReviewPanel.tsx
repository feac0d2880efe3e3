import { Button, ScrollArea, Tooltip } from "@mantine/core";
import { Check, SkipForward, X } from "lucide-react";
import type { OpenImage } from "../../app/session";
import { openSuggestions } from "../../review/queue";
import { useApp, useDocument, useSession } from "../context";
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
      <VerdictButtons disabled={open.length === 0} />
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

function VerdictButtons({ disabled }: { readonly disabled: boolean }) {
  const { reviewing } = useApp();
  const selected = useSession((state) => state.selected);
  const off = disabled || selected === null;
  return (
    <div className={classes.buttons}>
      <Tooltip label="Accept the selected suggestion (Y, Enter)">
        <Button
          px={4}
          color="teal"
          disabled={off}
          leftSection={<Check size={14} />}
          onClick={() => reviewing.decide("accept")}
        >
          Accept
        </Button>
      </Tooltip>
      <Tooltip label="Reject it: the label stays (N)">
        <Button
          px={4}
          variant="default"
          disabled={off}
          leftSection={<X size={14} />}
          onClick={() => reviewing.decide("reject")}
        >
          Reject
        </Button>
      </Tooltip>
      <Tooltip label="Decide later (S)">
        <Button
          px={4}
          variant="default"
          disabled={off}
          leftSection={<SkipForward size={14} />}
          onClick={() => reviewing.decide("skip")}
        >
          Skip
        </Button>
      </Tooltip>
    </div>
  );
}
