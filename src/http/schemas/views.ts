import { z } from 'zod';
import { ALERT_TYPES, ENGINE_NAMES } from '../../domain/coincidence/engine.js';
import type { Json } from '../../domain/commands.js';
import { field } from '../../domain/field.js';
import {
  type AlertView,
  type CoincidencesView,
  EVENT_STATES,
  type FalseAlarm as FalseAlarmView,
  type MeasuredFalseAlarm as MeasuredFalseAlarmView,
  OBSERVATION_STATES,
  type ObservationView,
  type TableRowView,
  type TableView,
} from '../../domain/views.js';
import type { EventSummaryView, EventView } from '../../reads/events.js';
import { cache } from './list.js';

/** A time as it goes out. */
export function utc(description: string, example = '2030-01-01T12:34:45.678999123Z') {
  return field(z.string(), {
    description: `${description} Nine decimals, always; 23:59:60 is a leap second.`,
    unit: 'UTC',
    example,
  }).meta({ format: 'date-time' });
}

/** A time as it goes out, or null. */
export function utcOrNull(description: string, example = '2030-01-01T12:34:45.678999123Z') {
  return field(z.string().meta({ format: 'date-time' }).nullable(), {
    description: `${description} Nine decimals, always.`,
    unit: 'UTC',
    example,
  });
}

export function uuid(description: string) {
  return field(z.string(), {
    description,
    example: '9ccdc218-2552-4e33-b023-04308a21bd20',
  }).meta({ format: 'uuid' });
}

/** Any JSON. */
function json(description: string, example: Json) {
  return field(z.custom<Json>(), { description, example });
}

export const detectorName = field(z.string(), {
  description: 'The detector, by the name it has in GET /v1/detectors.',
  example: 'Super-K',
});

const pVal = field(z.number().nullable(), {
  description: 'Probability that background alone makes such a signal (0 to 1); null if the detector gave none.',
  unit: '1',
  example: 0.07,
});

const meta = json('What the detector added, as it sent it.', { run: 42 });

const preSn = field(z.boolean(), {
  description: 'True if one of the observations is of pre-supernova neutrinos (`is_pre_sn`).',
  example: false,
});

const eventId = field(z.string(), {
  description:
    'The astrophysical candidate: `SN-` (fire drill `DRILL-`, test `TEST-`), day of the first neutrino, count.',
  example: 'SN-20300101-1',
});

const subGroupNumber = field(z.int(), {
  description: 'Number of the sub-group, "sub list number" in the collaboration\'s alerts. From 0 after each reset.',
  unit: '1',
  example: 0,
});

const pValuesAverage = field(z.number().nullable(), {
  description: 'Mean of the p-values that are given; null if none is.',
  unit: '1',
  example: 0.235,
});

const messageId = field(z.string(), {
  description: '`<detector>_<tier>_<machine time>`, as the detector sent it. It repeats: the uuid is the identity.',
  example: 'Super-K_CoincidenceTier_None',
});

const MeasuredFalseAlarm: z.ZodType<MeasuredFalseAlarmView> = z
  .object({
    rate_hz: field(z.number(), {
      description: 'How often chance alone makes a coincidence of as many of these detectors or more.',
      unit: 'Hz',
      example: 1.52e-9,
    }),
    mean_years_between: field(z.number(), {
      description: 'Mean time between two such coincidences by chance.',
      unit: 'yr (31,556,926 s)',
      example: 20.85,
    }),
    detectors_measured: field(z.int(), {
      description: 'Detectors that sent five live observations or more in this time: they count with their own rate.',
      unit: '1',
      example: 6,
    }),
    detectors_assumed: field(z.int(), {
      description: 'Detectors that sent fewer: they count with one trigger a week.',
      unit: '1',
      example: 2,
    }),
    days: field(z.number(), {
      description: 'How far back observations count: 30 days, or as long as the server has received messages.',
      unit: 'd',
      example: 30,
    }),
  })
  .meta({
    id: 'MeasuredFalseAlarm',
    description: 'The same with the rates at which the detectors that are online were seen to trigger.',
  });

export const FalseAlarm: z.ZodType<FalseAlarmView> = z
  .object({
    rate_hz: field(z.number(), {
      description: 'How often chance alone makes such a coincidence.',
      unit: 'Hz',
      example: 7.93e-10,
    }),
    mean_years_between: field(z.number(), {
      description: 'Mean time between two such coincidences by chance.',
      unit: 'yr (31,556,926 s)',
      example: 39.97,
    }),
    online_detectors: field(z.int(), { description: 'Detectors that were online.', unit: '1', example: 8 }),
    coincident_detectors: field(z.int(), { description: 'Detectors in the table.', unit: '1', example: 2 }),
    measured: MeasuredFalseAlarm.nullable().meta({
      description: 'The same with measured rates; null if they were not known when the rows changed.',
    }),
  })
  .meta({
    id: 'FalseAlarm',
    description: 'How often chance alone makes such a coincidence, if each detector triggers falsely once a week.',
  });

/** Null in the test cache and for fewer than two rows. */
const falseAlarm = FalseAlarm.nullable().meta({
  description: 'How often chance alone makes this; null in the test cache and for fewer than two rows.',
});

export const TableRow: z.ZodType<TableRowView> = z
  .object({
    uuid: uuid('Identity of the observation.'),
    id: messageId,
    detector_name: detectorName,
    neutrino_time_utc: utc('Time of the first neutrino.'),
    neutrino_time_delta: field(z.number(), {
      description: "SI seconds since the neutrino time of the table's first row, leap seconds counted.",
      unit: 's',
      example: 3.931,
    }),
    p_val: pVal,
    received_time_utc: utc('When the server received it.'),
    machine_time_utc: utcOrNull("The detector's clock when it made the message."),
    meta,
  })
  .meta({ id: 'TableRow', description: 'One detector in a table of coincident observations.' });

