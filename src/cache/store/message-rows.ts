import {
  boolColumn,
  float8Column,
  int8Column,
  textColumn,
  timestampColumn,
  uuidColumn,
} from '../../database/columns.js';
import type { Json } from '../../domain/commands.js';
import type { Instant } from '../../domain/time.js';

/** A row of the table `message`; `body` is JSON text. */
export interface MessageRecord {
  readonly uuid: string;
  readonly kind: string;
  readonly command: number | null;
  readonly cache: string | null;
  readonly detector: string | null;
  /** POSIX milliseconds. */
  readonly received_at: number;
  readonly fingerprint: string;
  readonly argument: Json;
  readonly source: string;
  readonly body: string | null;
}

/** A row of the table `observation`, without its cache. */
export interface ObservationRecord {
  readonly uuid: string;
  readonly command: number;
  readonly id: string;
  readonly detector_name: string;
  readonly neutrino_time: string;
  readonly neutrino_ns: Instant;
  readonly received_ns: Instant;
  readonly expires_ns: Instant;
  readonly state: string;
  readonly p_val: number | null;
  readonly is_pre_sn: boolean;
  readonly machine_time: string | null;
  readonly sent_time: string | null;
  readonly schema_version: string | null;
  readonly meta: Json;
  readonly retracted_by: string | null;
}

/** The parameters of the statements that write messages (MESSAGE_ROWS), column by column. */
export function messageColumns(messages: readonly MessageRecord[]): Buffer[] {
  return [
    uuidColumn(
      'uuid',
      messages.map(({ uuid }) => uuid),
    ),
    textColumn(messages.map(({ kind }) => kind)),
    textColumn(messages.map(({ cache }) => cache)),
    int8Column(
      'command',
      messages.map(({ command }) => command),
    ),
    textColumn(messages.map(({ detector }) => detector)),
    timestampColumn(
      'received_at',
      messages.map(({ received_at }) => received_at),
    ),
    textColumn(messages.map(({ fingerprint }) => fingerprint)),
    textColumn(messages.map(({ argument }) => jsonText(argument))),
    textColumn(messages.map(({ source }) => source)),
    textColumn(messages.map(({ body }) => body)),
  ];
}

/** The parameters of WRITE_OBSERVATIONS behind the cache, column by column. */
export function observationColumns(observations: readonly ObservationRecord[]): Buffer[] {
  return [
    uuidColumn(
      'uuid',
      observations.map(({ uuid }) => uuid),
    ),
    int8Column(
      'command',
      observations.map(({ command }) => command),
    ),
    textColumn(observations.map(({ id }) => id)),
    textColumn(observations.map(({ detector_name }) => detector_name)),
    textColumn(observations.map(({ neutrino_time }) => neutrino_time)),
    int8Column(
      'neutrino_ns',
      observations.map(({ neutrino_ns }) => neutrino_ns),
    ),
    int8Column(
      'received_ns',
      observations.map(({ received_ns }) => received_ns),
    ),
    int8Column(
      'expires_ns',
      observations.map(({ expires_ns }) => expires_ns),
    ),
    textColumn(observations.map(({ state }) => state)),
    float8Column(observations.map(({ p_val }) => p_val)),
    boolColumn(observations.map(({ is_pre_sn }) => is_pre_sn)),
    textColumn(observations.map(({ machine_time }) => machine_time)),
    textColumn(observations.map(({ sent_time }) => sent_time)),
    textColumn(observations.map(({ schema_version }) => schema_version)),
    textColumn(observations.map(({ meta }) => jsonText(meta))),
    uuidColumn(
      'retracted_by',
      observations.map(({ retracted_by }) => retracted_by),
    ),
  ];
}

function jsonText(value: Json): string | null {
  return value === null ? null : JSON.stringify(value);
}
