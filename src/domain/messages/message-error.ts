export interface MessageIssue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** A message that isn't one of the collaboration's: the issues name the fields at fault. */
export class MessageError extends Error {
  override readonly name = 'MessageError';
  constructor(
    message: string,
    readonly issues: readonly MessageIssue[],
  ) {
    super(message);
  }
}
