import { Anchor, Button, Text, Tooltip } from "@mantine/core";
import { CircleSlash, ListChecks, ScanSearch } from "lucide-react";
import type { ReactNode } from "react";
import { whyNotFind } from "../../app/finding";
import type { OpenImage } from "../../app/session";
import { keptVoidText } from "../../app/summary";
import { excludedArea, excludedIn } from "../../review/exclusions";
import { openRows } from "../../review/queue";
import { FOUND, LIVE } from "../../review/sets";
import type { SuggestionSet } from "../../review/types";
import { useAction } from "../actions/useAction";
import { useApp, useDocument, useSession } from "../context";
import classes from "./panels.module.css";
import { useMaskFacts } from "./useMaskFacts";

interface NothingOpenProps {
  readonly image: OpenImage;
  /** The list that is empty. */
  readonly name: string;
}

/** What to do while there is nothing to decide. */
export function NothingOpen({ image, name }: NothingOpenProps) {
  const [check, exclude] = [useAction("check-label"), useAction("exclude-mask")];
  const set = useDocument(image.document, ({ proposals }) => proposals[name] ?? null);
  const { settings } = useApp();
  const { keptVoid, ofAnother } = useMaskFacts(image);
  const masked = useDocument(image.document, ({ maskedPixels }) => maskedPixels);
  const isUnasked = name === LIVE && (set === null || set === ofAnother) && masked > keptVoid;
  const keepsVoid = name === LIVE && !isUnasked && keptVoid > 0 && openRows(set).length === 0;
  const running = useSession((state) => state.finding !== null);
  const looksOn = useSession((state) => state.readOnly !== null);
  const isRebuilding = useSession((state) => state.engine.state === "busy");
  return (
    <div className={classes.nothingOpen}>
      <Text size="xs" c="dimmed">
        {looksOn
          ? "Suggestions are made in the tab that edits this data set. Reload shows what is there by now."
          : running
            ? "What is found is listed at the end. Masking can go on meanwhile."
            : keepsVoid
              ? `${keptVoidText(keptVoid)}, as the switch "Void" in the Reconstruct panel says; the model proposes no other change.`
              : isUnasked
                ? isRebuilding
                  ? "What is masked is being rebuilt."
                  : "What is masked waits to be rebuilt: press Reconstruct, or draw on while Live is on."
                : explanation(name, set)}
      </Text>
      {keepsVoid && (
        <Button variant="default" fullWidth mb={6} onClick={() => settings.setState({ voidPolicy: "fill" })}>
          Fill the void
        </Button>
      )}
      {!running && <FindRow />}
      {name !== FOUND && (
        <Row
          what="Specks, smears, odd ids"
          tip={check.tip}
          button={
            <Button variant="default" fullWidth px={6} leftSection={<ListChecks size={15} />} onClick={check.run}>
              {check.label}
            </Button>
          }
        />
      )}
      {exclude.enabled && (
        <Row
          what="Never judge the masked area"
          tip={exclude.tip}
          button={
            <Button
              variant="default"
              fullWidth
              px={6}
              leftSection={<CircleSlash size={15} />}
              aria-label={exclude.label}
              onClick={exclude.run}
            >
              Exclude
            </Button>
          }
        />
      )}
      <ExcludedLine image={image} />
    </div>
  );
}

const beforeAny: Readonly<Record<string, string>> = {
  [FOUND]: "What the search for errors finds is listed here, and stays while you work on.",
};

function explanation(name: string, set: SuggestionSet | null): string {
  if (set === null)
    return (
      beforeAny[name] ??
      "Suggestions appear here. Mark a flaw with a mask tool; with Live on, the model answers at once."
    );
  if (set.suggestions.length > 0) return "All decided. Undo brings a decision back.";
  if (set.heat !== undefined)
    return "Nothing suspicious: no region speaks clearly against its label. Small or unusual errors may remain; the heat map shows where the model is least at ease.";
  return "The model proposes no change: it agrees with the label, or sees no class to go by. A hint or a smaller mask may help.";
}

interface RowProps {
  readonly button: ReactNode;
  readonly what: string;
  readonly tip: string;
}

/** A button with a line on what it does. The tooltip hangs on what is around it: a disabled button hears no pointer. */
function Row({ button, what, tip }: RowProps) {
  return (
    <div className={classes.offer}>
      <Tooltip label={tip} multiline w={240}>
        <div>{button}</div>
      </Tooltip>
      <Text size="xs" c="dimmed" lh={1.3}>
        {what}
      </Text>
    </div>
  );
}

function FindRow() {
  const { label, keys, run } = useAction("find-errors");
  const reason = useSession((state) => whyNotFind(state.engine, state.image));
  return (
    <Row
      what={reason ?? "What does not fit the picture"}
      tip={reason ?? `Looks for labels that do not fit what the classes look like in other images (${keys})`}
      button={
        <Button
          fullWidth
          px={6}
          variant="light"
          disabled={reason !== null}
          leftSection={<ScanSearch size={15} />}
          onClick={run}
        >
          {label}
        </Button>
      }
    />
  );
}

/** The legend of what is greyed in the picture. */
function ExcludedLine({ image }: { readonly image: OpenImage }) {
  const remove = useAction("remove-exclusions");
  const excluded = useSession((state) => excludedIn(state.exclusions, image.document));
  if (excluded === null) return null;
  return (
    <Text size="xs" c="dimmed" mt={8}>
      <span className={classes.excludedSwatch} aria-hidden /> {excludedArea(excluded).toLocaleString("en")} px are
      excluded from finding.{" "}
      <Anchor component="button" inherit onClick={remove.run}>
        {remove.label}
      </Anchor>
    </Text>
  );
}
