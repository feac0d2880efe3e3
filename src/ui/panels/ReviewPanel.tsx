import { Badge, Button, ScrollArea, Slider, Text, Tooltip, UnstyledButton } from "@mantine/core";
import { Check, CheckCheck, SkipForward, X } from "lucide-react";
import { useEffect } from "react";
import type { OpenImage } from "../../app/session";
import { classOf } from "../../core/classTable";
import { rgbToHex } from "../../core/palette";
import { openSuggestions } from "../../review/queue";
import type { Suggestion } from "../../review/types";
import { useApp, useDocument, useSession, useSettings } from "../context";
import { FindingProgress } from "./FindingProgress";
import { HeatLegend } from "./HeatMap";
import { NothingOpen } from "./NothingOpen";
import { Panel } from "./Panel";
import classes from "./panels.module.css";
import { ReviewHead } from "./ReviewHead";
import { SuggestionThumb } from "./SuggestionThumb";

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
      <AcceptAll disabled={open.length === 0} />
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

function SuggestionRow({ suggestion, image }: { readonly suggestion: Suggestion; readonly image: OpenImage }) {
  const { reviewing, canvas } = useApp();
  const { id, from, to, ids, area, confidence, needsHint, decision, region, lint } = suggestion;
  const selected = useSession((state) => state.selected === id);
  useEffect(() => {
    if (selected)
      canvas.reveal({ x: region.rect.x + region.rect.width / 2, y: region.rect.y + region.rect.height / 2 });
  }, [selected, canvas, region]);
  return (
    <UnstyledButton className={classes.suggestion} aria-current={selected} onClick={() => reviewing.select(id)}>
      <SuggestionThumb suggestion={suggestion} image={image} />
      <div style={{ minWidth: 0 }}>
        <div className={classes.change}>
          <ClassTag id={from} />
          <span aria-hidden>→</span>
          <span style={{ position: "absolute", width: 1, height: 1, overflow: "hidden" }}>to</span>
          <ClassTag id={to} />
        </div>
        <Text size="xs" c="dimmed" truncate>
          {lint !== undefined && `${lint}, `}
          {area.toLocaleString("en")} px{ids !== undefined && ", several classes"}
          {decision === "skipped" && ", skipped"}
        </Text>
        {needsHint && (
          <Text size="xs" c="orange">
            Class not visible here: paint a hint
          </Text>
        )}
      </div>
      <Badge size="sm" variant="light" color={confidence >= 0.8 ? "teal" : confidence >= 0.5 ? "yellow" : "red"}>
        {Math.round(confidence * 100)} %
      </Badge>
    </UnstyledButton>
  );
}

function ClassTag({ id }: { readonly id: number }) {
  const info = useSession((state) => classOf(state.classes, id));
  return (
    <>
      <span
        className={classes.swatch}
        style={{ width: 11, height: 11, background: rgbToHex(info?.color ?? [128, 128, 128]) }}
      />
      <Text span inherit truncate>
        {info?.name ?? `class ${id}`}
      </Text>
    </>
  );
}

function AcceptAll({ disabled }: { readonly disabled: boolean }) {
  const { settings, reviewing } = useApp();
  const threshold = useSettings((state) => state.threshold);
  return (
    <div className={classes.threshold}>
      <div className={classes.field}>
        <Text size="xs">Confidence</Text>
        <Slider
          thumbLabel="Confidence threshold"
          min={0}
          max={100}
          value={Math.round(threshold * 100)}
          onChange={(percent) => settings.setState({ threshold: percent / 100 })}
        />
        <Text size="xs" className={classes.value}>
          {Math.round(threshold * 100)} %
        </Text>
      </div>
      <Tooltip label="Accept every suggestion at or above this confidence (Shift+Enter)">
        <Button
          fullWidth
          mt={6}
          variant="light"
          color="teal"
          disabled={disabled}
          leftSection={<CheckCheck size={15} />}
          onClick={reviewing.acceptAll}
        >
          Accept all
        </Button>
      </Tooltip>
    </div>
  );
}
