import { Text } from "@mantine/core";
import { Shuffle, Wand } from "lucide-react";
import { useStore } from "zustand";
import { actionText, allLeftOut, nothingText, ruleTexts } from "../../app/checkTexts";
import type { LintEntry } from "../../app/lintPlaces";
import { lintSums } from "../../app/lintSums";
import { type LintWallOf, placesOf } from "../../app/lintWall";
import { classesOf } from "../../app/session";
import { imageCount, pixels } from "../../app/summary";
import { ruleCount } from "../../review/lint/lintCounts";
import { ReasonButton } from "../a11y/ReasonButton";
import { focusCanvas } from "../canvas/focus";
import { useApp, useSession, useSettings } from "../context";
import classes from "./queue.module.css";
import { WallTiles } from "./WallTiles";

/** Places of a rule across images, drawn at random: the bad ones are left out, the rest is changed at once. */
export function LintWall() {
  const { lintWall } = useApp();
  const wall = useStore(lintWall.store, (state) => state.wall);
  if (wall === null) return null;
  return (
    <div className={classes.center}>
      <Head wall={wall} />
      <Tiles wall={wall} key={`${wall.rule} ${wall.seed}`} />
    </div>
  );
}

const busy = "A change in many images is under way.";

interface WallProps {
  readonly wall: LintWallOf;
}

function Head({ wall }: WallProps) {
  const { lintWall } = useApp();
  const running = useSession((state) => state.changingMany !== null);
  const sizes = useSettings((state) => state);
  const table = useSession(classesOf);
  const { checked, total } = useSession(lintSums);
  const { rule, entries, preview } = wall;
  const isCounting = preview.counted < preview.waiting;
  const out = isCounting ? 0 : preview.of - preview.count;
  const left = total - checked;
  const empty = nothingText(
    left,
    useSession((state) => state.lintRun?.state ?? null),
  );
  return (
    <div className={classes.wallHead}>
      <span className={classes.wallPair} title={ruleTexts[rule].what}>
        {ruleTexts[rule].title}
      </span>
      <Text size="xs" c="dimmed" className={classes.preview} data-testid="lint-preview">
        {isCounting
          ? `Counting: ${preview.counted} of ${imageCount(preview.waiting)}`
          : `Changes ${pixels(preview.pixels)} in ${imageCount(preview.images)}`}
        {left > 0 && `; ${imageCount(left)} not checked`}
      </Text>
      {out > 0 && (
        <ReasonButton variant="default" whyNot={running ? busy : null} onClick={lintWall.takeAll}>
          {`Take all in (${out.toLocaleString("en")} left out)`}
        </ReasonButton>
      )}
      {preview.of > entries.length && (
        <ReasonButton
          variant="default"
          leftSection={<Shuffle size={15} />}
          whyNot={running ? busy : null}
          onClick={lintWall.others}
        >
          Other examples
        </ReasonButton>
      )}
      <ReasonButton
        color="teal"
        leftSection={<Wand size={15} />}
        whyNot={running ? busy : whyNotApply(wall, empty)}
        edits
        onClick={() => void lintWall.apply().then(focusCanvas)}
      >
        {preview.count > 0 || isCounting
          ? actionText(rule, preview, sizes, table)
          : preview.of === 0
            ? empty
            : allLeftOut(rule, preview.of)}
      </ReasonButton>
    </div>
  );
}

/** Why the action cannot be done now; null when it can. */
function whyNotApply({ rule, preview }: LintWallOf, empty: string): string | null {
  if (preview.counted < preview.waiting) return "What it would change is still being counted.";
  if (preview.of === 0) return `${empty}.`;
  return preview.count === 0 ? `${allLeftOut(rule, preview.of)}.` : null;
}

function Tiles({ wall: { rule, entries } }: WallProps) {
  const { lintWall } = useApp();
  const leftOut = useStore(lintWall.store, (state) => state.leftOut);
  const named = useStore(lintWall.store, (state) => state.pixels);
  const isChosen = (entry: LintEntry): boolean => {
    const pixel = named.get(entry);
    return pixel === undefined || leftOut.get(placesOf(entry))?.has(pixel) !== true;
  };
  return (
    <WallTiles<LintEntry>
      label={`Examples of ${ruleTexts[rule].title.toLowerCase()}`}
      entries={entries}
      isChosen={isChosen}
      toggle={(entry) => void lintWall.toggle(entry)}
      say={({ group, counts }) => `${ruleTexts[rule].one} ${group + 1} of ${ruleCount(counts, rule)?.count ?? 0}`}
    />
  );
}
