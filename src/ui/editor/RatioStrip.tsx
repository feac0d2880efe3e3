import { Button, Loader, Text, Tooltip, UnstyledButton } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { ChevronDown, ChevronUp, Play } from "lucide-react";
import { useEffect } from "react";
import { useStore } from "zustand";
import type { OpenImage } from "../../app/session";
import type { StripTile } from "../../app/strip";
import { whyNotAgreed } from "../../app/strip";
import { percentOf } from "../../app/stripPlan";
import { agreementText, type ShownTile, shownTiles, tileText } from "../../app/stripShown";
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
  const state = useStore(strip.store);
  const { tiles, chosen, isStale } = state;
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
  const shown = shownTiles(state);
  return (
    <div className={classes.shown} data-stale={isStale} aria-busy={isStale}>
      <div className={classes.tiles}>
        <figure className={classes.original}>
          <CandidateCrop image={image} set={null} isStale={isStale} />
          <figcaption>label now</figcaption>
        </figure>
        {shown.map((one) => (
          <Tile key={one.index} image={image} shown={one} isChosen={one.index === chosen} />
        ))}
      </div>
      <AgreementTile image={image} isOne={shown.length === 1} />
    </div>
  );
}

interface TileProps {
  readonly image: OpenImage;
  readonly shown: ShownTile;
  readonly isChosen: boolean;
}

function Tile({ image, shown: { tile, index, percent, alike }, isChosen }: TileProps) {
  const { strip } = useApp();
  const isStale = useStore(strip.store, (state) => state.isStale);
  const readOnly = useWhyReadOnly();
  const cannot = tile.barred !== null || isStale || readOnly !== null;
  const name = [percent, tileText(tile), ...(isChosen ? ["chosen"] : [])].join(", ");
  const all = alike > 1 ? `. All ${alike} ratios agree` : "";
  const tip = alike > 1 ? `All ${alike} ratios say the same. ${tipOf(tile)}` : tipOf(tile);
  return (
    <Tooltip label={readOnly ?? `${tip}${tile.barred === null ? ` (Alt+${index + 1})` : ""}`} multiline maw={280}>
      <UnstyledButton
        className={classes.tile}
        aria-label={`Mask ratio ${name}${all}`}
        aria-pressed={isChosen}
        aria-disabled={cannot}
        aria-keyshortcuts={`Alt+${index + 1}`}
        data-state={tile.state}
        data-alike={alike > 1}
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

function tipOf(tile: StripTile): string {
  const percent = `${percentOf(tile.ratio)} %`;
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
  return (
    <div className={classes.agreement}>
      {agreement !== null && !isOne && <AgreementCrop image={image} agreement={agreement} />}
      <div className={classes.agreed}>
        <Text size="xs" c="dimmed" lineClamp={2}>
          {agreementText(state)}
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
