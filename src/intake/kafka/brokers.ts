import { MessageError } from '../../domain/messages/message-error.js';

const HOST_AND_PORT = /^(?:[^\s,:/@]+|\[[0-9a-fA-F:]+\]):\d{1,5}$/;

/**
 * The brokers that a command names, as a URL of hop (`kafka://user@host:port,host:port/topic`) or as `host:port` alone.
 * User and topic are ignored: this server has its own.
 *
 * @returns `host:port` of each
 * @throws MessageError if it names none
 */
export function brokersIn(named: unknown): readonly string[] {
  const authority =
    typeof named === 'string'
      ? named
          .trim()
          .replace(/^kafka:\/\//, '')
          .replace(/\/.*$/s, '')
      : '';
  const brokers = authority.replace(/^[^@,]*@/, '').split(',');
  if (brokers.every((broker) => HOST_AND_PORT.test(broker))) return brokers;
  throw new MessageError('The command names no broker.', [
    { path: ['new_broker'], message: 'expected kafka://host:port/topic, or host:port' },
  ]);
}
