import { createStore } from "zustand/vanilla";

/** How the finding is looked at; it stays from one to the next. */
interface FindingView {
  /** Where the line between before (left) and after (right) stands, 0 to 1 of the picture's width. */
  readonly splitAt: number;
  /** Labels as areas, not as lines. */
  readonly filled: boolean;
  /** The menu of other classes is open. */
  readonly choosing: boolean;
  /** Left: single findings, or groups. */
  readonly list: "single" | "pairs";
}

export const findingView = createStore<FindingView>(() => ({
  splitAt: 0.5,
  filled: false,
  choosing: false,
  list: "single",
}));

/** All of the label as it would be, or all of it as it is. */
export function flip(): void {
  findingView.setState(({ splitAt }) => ({ splitAt: splitAt === 0 ? 1 : 0 }));
}

/** Puts the line where a finding can be seen on both sides of it, unless all of one side is shown. */
export function splitThrough(at: number): void {
  findingView.setState(({ splitAt }) =>
    splitAt === 0 || splitAt === 1 ? {} : { splitAt: Math.min(0.95, Math.max(0.05, at)) },
  );
}
