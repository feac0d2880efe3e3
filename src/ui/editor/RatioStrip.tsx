import { Button, Loader, Text, Tooltip, UnstyledButton } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { ChevronDown, ChevronUp, Play } from "lucide-react";
import { useEffect } from "react";
import { useStore } from "zustand";
import type { OpenImage } from "../../app/session";
import type { StripTile } from "../../app/strip";
import { whyNotAgreed } from "../../app/strip";
import { percentOf } from "../../app/stripPlan";
import { shownPercent } from "../../review/doubt";
import { useAction } from "../actions/useAction";
import { useApp, useDocument, useSettings, useWhyReadOnly } from "../context";
import { AgreementCrop, CandidateCrop } from "./StripCrop";
import classes from "./strip.module.css";
import { highEnough } from "./stripOpen";

/** Under the picture: the label, and what the model makes of the mask at several mask ratios, side by side. */
export function RatioStrip({ image }: { readonly image: OpenImage }) {
  const { strip } = useApp();
  const isHigh = useMediaQuery(highEnough) ?? false;
  const isOpen = useSettings((state) => state.stripOpen) ?? isHigh;
  const toggle = useAction("strip");
  useEffect(() => {
    strip.setShown(isOpen);
    return () => strip.setShown(false);
  }, [strip, isOpen]);
  const Arrow = isOpen ? ChevronDown : ChevronUp;
  return (
    <section className={classes.strip} aria-label="Mask ratios" data-open={isOpen}>
      <Tooltip label={toggle.tip} position="top-start">
        <UnstyledButton className={classes.fold} aria-expanded={isOpen} onClick={toggle.run}>
          <Arrow size={14} aria-hidden />
          <span>Mask ratios</span>
        </UnstyledButton>
      </Tooltip>
      {isOpen && <Tiles image={image} />}
    </section>
  );
}

function Tiles({ image }: { readonly image: OpenImage }) {
  const { strip } = useApp();
  const { tiles, chosen, agreement, isStale } = useStore(strip.store);
  const masked = useDocument(image.document, (state) => state.maskedPixels);
  const reconstruct = useAction("reconstruct");
  if (tiles.length === 0) {
    return (
      <Text size="xs" c="dimmed" className={classes.empty}>
        {masked === 0
          ? "Mask what is wrong: what the model makes of it at several mask ratios stands here side by side."
          : `Candidates come once the mask is rebuilt at the chosen ratio${reconstruct.inBrackets}.`}
      </Text>
    );
  }
  const isOne = agreement !== null && agreement.disputed.bits.length === 0;
  const shown = tiles.map((tile, index) => ({ tile, index })).filter(({ index }) => !isOne || index === chosen);
  return (
    <div className={classes.shown} data-stale={isStale} aria-busy={isStale}>
      <div className={classes.tiles}>
        <figure className={classes.original}>
          <CandidateCrop image={image} set={null} isStale={isStale} />
          <figcaption>label now</figcaption>
        </figure>
        {shown.map(({ tile, index }) => (
          <Tile
            key={index}
            image={image}
            tile={tile}
            index={index}
            isChosen={index === chosen}
            agreesWith={isOne ? agreement.of : 0}
          />
        ))}
      </div>
      <AgreementTile image={image} isOne={isOne} />
    </div>
  );
}

interface TileProps {
  readonly image: OpenImage;
  readonly tile: StripTile;
  readonly index: number;
  readonly isChosen: boolean;
  /** How many candidates say the same, where all do; else 0. */
  readonly agreesWith: number;
}

