export interface MessageIssue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** A message does not have the collaboration's format. The issues name the invalid fields. */
export class MessageError extends Error {
  override readonly name = 'MessageError';
  constructor(
    message: string,
    readonly issues: readonly MessageIssue[],
  ) {
    super(message);
  }
}
