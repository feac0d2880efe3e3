import { Button } from "@mantine/core";
import { Check, type LucideIcon, SkipForward, X } from "lucide-react";
import { classesOf, type OpenImage } from "../../app/session";
import { classNameOf } from "../../core/classTable";
import { proposedClasses } from "../../review/classShares";
import { isDoubtful } from "../../review/doubt";
import { openRows, rowMembers } from "../../review/queue";
import { shownSet } from "../../review/sets";
import type { Suggestion } from "../../review/types";
import { ReasonButton } from "../a11y/ReasonButton";
import { useAction } from "../actions/useAction";
import { useApp, useDocument, useSession, useStanding } from "../context";
import { ClassMenu } from "./ClassMenu";
import { ClassTag } from "./ClassTag";
import classes from "./review.module.css";

const mostChips = 2;

/**
 * What can be decided about the selected row. It stands above the list, not in the row: whatever is selected, the rows keep
 * their height and the buttons their place under the pointer.
 */
export function VerdictBar({ image }: { readonly image: OpenImage }) {
  const { reviewing } = useApp();
  const choosing = useSession((state) => state.choosingClass);
  const stored = useDocument(image.document, shownSet);
  const set = useStanding(image.document, stored);
  const selected = useSession((state) => state.selected);
  const row = openRows(set).find(({ id }) => id === selected) ?? null;
  const members = set === null || row === null ? [] : rowMembers(set, row);
  // Where the model is not sure, accepting is no more at hand than the rest.
  const doubtful = members.some(isDoubtful);
  return (
    <ClassMenu row={row} opened={choosing} onOpen={reviewing.chooseClass} onChoose={reviewing.acceptAs}>
      <div className={classes.verdict}>
        <VerdictButton name="accept" text="Accept" Icon={Check} isPrimary={!doubtful} />
        <VerdictButton name="reject" text="Reject" Icon={X} />
        <VerdictButton name="skip" text="Skip" Icon={SkipForward} />
        <div className={classes.chips}>
          {doubtful && members.length === 1 && <ProposedChips {...members[0]} />}
          <OtherClass />
        </div>
      </div>
    </ClassMenu>
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
    <Button h={28} px={4} {...look} title={tip} disabled={!enabled} leftSection={<Icon size={14} />} onClick={run}>
      {text}
    </Button>
  );
}

/** What the model would have said, to be taken by a click. */
function ProposedChips(suggestion: Suggestion) {
  const { reviewing } = useApp();
  const table = useSession(classesOf);
  return proposedClasses(suggestion)
    .slice(0, mostChips)
    .map((id) => (
      <ReasonButton
        key={id}
        className={classes.chip}
        size="compact-xs"
        variant="default"
        tip={`Accept as ${classNameOf(table, id)}`}
        whyNot={null}
        edits
        onClick={() => reviewing.acceptAs(id)}
      >
        <ClassTag id={id} />
      </ReasonButton>
    ));
}

function OtherClass() {
  const { reviewing, session } = useApp();
  const { tip, enabled } = useAction("other-class");
  const opened = useSession((state) => state.choosingClass);
  return (
    <Button
      className={classes.other}
      size="compact-xs"
      variant="default"
      aria-haspopup="listbox"
      aria-expanded={opened}
      title={tip}
      disabled={!enabled}
      onClick={() => reviewing.chooseClass(!session.getState().choosingClass)}
    >
      Other class…
    </Button>
  );
}