export const Table: z.ZodType<TableView> = z
  .object({
    number: subGroupNumber,
    event_id: field(z.string().nullable(), {
      description: 'The astrophysical candidate; null until the table first has two rows.',
      example: 'SN-20300101-1',
    }),
    pre_sn: preSn,
    rows: z.array(TableRow).meta({
      description: 'One row per detector, by neutrino time, then by order of reception.',
    }),
    p_values_average: pValuesAverage,
    false_alarm: falseAlarm,
    created_at: utc('When the sub-group came to be.'),
    updated_at: utc('When its rows last changed.'),
  })
  .meta({ id: 'Table', description: 'A sub-group: observations that coincide within the window.' });

export const Coincidences: z.ZodType<CoincidencesView> = z
  .object({
    cache,
    engine: field(z.enum(ENGINE_NAMES), {
      description: 'How coincidences are found: `complete`, or `reference` as snews_cs does.',
      example: 'complete',
    }),
    version: field(z.int(), { description: 'Rises with every change of the tables.', unit: '1', example: 17 }),
    as_of: utc('When the tables last changed.'),
    sub_groups: z.array(Table).meta({ description: 'The tables, by ascending number.' }),
    next_cursor: field(z.string().nullable().optional(), {
      description: 'With `limit`: the cursor of the next page; null on the last.',
      example: 'WzQyXQ',
    }),
  })
  .meta({ id: 'Coincidences', description: 'The tables of a cache at one moment.' });

export const Observation: z.ZodType<ObservationView> = z
  .object({
    uuid: uuid('Identity of the message.'),
    id: messageId,
    cache,
    detector_name: detectorName,
    neutrino_time_utc: utc('Time of the first neutrino.'),
    received_time_utc: utc('When the server received it.'),
    machine_time_utc: utcOrNull("The detector's clock when it made the message."),
    sent_time_utc: utcOrNull('When the client sent it.'),
    p_val: pVal,
    is_pre_sn: field(z.boolean(), { description: 'Pre-supernova neutrinos.', example: false }),
    state: field(z.enum(OBSERVATION_STATES), {
      description: '`active` counts in the tables; `muted`, `retracted`, `expired` and `reset` no longer do.',
      example: 'active',
    }),
    meta,
    schema_version: field(z.string().nullable(), {
      description: 'Version of the message format, as the client gave it.',
      example: '0.2',
    }),
  })
  .meta({ id: 'Observation', description: 'One CoincidenceTier message of one detector.' });

export const Alert: z.ZodType<AlertView> = z
  .object({
    id: uuid('Identity of the alert; the same history gives the same ids.'),
    sequence: field(z.int(), {
      description: 'Counts the alerts of a cache without gaps, never restarts.',
      unit: '1',
      example: 12,
    }),
    cache,
    alert_type: field(z.enum(ALERT_TYPES), {
      description: 'A new or earlier coincidence (COINC_MSG_STAGGERED), one more detector (COINC_MSG), other change.',
      example: 'COINC_MSG',
    }),
    sub_group: subGroupNumber,
    event_id: eventId,
    pre_sn: preSn,
    detector_names: field(z.array(z.string()), {
      description: 'The detectors, in table order.',
      example: ['Super-K', 'XENONnT'],
    }),
    neutrino_times: field(z.array(z.string()), {
      description: 'Their neutrino times, nine decimals.',
      unit: 'UTC',
      example: ['2030-01-01T12:34:45.678999123Z', '2030-01-01T12:34:49.600000000Z'],
    }),
    p_values: field(z.array(z.number().nullable()), {
      description: 'Their p-values; null where none was given.',
      unit: '1',
      example: [0.07, null],
    }),
    p_values_average: pValuesAverage,
    false_alarm: falseAlarm,
    server_tag: field(z.string(), { description: 'Which server sent it.', example: 'snews-coincidence' }),
    sent_time_utc: utc('When the alert was decided; rises within a cache.'),
    payload: json("The alert in the collaboration's format, as on Kafka.", {
      id: 'SNEWS_Coincidence_ALERT 2030-01-01T12:35:00.760860',
      alert_type: 'COINC_MSG',
      'sub list number': 0,
    }),
  })
  .meta({ id: 'Alert', description: 'What the world is told of a coincidence.' });

const eventSummary = {
  id: eventId,
  cache,
  state: field(z.enum(EVENT_STATES), {
    description:
      '`open`; `retracted`: its last table fell below two rows by a retraction; `closed`: by expiry or reset.',
    example: 'open',
  }),
  pre_sn: preSn,
  created_at: utc('When it came to be.'),
  updated_at: utc('When it last changed.'),
};

export const EventSummary: z.ZodType<EventSummaryView> = z
  .object(eventSummary)
  .meta({ id: 'EventSummary', description: 'One astrophysical candidate.' });

export const Event: z.ZodType<EventView> = z
  .object({
    ...eventSummary,
    related_events: field(z.array(z.string()), {
      description: 'Events that share observations with this one.',
      example: ['SN-20300101-2'],
    }),
    best_table: Table.nullable().meta({ description: 'The table with most rows, then the lowest number; null: none.' }),
    sub_groups: z.array(Table).meta({ description: 'Its tables, by ascending number.' }),
    alerts: z.array(Alert).meta({ description: 'Its alerts, in the order in which they were sent.' }),
  })
  .meta({ id: 'Event', description: 'One astrophysical candidate with its tables and alerts.' });
