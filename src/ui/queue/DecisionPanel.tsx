import { Button, Kbd, Text } from "@mantine/core";
import { Check, type LucideIcon, SkipForward, X } from "lucide-react";
import { useMemo } from "react";
import { useStore } from "zustand";
import type { QueueState } from "../../app/queueState";
import { whyNotAccept } from "../../app/reviewing";
import { restSentence, rowShares } from "../../app/rowShares";
import { classNameOf } from "../../core/classTable";
import type { LabelMap } from "../../core/labelMap";
import { growRect } from "../../core/rect";
import type { ReliabilityTable } from "../../model/reliability";
import { proposedClasses } from "../../review/classShares";
import { isDoubtful } from "../../review/doubt";
import type { Suggestion } from "../../review/types";
import { ReasonButton, reasonProps } from "../a11y/ReasonButton";
import { useAction } from "../actions/useAction";
import { focusCanvas } from "../canvas/focus";
import { useApp, useDisplayClasses, useWhyReadOnly } from "../context";
import { ClassMenu } from "../panels/ClassMenu";
import { ClassTag } from "../panels/ClassTag";
import { Change, Facts } from "../panels/SuggestionText";
import { classesAround } from "./classesAround";
import classes from "./queue.module.css";
import { findingView } from "./viewStore";

const mostChips = 6;

interface DecisionPanelProps {
  readonly shown: NonNullable<QueueState["shown"]>;
  readonly suggestion: Suggestion | null;
  readonly reliability: ReliabilityTable | undefined;
  /** What is shown is decided, and the next not there yet. */
  readonly isOld: boolean;
}

/** What would change, and what can be decided about it. */
export function DecisionPanel({ shown, suggestion, reliability, isOld }: DecisionPanelProps) {
  const { queueing } = useApp();
  const choosing = useStore(findingView, (state) => state.choosing);
  const doubtful = suggestion !== null && isDoubtful(suggestion);
  const accept = (as: number): void => {
    findingView.setState({ choosing: false });
    queueing.decide("accept", as);
  };
  return (
    <aside className={classes.panel} aria-label="Decision">
      <div className={classes.what}>
        {suggestion !== null && (
          <What suggestion={suggestion} labels={shown.image.document.labels} reliability={reliability} />
        )}
      </div>
      <Verdict
        name="accept"
        text="Accept"
        Icon={Check}
        isPrimary={!doubtful}
        whyNot={isOld ? later : suggestion === null ? null : whyNotAccept([suggestion])}
      />
      <Verdict name="reject" text="Reject" Icon={X} whyNot={isOld ? later : null} />
      <Verdict name="skip" text="Skip" Icon={SkipForward} whyNot={isOld ? later : null} />
      <Text size="xs" fw={600} mt={10}>
        It is another class
      </Text>
      {suggestion !== null && <Chips shown={shown} suggestion={suggestion} onChoose={accept} />}
      <ClassMenu
        row={suggestion}
        opened={choosing}
        onOpen={(choosing) => findingView.setState({ choosing })}
        onChoose={accept}
      >
        <OtherClass />
      </ClassMenu>
      {suggestion !== null && <Rest suggestion={suggestion} labels={shown.image.document.labels} />}
      <Keys />
    </aside>
  );
}

interface WhatProps extends Pick<DecisionPanelProps, "reliability"> {
  readonly suggestion: Suggestion;
  readonly labels: LabelMap;
}

function What({ suggestion, labels, reliability }: WhatProps) {
  const members = useMemo(() => [suggestion], [suggestion]);
  return (
    <>
      <Change suggestion={suggestion} labels={labels} />
      <Facts members={members} labels={labels} reliability={reliability} />
    </>
  );
}

/** The classes that are too little of it to be named above. Below the buttons, which keep their place. */
function Rest({ suggestion, labels }: Omit<WhatProps, "reliability">) {
  const table = useDisplayClasses();
  const shares = useMemo(() => rowShares(labels, [suggestion]), [labels, suggestion]);
  const text = restSentence(shares, table);
  return text === "" ? null : (
    <Text size="xs" c="dimmed" mt={8}>
      {text}
    </Text>
  );
}

const later = "This one is decided; the next is being opened.";

interface VerdictProps {
  readonly name: "accept" | "reject" | "skip";
  readonly text: string;
  readonly Icon: LucideIcon;
  readonly isPrimary?: boolean;
  readonly whyNot: string | null;
}

function Verdict({ name, text, Icon, isPrimary = false, whyNot }: VerdictProps) {
  const { queueing } = useApp();
  const { keys } = useAction(name);
  const look = isPrimary ? { color: "teal" } : { variant: "default" };
  return (
    <ReasonButton
      size="sm"
      fullWidth
      justify="space-between"
      {...look}
      whyNot={whyNot}
      edits
      leftSection={<Icon size={16} />}
      rightSection={<span className={classes.key}>{keys}</span>}
      aria-label={text}
      onClick={() => {
        queueing.decide(name);
        focusCanvas();
      }}
    >
      {text}
    </ReasonButton>
  );
}

interface ChipsProps {
  readonly shown: NonNullable<QueueState["shown"]>;
  readonly suggestion: Suggestion;
  onChoose(id: number): void;
}

/** What the model says besides, and the classes around: the likeliest others. */
function Chips({ shown: { image, entry }, suggestion, onChoose }: ChipsProps) {
  const table = useDisplayClasses();
  const { bounds } = entry.finding;
  const ids = useMemo(() => {
    const margin = Math.max(8, Math.round(Math.max(bounds.width, bounds.height) / 2));
    const around = classesAround(image.document.labels, growRect(bounds, margin));
    const [most, ...others] = proposedClasses(suggestion);
    const known = new Set(table.filter(({ ignored }) => !ignored).map(({ id }) => id));
    const wanted = [...others, ...around].filter((id) => id !== most && id !== suggestion.from && known.has(id));
    return [...new Set(wanted)].slice(0, mostChips);
  }, [image, bounds, suggestion, table]);
  return (
    <div className={classes.chips}>
      {ids.map((id) => (
        <ReasonButton
          key={id}
          size="compact-xs"
          variant="default"
          tip={`Accept as ${classNameOf(table, id)}`}
          whyNot={null}
          edits
          onClick={() => {
            onChoose(id);
            focusCanvas();
          }}
        >
          <ClassTag id={id} />
        </ReasonButton>
      ))}
    </div>
  );
}

function OtherClass() {
  const { tip } = useAction("other-class");
  const whyNot = useWhyReadOnly();
  const opened = useStore(findingView, (state) => state.choosing);
  return (
    <Button
      size="compact-sm"
      fullWidth
      variant="default"
      aria-haspopup="listbox"
      aria-expanded={opened}
      title={whyNot ?? tip}
      {...reasonProps(whyNot)}
      onClick={() => whyNot === null && findingView.setState(({ choosing }) => ({ choosing: !choosing }))}
    >
      Other class…
    </Button>
  );
}

const keys = [
  ["J", "next"],
  ["Shift+J", "previous"],
  ["U", "next tab"],
  ["\\", "before or after"],
  ["H", "picture alone"],
  ["O", "label as opened"],
  ["Ctrl+Z", "undo, in any image"],
] as const;

function Keys() {
  return (
    <dl className={classes.keys}>
      {keys.map(([key, what]) => (
        <div key={key}>
          <dt>
            <Kbd size="xs">{key}</Kbd>
          </dt>
          <dd>{what}</dd>
        </div>
      ))}
    </dl>
  );
}
