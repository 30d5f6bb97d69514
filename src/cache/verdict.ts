import type { MuteCommand, ObserveCommand, Refusal, ResetCommand, RetractCommand } from '../domain/commands.js';
import type { MuteAnswer, ObserveAnswer, ResetAnswer, RetractAnswer } from '../domain/views.js';

/** Commands that wait for a cache's lock together. */
export type QueuedCommand = ObserveCommand | RetractCommand | ResetCommand | MuteCommand;

/**
 * What the transaction made of a command. The answer is made when it is asked for, once the batch's effects are written:
 * a stream asks for none.
 */
export type Verdict =
  | { readonly kind: 'accepted'; readonly answer: () => ObserveAnswer | RetractAnswer | ResetAnswer | MuteAnswer }
  /** The uuid is known, with the same content: what to answer is read after the commit, or told here. */
  | { readonly kind: 'duplicate'; readonly answer?: () => ResetAnswer }
  | { readonly kind: 'refused'; readonly refusal: Refusal };
