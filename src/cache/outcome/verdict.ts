import type { Refusal } from '../../domain/commands.js';
import type { MuteAnswer, ObserveAnswer, ResetAnswer, ResetView, RetractAnswer } from '../../domain/views.js';

/** What a command is answered with. */
export type CommandAnswer = ObserveAnswer | RetractAnswer | ResetAnswer | ResetView | MuteAnswer;

/**
 * What the transaction made of a command. The answer is made when it is asked for, once the batch's effects are written:
 * a stream asks for none.
 */
export type Verdict =
  | { readonly kind: 'accepted'; readonly answer: () => CommandAnswer | Promise<CommandAnswer> }
  /** The uuid is known, with the same content: what to answer is read after the commit, or told here. */
  | { readonly kind: 'duplicate'; readonly answer?: () => ResetAnswer }
  | { readonly kind: 'refused'; readonly refusal: Refusal };