function Tile({ image, tile, index, isChosen, agreesWith }: TileProps) {
  const { strip } = useApp();
  const isStale = useStore(strip.store, (state) => state.isStale);
  const percent = `${percentOf(tile.ratio)} %`;
  const readOnly = useWhyReadOnly();
  const cannot = tile.barred !== null || isStale || readOnly !== null;
  const name = [percent, stateText(tile), ...(isChosen ? ["chosen"] : [])].join(", ");
  const all = agreesWith > 0 ? `. All ${agreesWith} ratios agree` : "";
  return (
    <Tooltip
      label={readOnly ?? `${tipOf(tile, percent)}${tile.barred === null ? ` (Alt+${index + 1})` : ""}`}
      multiline
      maw={280}
    >
      <UnstyledButton
        className={classes.tile}
        aria-label={`Mask ratio ${name}${all}`}
        aria-pressed={isChosen}
        aria-disabled={cannot}
        aria-keyshortcuts={`Alt+${index + 1}`}
        data-state={tile.state}
        onClick={() => !cannot && strip.pick(index)}
        onMouseEnter={() => strip.preview(index)}
        onMouseLeave={() => strip.preview(null)}
        onFocus={() => strip.preview(index)}
        onBlur={() => strip.preview(null)}
      >
        {tile.set !== null ? (
          <CandidateCrop image={image} set={tile.set} isStale={isStale} />
        ) : (
          <span className={classes.blank}>{blankOf(tile)}</span>
        )}
        <span className={classes.caption}>
          <b>{percent}</b>
          {tile.confidence !== null && <span title="Mean confidence">{shownPercent(tile.confidence)} %</span>}
        </span>
      </UnstyledButton>
    </Tooltip>
  );
}

function blankOf({ state }: StripTile) {
  switch (state) {
    case "running":
      return <Loader size={16} />;
    case "idle":
      return <Play size={16} aria-hidden />;
    default:
      return { failed: "!", barred: "–", waiting: "…", done: "" }[state];
  }
}

function stateText({ state, barred, reason, confidence }: StripTile): string {
  switch (state) {
    case "barred":
      return `cannot be had: ${barred}`;
    case "failed":
      return `failed: ${reason}`;
    case "running":
      return "being computed";
    case "waiting":
      return "to come";
    case "idle":
      return "not computed";
    case "done":
      return `confidence ${shownPercent(confidence ?? 0)} %`;
  }
}

function tipOf(tile: StripTile, percent: string): string {
  if (tile.barred !== null) return `${percent}: ${tile.barred}`;
  if (tile.state === "failed") return `${percent} failed: ${tile.reason} Click to try again`;
  const hides = tile.maskAlone ? "nothing but the mask is hidden" : "context is hidden too, anew for each pass";
  const does = tile.set === null ? "Click to have it computed first" : "Click to review its rows";
  return `${percent}: ${hides}. ${does}`;
}

/** How many candidates agree, pixel by pixel, and the button that takes what all of them say. */
function AgreementTile({ image, isOne }: { readonly image: OpenImage; readonly isOne: boolean }) {
  const { strip } = useApp();
  const state = useStore(strip.store);
  const { agreement } = state;
  const accept = useAction("accept-agreed");
  const area = agreement?.area ?? 0;
  const disputed = agreement?.disputed.bits.reduce((sum, bit) => sum + bit, 0) ?? 0;
  const text =
    agreement === null
      ? whyNotAgreed(state)
      : disputed === 0
        ? `All ${agreement.of} ratios agree`
        : `${disputed.toLocaleString("en")} px differ`;
  return (
    <div className={classes.agreement}>
      {agreement !== null && !isOne && <AgreementCrop image={image} agreement={agreement} />}
      <div className={classes.agreed}>
        <Text size="xs" c="dimmed" lineClamp={2}>
          {text}
        </Text>
        <Tooltip label={accept.enabled ? accept.tip : whyNotAgreed(state)} multiline maw={280}>
          <Button
            className={classes.accept}
            size="compact-xs"
            variant={accept.enabled ? "filled" : "default"}
            aria-disabled={!accept.enabled}
            {...(accept.enabled ? {} : { "data-disabled": true })}
            onClick={() => accept.enabled && accept.run()}
            onMouseEnter={() => strip.preview("agreed")}
            onMouseLeave={() => strip.preview(null)}
            onFocus={() => strip.preview("agreed")}
            onBlur={() => strip.preview(null)}
          >
            Accept where all agree{area > 0 && `: ${area.toLocaleString("en")} px`}
          </Button>
        </Tooltip>
      </div>
    </div>
  );
}
