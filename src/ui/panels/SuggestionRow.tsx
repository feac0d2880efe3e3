import { Badge, Text, UnstyledButton } from "@mantine/core";
import { useEffect, useRef } from "react";
import type { OpenImage } from "../../app/session";
import { classNameOf, classOf, type Rgb } from "../../core/classTable";
import { rgbToHex } from "../../core/palette";
import type { Suggestion } from "../../review/types";
import { useApp, useDisplayClasses, useSession } from "../context";
import classes from "./panels.module.css";
import { SuggestionThumb } from "./SuggestionThumb";

/** One suggestion, scrolled to when selected: what it would change and how sure the model is. Lint says what it is instead, which is no confidence. */
export function SuggestionRow({ suggestion, image }: { readonly suggestion: Suggestion; readonly image: OpenImage }) {
  const { reviewing, canvas } = useApp();
  const { id, from, to, ids, area, confidence, needsHint, decision, region, lint } = suggestion;
  const selected = useSession((state) => state.selected === id);
  const row = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!selected) return;
    const { x, y, width, height } = region.rect;
    canvas.reveal({ x: x + width / 2, y: y + height / 2 });
    row.current?.scrollIntoView({ block: "nearest" });
  }, [selected, canvas, region]);
  return (
    <UnstyledButton
      ref={row}
      className={classes.suggestion}
      aria-current={selected}
      onClick={() => reviewing.select(id)}
    >
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
      {confidence !== null && (
        <Badge size="sm" variant="light" color={confidence >= 0.8 ? "teal" : confidence >= 0.5 ? "yellow" : "red"}>
          {Math.round(confidence * 100)} %
        </Badge>
      )}
    </UnstyledButton>
  );
}

const unnamedColor: Rgb = [128, 128, 128];

function ClassTag({ id }: { readonly id: number }) {
  const table = useDisplayClasses();
  const color = classOf(table, id)?.color ?? unnamedColor;
  return (
    <>
      <span className={classes.swatch} style={{ width: 11, height: 11, background: rgbToHex(color) }} />
      <Text span inherit truncate>
        {classNameOf(table, id)}
      </Text>
    </>
  );
}
