import type { RecordError } from '../../cache/commit/stretch.js';
import { type CacheName, cacheOf } from '../../domain/cache-name.js';
import type { ArchiveCommand, RemoteCommand } from '../../domain/commands.js';
import type { ReadMessage } from '../../domain/messages/any-message.js';
import { isFitText } from '../../domain/messages/fit-text.js';
import { MessageError } from '../../domain/messages/message-error.js';
import type { Decoded } from '../wire/decode-record.js';
import { brokersIn } from './brokers.js';
import type { IncomingRecord } from './dead-letter.js';
import { arrivalOf, commanded, dead, type Interpreted, type InterpreterOptions, sourceOf } from './interpreted.js';
import type { Admission } from './remote-commands.js';

/** Interprets a command of the collaboration's clients, most of which need a password. */
export function interpretCommand(
  record: IncomingRecord,
  { name, isTest, isFiredrill }: Extract<ReadMessage, { kind: 'command' }>,
  decoded: Decoded,
  options: InterpreterOptions,
): Interpreted {
  const { guard, allowedBrokers, partition } = options;
  if (!isRemoteCommand(name)) {
    return dead(record, options, { reason: 'unknown command', detail: `There is no command 0_${name} here.` });
  }
  const effects = options.remote;
  if (name === 'Get-Feedback') {
    return remote(record, options, ofDetector(name, '', decoded, record, options), effects.giveFeedback);
  }
  const cache = cacheOf({ is_test: isTest, is_firedrill: isFiredrill });
  const brokers = name === 'broker-change' ? brokersIn(decoded.value['new_broker']) : [];
  const asked =
    name === 'broker-change'
      ? ofDetector(name, brokers.join(), decoded, record, options)
      : arrived(name, name === 'hard-reset' ? cache : 'live', decoded, record, options);
  // An outdated command is not carried out, and its password not checked: it must not serve to guess passwords.
  if (asked.isOutdated === true) return remote(record, options, asked, () => undefined);
  const admission = guard.admit(decoded.value['pass']);
  if (admission !== 'admitted') return dead(record, options, notAdmitted(name, admission));
  if (name === 'display-heartbeats') return remote(record, options, asked, effects.displayHeartbeats);
  if (name === 'broker-change') {
    const refused = brokers.filter((broker) => !allowedBrokers.includes(broker));
    if (refused.length > 0) return dead(record, options, notAllowed(refused));
    return remote(record, options, asked, effects.changeBrokers);
  }
  const reset = { reason: 'command 0_hard-reset', actor: sourceOf(record, partition) };
  return {
    ...commanded(record, options, { kind: 'reset', uuid: asked.uuid, cache, ...reset }),
    after: () => told(name, record, options),
  };
}

const REMOTE_COMMANDS: readonly string[] = ['Get-Feedback', 'hard-reset', 'display-heartbeats', 'broker-change'];

function isRemoteCommand(name: string): name is Exclude<RemoteCommand, 'test-connection'> {
  return REMOTE_COMMANDS.includes(name);
}

/** A command that is archived. It has its effect unless it is outdated. */
export function remote(
  record: IncomingRecord,
  options: InterpreterOptions,
  command: ArchiveCommand,
  effect: () => void,
): Interpreted {
  const after = () => {
    told(command.tier, record, options, command.isOutdated);
    if (command.isOutdated !== true) effect();
  };
  return { ...commanded(record, options, command), after };
}

function told(
  command: string,
  record: IncomingRecord,
  { partition, log }: InterpreterOptions,
  isOutdated = false,
): void {
  const details = { command, ...partition, offset: String(record.offset) };
  if (!isOutdated) log.info(details, 'kafka:command');
  else log.warn({ ...details, sentAt: new Date(record.receivedMs).toISOString() }, 'kafka:command-outdated');
}

/** The archived form of a command, by which a duplicate of it is recognised. */
export function arrived(
  tier: RemoteCommand,
  cache: CacheName,
  decoded: Decoded,
  record: IncomingRecord,
  { partition, commandMaxAge, now }: InterpreterOptions,
): ArchiveCommand {
  return {
    kind: 'archive',
    tier,
    ...arrivalOf(record, decoded, partition),
    cache,
    detectorName: null,
    content: '',
    ...(now() - record.receivedMs > commandMaxAge ? { isOutdated: true } : {}),
  };
}

/** A command of a detector. Of the e-mail addresses in a request for feedback only those of the detector's contacts count. */
function ofDetector(
  tier: 'Get-Feedback' | 'broker-change',
  content: string,
  decoded: Decoded,
  record: IncomingRecord,
  options: InterpreterOptions,
): ArchiveCommand {
  const detectorName = decoded.value['detector_name'];
  if (typeof detectorName !== 'string' || !isFitText(detectorName)) {
    throw new MessageError('The command does not say which detector asks.', [
      { path: ['detector_name'], message: 'not a name' },
    ]);
  }
  return { ...arrived(tier, 'live', decoded, record, options), detectorName, content };
}

function notAllowed(brokers: readonly string[]): RecordError {
  const detail = `The brokers were not changed: ${brokers.join(', ')} must stand in ALLOWED_BROKERS.`;
  return { reason: 'forbidden', detail };
}

function notAdmitted(name: string, admission: Exclude<Admission, 'admitted'>): RecordError {
  const why = {
    wrong: 'its password is wrong',
    'not kept': 'its password is not kept with a dead letter, so the command has to be sent again',
    'none set': 'this server has no ADMIN_PASSWORD',
  };
  return { reason: 'forbidden', detail: `The command 0_${name} was not carried out: ${why[admission]}.` };
}
