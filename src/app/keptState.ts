import type { ClassTable } from "../core/classTable";
import { withClasses } from "../dataset/editClasses";
import { type Turns, withTurns } from "../dataset/turns";
import type { Dataset } from "../dataset/types";
import { type ClassState, classSlice, type ReturnedClasses } from "../project/classSlice";
import { exclusionSlice } from "../project/exclusionSlice";
import { filterSlice, type KeptFilter } from "../project/filterSlice";
import { type Place, placeSlice } from "../project/placeSlice";
import { turnSlice } from "../project/turnSlice";
import type { Exclusions } from "../review/exclusions";
import { createKeeper } from "./keeper";
import type { Look } from "./look";
import { lookSlice } from "./lookSlice";
import type { Services } from "./services";
import type { SessionStore, View } from "./session";
import type { SettingsStore } from "./settings";

const classSets = ["lockedClasses", "hiddenClasses", "pinnedClasses"] as const;

/** A data set as the user left it. */
interface KeptState {
  readonly dataset: Dataset;
  readonly removedClasses: ClassTable;
  readonly returnedClasses: ReturnedClasses;
  readonly exclusions: Exclusions;
  readonly turns: Turns;
  readonly filter: KeptFilter["filter"];
  readonly sort: KeptFilter["sort"];
}

/** Where the user was in it; null: not known. */
type Left = Place | null;

/**
 * Keeps between visits what belongs to the open data set as a whole: its changed, locked, hidden and pinned classes, its
 * exclusions, its turned photographs, how single pictures are shown, which images are looked for, and where in it the user is.
 */
export interface KeepingState {
  /**
   * Puts what is kept for a project into session and settings: `show` gets it, and adds what else is new. From then on changes
   * are kept.
   */
  open(projectId: string, dataset: Dataset, show: (kept: KeptState, left: Left) => void): Promise<void>;
}

/** @param inReview whether it is findings that a queue is shown of. */
export function createKeepingState(
  { store }: Pick<Services, "store">,
  session: SessionStore,
  settings: SettingsStore,
  inReview: () => boolean = () => true,
): KeepingState {
  const classes = createKeeper<ClassState>(store, session, {
    unread: "Changed classes from earlier could not be read",
    unkept: "Changed classes are not kept",
  });
  const exclusions = createKeeper<Exclusions>(store, session, {
    unread: "What was excluded from finding could not be read",
    unkept: "What is excluded is not kept",
  });
  const looks = createKeeper<ReadonlyMap<string, Look>>(store, session, {
    unread: "How single pictures were shown could not be read",
    unkept: "How single pictures are shown is not kept",
  });

  const turns = createKeeper<Turns>(store, session, {
    unread: "Which pictures were turned could not be read",
    unkept: "Which pictures are turned is not kept",
  });

  const filters = createKeeper<KeptFilter>(store, session, {
    unread: "Which images were looked for could not be read",
    unkept: "Which images are looked for is not kept",
  });

  const places = createKeeper<Left>(store, session, {
    unread: "Where you were in the data set could not be read",
    unkept: "Where you are in the data set is not kept",
  });

  function keepClasses(): void {
    const { dataset, removedClasses: removed, returnedClasses: returned } = session.getState();
    const { lockedClasses: locked, hiddenClasses: hidden, pinnedClasses: pinned } = settings.getState();
    if (dataset !== null) classes.keep({ classes: dataset.classes, locked, hidden, pinned, removed, returned });
  }
  session.subscribe((now, before) => {
    if (now.dataset?.classes !== before.dataset?.classes || now.returnedClasses !== before.returnedClasses)
      keepClasses();
    if (now.exclusions !== before.exclusions) exclusions.keep(now.exclusions);
    if (now.turns !== before.turns) turns.keep(now.turns);
    const { filter, sort, view } = now;
    if (filter !== before.filter || sort !== before.sort) filters.keep({ filter, sort });
    // A data set that is closed leaves its review without the user's doing.
    if (view !== before.view && now.dataset !== null) keepPlace(view, before.view);
  });
  function keepPlace(view: View, before: View): void {
    if (view !== "queue") places.keep({ view, inReview: false });
    else if (before !== "queue") places.keep({ view: before, inReview: inReview() });
  }
  settings.subscribe((now, before) => {
    if (classSets.some((name) => now[name] !== before[name])) keepClasses();
    if (now.looks !== before.looks) looks.keep(now.looks);
  });

  return {
    async open(id, dataset, show) {
      const own = classSlice(dataset.classes);
      const [turned, state, excluded, shown, looked, left] = await Promise.all([
        turns.load(id, turnSlice),
        classes.load(id, own),
        exclusions.load(id, exclusionSlice),
        looks.load(id, lookSlice),
        filters.load(id, filterSlice),
        places.load(id, placeSlice),
      ]);
      // What comes now is no change of the data set before: ids mean other classes in another.
      classes.follow(null);
      exclusions.follow(null);
      turns.follow(null);
      looks.follow(null);
      filters.follow(null);
      places.follow(null);
      settings.setState({
        ...{ hiddenClasses: state.hidden, lockedClasses: state.locked, pinnedClasses: state.pinned },
        looks: shown,
      });
      const kept: KeptState = {
        dataset: withTurns(state.classes === dataset.classes ? dataset : withClasses(dataset, state.classes), turned),
        removedClasses: state.removed,
        returnedClasses: state.returned,
        exclusions: excluded,
        turns: turned,
        ...looked,
      };
      show(kept, left);
      classes.follow({ id, slice: own });
      exclusions.follow({ id, slice: exclusionSlice });
      looks.follow({ id, slice: lookSlice });
      turns.follow({ id, slice: turnSlice });
      filters.follow({ id, slice: filterSlice });
      places.follow({ id, slice: placeSlice });
      // Shown anew it is where it begins; a review that goes on is opened over it.
      if (left !== null && (left.view !== session.getState().view || left.inReview)) places.keep(null);
    },
  };
}
