import { UnstyledButton } from "@mantine/core";
import { X } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import { groupName } from "../../../app/checking";
import { ruleTexts } from "../../../app/checkTexts";
import type { OpenImage } from "../../../app/session";
import { createRandom } from "../../../core/random";
import { groupCount, groupKey, groupRegion } from "../../../review/lint/pixelGroups";
import type { RuleReport } from "../../../review/lint/types";
import { useLook } from "../../canvas/PictureFilter";
import { useCanvas } from "../../canvas/useCanvas";
import { useApp, useDisplayClasses } from "../../context";
import { cropLabels, cropSquare } from "../cropPixels";
import { colorsOf, cropSize, drawCrop } from "../drawCrop";
import classes from "./checks.module.css";
import { useChecks } from "./useChecks";

/** Crops at a time. */
const most = 12;

interface WallProps {
  readonly report: RuleReport;
  readonly image: OpenImage;
}

/** Random places of a rule, to check it by. A click leaves one out of the action. */
export function CropWall({ report, image }: WallProps) {
  const { rule, groups } = report;
  const [seed, setSeed] = useState(1);
  const chosen = useMemo(() => sample(groupCount(groups), seed), [groups, seed]);
  return (
    <fieldset className={classes.wall} aria-label={`Examples of ${ruleTexts[rule].title.toLowerCase()}`}>
      {chosen.map((group) => (
        <Crop key={groupKey(groups, group)} group={group} report={report} image={image} />
      ))}
      {groupCount(groups) > most && (
        <UnstyledButton className={classes.others} onClick={() => setSeed(seed + 1)}>
          Other examples
        </UnstyledButton>
      )}
    </fieldset>
  );
}

/** Up to `most` of `count` places, in order, the same for a seed. */
function sample(count: number, seed: number): readonly number[] {
  if (count <= most) return Array.from({ length: count }, (_, group) => group);
  const random = createRandom(seed);
  const chosen = new Set<number>();
  while (chosen.size < most) chosen.add(random.int(count));
  return [...chosen].sort((a, b) => a - b);
}

interface CropProps extends WallProps {
  readonly group: number;
}

/** A place as it is; under the pointer, or with the focus, as it would be. */
function Crop({ group, report: { rule, groups }, image }: CropProps) {
  const { checking } = useApp();
  const { canvas, made, attach } = useCanvas();
  const table = useDisplayClasses();
  const look = useLook();
  const [after, setAfter] = useState(false);
  const { leftOut, selected } = useChecks();
  const key = groupKey(groups, group);
  const isOut = leftOut.has(groupName(rule, key));
  const { photo, document } = image;
  useEffect(() => {
    const { ids, ...region } = groupRegion(groups, group, document.width);
    const shown = [{ region, ids, to: 0 }];
    const square = cropSquare(region.rect);
    const crops = cropLabels(document.labels, shown, square, cropSize, colorsOf(table));
    drawCrop(canvas?.getContext("2d"), photo, look, square, after ? crops.after : crops.before, shown);
  }, [group, groups, document, photo, look, table, after, canvas]);
  const [x, y] = [key % document.width, Math.floor(key / document.width)];
  return (
    <UnstyledButton
      className={classes.crop}
      aria-pressed={!isOut}
      aria-label={`${ruleTexts[rule].one} at x ${x}, y ${y}`}
      title={isOut ? "Left out: a click takes it in" : "A click leaves it out"}
      data-selected={selected === key}
      onClick={() => checking.toggle(key)}
      onPointerEnter={() => setAfter(true)}
      onPointerLeave={() => setAfter(false)}
      onFocus={() => setAfter(true)}
      onBlur={() => setAfter(false)}
    >
      <canvas key={made} ref={attach} width={cropSize} height={cropSize} aria-hidden />
      {isOut && <X className={classes.out} size={20} aria-hidden />}
    </UnstyledButton>
  );
}
