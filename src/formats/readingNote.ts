/** Something about a file that its owner should know. */
export interface ReadingNote {
  readonly path: string;
  readonly reason: string;
  readonly remedy: string;
  /** It is left out for that. */
  readonly isError?: boolean;
}
