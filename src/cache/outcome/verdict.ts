import type { Rejection } from '../../domain/commands.js';
import type { MuteAnswer, ObserveAnswer, ResetAnswer, ResetView, RetractAnswer } from '../../domain/views.js';

/** The answer to a command. */
export type CommandAnswer = ObserveAnswer | RetractAnswer | ResetAnswer | ResetView | MuteAnswer;

/**
 * The result of a command in its transaction. The answer is made on demand, once the effects of the batch are written.
 * Records of a stream need no answer.
 */
export type Verdict =
  | { readonly kind: 'accepted'; readonly answer: () => CommandAnswer | Promise<CommandAnswer> }
  /** The uuid is known with the same content. The answer is read after the commit, or given here. */
  | { readonly kind: 'duplicate'; readonly answer?: () => ResetAnswer }
  | { readonly kind: 'rejected'; readonly rejection: Rejection };
