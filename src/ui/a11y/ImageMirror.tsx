import { VisuallyHidden } from "@mantine/core";
import { useDocument, useSession } from "../app/context";
import { openSuggestions } from "../canvas/proposalPixels";
import type { OpenImage } from "../state/session";

/** What the canvas shows, as text: for screen readers and for tests. */
export function ImageMirror({ image }: { readonly image: OpenImage }) {
  const { document, item } = image;
  const { maskedPixels, hintPixels, changedPixels, proposal, version } = useDocument(document, (state) => state);
  const classes = useSession((state) => state.classes);
  const nameOf = (id: number): string => classes.find((one) => one.id === id)?.name ?? `class ${id}`;
  return (
    <VisuallyHidden>
      <section aria-label="Canvas content">
        <ul data-testid="canvas-mirror" data-version={version}>
          <li data-mirror="image">{`Image ${item.name}, ${document.width} by ${document.height} pixels`}</li>
          <li data-mirror="mask" data-pixels={maskedPixels}>{`Mask: ${maskedPixels} pixels`}</li>
          <li data-mirror="hints" data-pixels={hintPixels}>{`Hints: ${hintPixels} pixels`}</li>
          <li data-mirror="changed" data-pixels={changedPixels}>{`Changed: ${changedPixels} pixels`}</li>
          <li data-mirror="suggestions">
            {`Suggestions: ${openSuggestions(proposal).length} undecided`}
            <ol>
              {proposal?.suggestions.map(({ id, from, to, area, confidence, decision }) => (
                <li key={id} data-mirror="suggestion" data-decision={decision}>
                  {`${nameOf(from)} to ${nameOf(to)}, ${area} pixels, confidence ${Math.round(confidence * 100)} percent, ${decision}`}
                </li>
              ))}
            </ol>
          </li>
        </ul>
      </section>
    </VisuallyHidden>
  );
}
