import { displayClasses } from "../../app/displayClasses";
import { type OpenImage, type SessionStore, standing } from "../../app/session";
import type { SettingsStore } from "../../app/settings";
import type { Rect } from "../../core/rect";
import { excludedIn } from "../../review/exclusions";
import { shownSet } from "../../review/sets";
import { LabelPainter } from "./labelPainter";
import { OverlayPainter } from "./overlayPainter";
import { displayPalette } from "./palette";
import type { SceneLayers } from "./sceneLayers";

/** What the layers are put together from, made of the open document's rasters: nothing is ever read back from it. */
export class ScenePainters {
  labels: LabelPainter | null = null;
  overlay: OverlayPainter | null = null;
  private image: OpenImage | null = null;
  /** Proposals show their class even where it is hidden. */
  private proposalColors: Uint32Array = new Uint32Array(65536);
  private isLost = false;

  constructor(
    private readonly layers: SceneLayers,
    private readonly settings: SettingsStore,
    private readonly session: SessionStore,
  ) {}

  /** Makes all that is shown of an image, in place of what was there. */
  open(image: OpenImage | null): void {
    this.image = image;
    this.labels = null;
    this.overlay = null;
    if (image !== null) {
      const { document } = image;
      const lost = (): void => {
        if (this.overlay === overlay) this.lost();
      };
      const overlay = new OverlayPainter(document, lost);
      this.labels = new LabelPainter(document.labels, document.original, lost);
      this.overlay = overlay;
      this.showExcluded();
    }
    this.restyle();
    this.layers.redraw("image");
  }

  /** The browser lost pixels of some canvas, and often of all of them at once: after that all are made anew. */
  lost(): void {
    if (this.isLost) return;
    this.isLost = true;
    setTimeout(() => {
      this.isLost = false;
      this.open(this.image);
    });
  }

  /** Shows what an edit changed. */
  refresh(rect: Rect): void {
    this.labels?.refresh(rect);
    this.overlay?.refresh(rect);
    this.layers.redrawPart("labels", rect);
    this.layers.redrawPart("overlay", rect);
  }

  showExcluded(): void {
    if (this.image === null) return;
    this.overlay?.showExcluded(excludedIn(this.session.getState().exclusions, this.image.document));
    // Nothing that was found changes what is excluded.
    this.showProposal();
  }

  /** The classes, their colours or how they are shown changed. */
  restyle(): void {
    const settings = this.settings.getState();
    const classes = displayClasses(this.session.getState(), settings);
    const { hiddenClasses, labelMode } = settings;
    this.proposalColors = displayPalette(classes, new Set());
    this.labels?.restyle(displayPalette(classes, hiddenClasses), labelMode);
    this.showProposal();
    this.layers.redraw("labels");
  }

  /** What accepting would change, and no more. */
  showProposal(): void {
    const state = this.image?.document.store.getState();
    const { previewed } = this.session.getState();
    const set = state === undefined ? null : (previewed ?? shownSet(state));
    this.overlay?.showProposal(standing(this.session.getState(), this.settings.getState(), set), this.proposalColors);
    this.layers.redraw("overlay");
  }
}
