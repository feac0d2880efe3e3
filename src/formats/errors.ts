/** A file that cannot be used as it is: why, and what its owner can do. Whoever knows the file's name adds it. */
export class FormatError extends Error {
  override readonly name: string = "FormatError";

  constructor(
    readonly reason: string,
    readonly remedy: string,
  ) {
    super(`${reason} ${remedy}`);
  }
}
