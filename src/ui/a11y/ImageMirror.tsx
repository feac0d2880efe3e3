import { VisuallyHidden } from "@mantine/core";
import { useMemo } from "react";
import { restSentence, rowShares } from "../../app/rowShares";
import { keptText, modelPercent, rowText } from "../../app/rowText";
import { classesOf, type OpenImage } from "../../app/session";
import { keptVoidText, pixels } from "../../app/summary";
import { classNameOf } from "../../core/classTable";
import type { LabelMap } from "../../core/labelMap";
import { isDoubtful, shownPercent } from "../../review/doubt";
import { excludedArea, excludedIn } from "../../review/exclusions";
import { openRows, rowsToDecide } from "../../review/queue";
import { LIVE } from "../../review/sets";
import { type Suggestion, sourceOf } from "../../review/types";
import { useLook } from "../canvas/PictureFilter";
import { useDocument, useSession, useSettings, useStanding } from "../context";
import { useMaskFacts } from "../panels/useMaskFacts";
import { ChecksMirror } from "./ChecksMirror";

/** What the canvas shows, as text: for screen readers and for tests. */
export function ImageMirror({ image }: { readonly image: OpenImage }) {
  const { document, item } = image;
  const { maskedPixels, hintPixels, changedPixels, proposals, shown, version } = useDocument(
    document,
    (state) => state,
  );
  const set = useStanding(document, proposals[shown ?? LIVE] ?? null);
  const classes = useSession(classesOf);
  const excluded = useSession((state) => excludedIn(state.exclusions, document));
  const excludedPixels = excluded === null ? 0 : excludedArea(excluded);
  const nameOf = (id: number): string => classNameOf(classes, id);
  return (
    <VisuallyHidden>
      <section aria-label="Canvas content">
        <ul data-testid="canvas-mirror" data-version={version}>
          <li data-mirror="image">{`Image ${item.name}, ${document.width} by ${document.height} pixels`}</li>
          <li data-mirror="mask" data-pixels={maskedPixels}>{`Mask: ${pixels(maskedPixels)}`}</li>
          <li data-mirror="hints" data-pixels={hintPixels}>{`Hints: ${pixels(hintPixels)}`}</li>
          <li data-mirror="changed" data-pixels={changedPixels}>{`Changed: ${pixels(changedPixels)}`}</li>
          <VoidLine image={image} />
          <ViewLine />
          <CrosshairLine image={image} nameOf={nameOf} />
          {excludedPixels > 0 && (
            <li data-mirror="excluded" data-pixels={excludedPixels}>
              {`Excluded from finding: ${pixels(excludedPixels)}`}
            </li>
          )}
          <ChecksMirror />
          <li data-mirror="sets">
            {Object.values(proposals)
              .map((one) => `${one.name}: ${openRows(one).length} undecided`)
              .join(", ")}
          </li>
          <li data-mirror="suggestions" data-set={shown ?? LIVE}>
            {`Suggestions: ${rowsToDecide(set).length} undecided`}
            <ol>
              {set?.suggestions.map((suggestion) => (
                <SuggestionLine key={suggestion.id} suggestion={suggestion} labels={image.document.labels} />
              ))}
            </ol>
          </li>
        </ul>
      </section>
    </VisuallyHidden>
  );
}

function VoidLine({ image }: { readonly image: OpenImage }) {
  const { keptVoid } = useMaskFacts(image);
  if (keptVoid === 0) return null;
  return (
    <li data-mirror="kept-void" data-pixels={keptVoid}>
      {keptVoidText(keptVoid)}
    </li>
  );
}

function ViewLine() {
  const { brightness, contrast, gamma } = useLook();
  const safeColors = useSettings((state) => state.safeColors);
  const colors = safeColors ? "colour-blind-safe colours" : "the data set's colours";
  const way = useSettings((state) => state.compare);
  const at = useSettings((state) => Math.round(state.splitAt * 100));
  const compared = { off: "", split: `split at ${at} percent, `, difference: "difference from the label as opened, " };
  return (
    <li data-mirror="view" data-compare={way}>
      {`Shown ${compared[way]}in ${colors}; the picture at brightness ${brightness}, contrast ${contrast}, gamma ${gamma}`}
    </li>
  );
}

function CrosshairLine({ image, nameOf }: { readonly image: OpenImage; readonly nameOf: (id: number) => string }) {
  const crosshair = useSession((state) => state.crosshair);
  if (crosshair === null) return null;
  const { x, y, penDown } = crosshair;
  const { labels, width } = image.document;
  return (
    <li data-mirror="crosshair" data-at={`${x} ${y}`} data-pen={penDown ? "down" : "up"}>
      {`Crosshair at x ${x}, y ${y}: ${nameOf(labels.data[y * width + x])}, pen ${penDown ? "down" : "up"}`}
    </li>
  );
}

interface SuggestionLineProps {
  readonly suggestion: Suggestion;
  readonly labels: LabelMap;
}

function SuggestionLine({ suggestion, labels }: SuggestionLineProps) {
  const { area, confidence, decision, region, folded = false } = suggestion;
  const table = useSession(classesOf);
  const { x, y, width, height } = region.rect;
  const shares = useMemo(() => rowShares(labels, [suggestion]), [labels, suggestion]);
  const rest = restSentence(shares, table);
  const grounds =
    area === 0
      ? "nothing to change"
      : `confidence ${shownPercent(confidence)} percent${isDoubtful(suggestion) ? ", not sure" : ""}`;
  const alone = modelPercent([suggestion]);
  const moved = alone === null ? "" : `, was ${alone} percent before your decisions`;
  const spared = keptText([suggestion]);
  const kept = spared === "" ? "" : `${spared}, `;
  return (
    <li
      data-mirror="suggestion"
      data-decision={decision}
      data-source={sourceOf(suggestion)}
      data-folded={folded}
      data-bounds={`${x} ${y} ${width} ${height}`}
    >
      {`${rowText([suggestion], table)}, ${pixels(area)}, ${kept}${grounds}${moved}, ${decision}${rest === "" ? "" : `.${rest}`}`}
    </li>
  );
}
