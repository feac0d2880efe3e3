import { ActionIcon, Text, UnstyledButton } from "@mantine/core";
import { ChevronDown, ChevronRight } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { foldedText } from "../../app/rowText";
import type { OpenImage } from "../../app/session";
import type { LabelMap } from "../../core/labelMap";
import { rowMembers } from "../../review/queue";
import type { Suggestion, SuggestionSet } from "../../review/types";
import { useApp, useSession } from "../context";
import classes from "./review.module.css";
import { Change, Facts } from "./SuggestionText";
import { SuggestionThumb } from "./SuggestionThumb";

interface RowProps {
  readonly suggestion: Suggestion;
  readonly set: SuggestionSet;
  readonly image: OpenImage;
}

/**
 * What is decided at once, scrolled to when selected: before and after, what it would change and how sure the model is.
 */
export function SuggestionRow({ suggestion, set, image }: RowProps) {
  const { reviewing, canvas } = useApp();
  const { id, region } = suggestion;
  const members = useStable(rowMembers(set, suggestion));
  const [unfolded, setUnfolded] = useState(false);
  const selected = useSession((state) => state.selected === id);
  const choosing = useSession((state) => state.choosingClass && state.selected === id);
  const row = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!selected) return;
    const { x, y, width, height } = region.rect;
    canvas.reveal({ x: x + width / 2, y: y + height / 2 });
    row.current?.scrollIntoView({ block: "nearest" });
  }, [selected, canvas, region]);
  // Whoever chooses another class must see of what, however far the list was scrolled.
  useEffect(() => {
    if (choosing) row.current?.scrollIntoView({ block: "nearest" });
  }, [choosing]);
  const { labels } = image.document;
  const isFolded = members.length > 1;
  const Arrow = unfolded ? ChevronDown : ChevronRight;
  return (
    <div ref={row} className={classes.row} data-selected={selected}>
      <UnstyledButton className={classes.head} aria-current={selected} onClick={() => reviewing.select(id)}>
        <SuggestionThumb suggestions={members} image={image} />
        <span className={classes.text}>
          {isFolded ? (
            <span className={classes.folded}>+{foldedText(members)}</span>
          ) : (
            <Change suggestion={suggestion} labels={labels} />
          )}
          <Facts members={members} labels={labels} reliability={set.reliability} />
        </span>
      </UnstyledButton>
      {isFolded && (
        <ActionIcon
          className={classes.unfold}
          size={20}
          aria-label={unfolded ? "Fold these parts" : "Show these parts"}
          aria-expanded={unfolded}
          onClick={() => setUnfolded(!unfolded)}
        >
          <Arrow size={14} />
        </ActionIcon>
      )}
      {isFolded && unfolded && <Parts members={members} labels={labels} />}
    </div>
  );
}

/** The same list as long as it holds the same suggestions, so that crops are not drawn again. */
function useStable(list: readonly Suggestion[]): readonly Suggestion[] {
  const kept = useRef(list);
  const isSame = list.length === kept.current.length && list.every((one, i) => one === kept.current[i]);
  if (!isSame) kept.current = list;
  return kept.current;
}

/** What a folded row holds; a click shows where. */
function Parts({ members, labels }: { readonly members: readonly Suggestion[]; readonly labels: LabelMap }) {
  const { session } = useApp();
  return (
    <div className={classes.parts}>
      {members.map((one) => (
        <UnstyledButton
          key={one.id}
          className={classes.part}
          onClick={() => session.setState({ lookAt: { ...one.region.rect } })}
        >
          <Change suggestion={one} labels={labels} />
          <Text span inherit c="dimmed">
            {one.area.toLocaleString("en")} px
          </Text>
        </UnstyledButton>
      ))}
    </div>
  );
}
