import { Check, ImageOff } from "lucide-react";
import { memo } from "react";
import { factsOf } from "../../app/imageOrder";
import { wholeParts } from "../../core/round";
import type { DatasetItem } from "../../dataset/types";
import { shownState, stateLabel } from "../../review/imageFilter";
import { openFindings } from "../../review/imageSummary";
import { useSession } from "../context";
import classes from "./dataset.module.css";
import { gridIds } from "./gridFocus";
import { ItemName } from "./ItemName";
import { scoreTone } from "./stateTexts";
import { TilePicture } from "./TilePicture";

/** The grid filters by it, a tile does not show it. */
const noLint = new Map<string, never>();

interface TileProps {
  readonly item: DatasetItem;
  /** Its place in the data set. */
  readonly index: number;
  readonly column: number;
  /** CSS px. */
  readonly width: number;
  readonly onChoose: (how: { readonly toggle: boolean; readonly range: boolean }) => void;
  readonly onOpen: () => void;
}

/** One image: picture with label, and how it stands. */
function TileOf({ item, index, column, width, onChoose, onOpen }: TileProps) {
  const { key, name } = item;
  const summary = useSession((state) => state.summaries.get(key));
  const imageState = useSession((state) => state.imageStates.get(key));
  const failure = useSession((state) => state.unreadable.get(key)) ?? summary?.failure ?? null;
  const isCurrent = useSession((state) => state.tiles.current === key);
  const isSelected = useSession((state) => state.tiles.selected.has(key));
  const facts = factsOf(
    {
      summaries: new Map(summary === undefined ? [] : [[key, summary]]),
      imageStates: new Map(imageState === undefined ? [] : [[key, imageState]]),
      unreadable: new Map(failure === null ? [] : [[key, failure]]),
      lint: noLint,
    },
    item,
  );
  const state = shownState(facts);
  const label = stateLabel(state, facts.summary);
  const foundNone = state === "searched" && facts.summary.findings.length === 0;
  const open = openFindings(facts.summary).length;
  const { score } = facts.summary;
  const findings = open === 0 ? "" : `, ${open} undecided ${open === 1 ? "finding" : "findings"}`;
  const said = `${name}, ${label}${findings}${score === null ? "" : `, score ${wholeParts(score)}`}`;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid has the keys
    // biome-ignore lint/a11y/useFocusableInteractive: the grid has the focus and names its current cell
    // biome-ignore lint/a11y/useSemanticElements: a table cannot be cut to what is in sight
    <div
      id={gridIds.tile(index)}
      className={classes.tile}
      role="gridcell"
      aria-colindex={column + 1}
      aria-selected={isSelected}
      aria-label={failure === null ? said : `${said}: ${failure}`}
      title={failure ?? item.labelPath}
      data-key={key}
      data-state={state}
      data-current={isCurrent}
      data-selected={isSelected}
      data-faded={facts.summary.excluded}
      style={{ width }}
      onClick={(event) => onChoose({ toggle: event.ctrlKey || event.metaKey, range: event.shiftKey })}
      onDoubleClick={onOpen}
    >
      <div className={classes.picture}>
        <TilePicture item={item} />
        {failure !== null && (
          <span className={classes.failure} aria-hidden>
            <ImageOff size={13} /> failed
          </span>
        )}
      </div>
      <span
        className={classes.check}
        aria-hidden
        onClick={(event) => {
          event.stopPropagation();
          onChoose({ toggle: true, range: event.shiftKey });
        }}
        onDoubleClick={(event) => event.stopPropagation()}
      >
        <Check size={14} strokeWidth={3} />
      </span>
      <div className={classes.strip} aria-hidden>
        <span className={classes.dot} data-state={state} title={label} />
        <span className={classes.name}>
          <ItemName name={name} />
        </span>
        {open > 0 && (
          <span className={classes.pill} title={`${open} undecided ${open === 1 ? "finding" : "findings"}`}>
            {open}
          </span>
        )}
        {foundNone && (
          <span className={classes.pill} title={label}>
            no findings
          </span>
        )}
        {score !== null && (
          <span className={classes.pill} data-tone={scoreTone(score)} title="Label quality, 0 (wrong) to 100">
            {wholeParts(score)}
          </span>
        )}
      </div>
    </div>
  );
}

export const Tile = memo(
  TileOf,
  (a, b) => a.item === b.item && a.index === b.index && a.column === b.column && a.width === b.width,
);
