import { DecodeError, quoted } from '../decode-error.js';

/** What a pickle may refer to. The names are not resolved: they only tell how their arguments are read. */
export type Callable = typeof MESSAGE | typeof ENUM | typeof SET;

export const MESSAGE = Symbol('message');
/** Members of an enum are pickled as calls with their value. */
export const ENUM = Symbol('enum');
export const SET = Symbol('set');

/** The whole list: the package snews-data-formats, and sets as protocols 2 and 3 pickle them. */
const ALLOWED: ReadonlyMap<string, ReadonlyMap<string, Callable>> = new Map([
  [
    'snews.models.messages',
    new Map<string, Callable>([
      ['MessageBase', MESSAGE],
      ['DetectorMessageBase', MESSAGE],
      ['TierMessageBase', MESSAGE],
      ['CoincidenceTierMessage', MESSAGE],
      ['SignificanceTierMessage', MESSAGE],
      ['TimingTierMessage', MESSAGE],
      ['RetractionMessage', MESSAGE],
      ['HeartbeatMessage', MESSAGE],
      ['Tier', ENUM],
    ]),
  ],
  ['snews.models.detectors', new Map([['DetectionChannel', ENUM]])],
  ['builtins', new Map([['set', SET]])],
  ['__builtin__', new Map([['set', SET]])],
]);

/** @throws DecodeError refused if messages don't need the name */
export function allowedName(module: string, name: string): Callable {
  const allowed = ALLOWED.get(module)?.get(name);
  if (allowed !== undefined) return allowed;
  throw new DecodeError('refused', `The pickle refers to ${quoted(name)} of ${quoted(module)}.`);
}
