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
  type SubGroupRowView,
  type SubGroupView,
} from '../../domain/views.js';
import type { EventSummaryView, EventView } from '../../reads/events.js';
import { cache } from './list.js';
import { utc, utcOrNull } from './parts.js';

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
  description: 'The name of the detector, as in GET /v1/detectors.',
  example: 'Super-K',
});

const pVal = field(z.number().nullable(), {
  description: 'The probability that background alone causes such a signal (0 to 1); null if the detector gave none.',
  unit: '1',
  example: 0.07,
});

const meta = json('Additional data of the detector, as it was sent.', { run: 42 });

const preSn = field(z.boolean(), {
  description: 'True if at least one of the observations is of pre-supernova neutrinos (`is_pre_sn`).',
  example: false,
});

const eventId = field(z.string(), {
  description:
    'The id of the event, an astrophysical candidate: `SN-` (fire drill `DRILL-`, test `TEST-`), the day of the first neutrino, and a count.',
  example: 'SN-20300101-1',
});

const subGroupNumber = field(z.int(), {
  description:
    'The number of the sub-group, "sub list number" in the alerts of the collaboration. It begins at 0 after each reset.',
  unit: '1',
  example: 0,
});

const pValuesAverage = field(z.number().nullable(), {
  description: 'The mean of the given p-values; null if none is given.',
  unit: '1',
  example: 0.235,
});

const messageId = field(z.string(), {
  description: '`<detector>_<tier>_<machine time>`, as the detector sent it. It is not unique; the uuid is.',
  example: 'Super-K_CoincidenceTier_None',
});

const MeasuredFalseAlarm: z.ZodType<MeasuredFalseAlarmView> = z
  .object({
    rate_hz: field(z.number(), {
      description: 'The rate at which chance alone causes a coincidence of as many of these detectors or more.',
      unit: 'Hz',
      example: 1.52e-9,
    }),
    mean_years_between: field(z.number(), {
      description: 'The mean time between two such coincidences by chance.',
      unit: 'yr (31,556,926 s)',
      example: 20.85,
    }),
    detectors_measured: field(z.int(), {
      description:
        'The number of detectors that sent five or more live observations in this time; their own rates are used.',
      unit: '1',
      example: 6,
    }),
    detectors_assumed: field(z.int(), {
      description: 'The number of detectors that sent fewer; a rate of one observation per week is assumed.',
      unit: '1',
      example: 2,
    }),
    days: field(z.number(), {
      description:
        'The period from which the rates were measured: 30 days, or the time since the server received its first message.',
      unit: 'd',
      example: 30,
    }),
  })
  .meta({
    id: 'MeasuredFalseAlarm',
    description: 'The rate of false alarms from the measured rates of the online detectors.',
  });

export const FalseAlarm: z.ZodType<FalseAlarmView> = z
  .object({
    rate_hz: field(z.number(), {
      description: 'The rate at which chance alone causes such a coincidence.',
      unit: 'Hz',
      example: 7.93e-10,
    }),
    mean_years_between: field(z.number(), {
      description: 'The mean time between two such coincidences by chance.',
      unit: 'yr (31,556,926 s)',
      example: 39.97,
    }),
    online_detectors: field(z.int(), {
      description: 'The number of detectors that were online.',
      unit: '1',
      example: 8,
    }),
    coincident_detectors: field(z.int(), {
      description: 'The number of detectors in the sub-group.',
      unit: '1',
      example: 2,
    }),
    measured: MeasuredFalseAlarm.nullable().meta({
      description: 'The same from measured rates; null if they were not known when the sub-group changed.',
    }),
  })
  .meta({
    id: 'FalseAlarm',
    description: 'The rate of false alarms, if each detector sends one false observation per week.',
  });

const falseAlarm = FalseAlarm.nullable().meta({
  description: 'The rate of false alarms; null in the test cache and for fewer than two rows.',
});

export const TableRow: z.ZodType<SubGroupRowView> = z
  .object({
    uuid: uuid('The uuid of the observation.'),
    id: messageId,
    detector_name: detectorName,
    neutrino_time_utc: utc('The time of the first neutrino.'),
    neutrino_time_delta: field(z.number(), {
      description: 'SI seconds since the neutrino time of the first row, leap seconds included.',
      unit: 's',
      example: 3.931,
    }),
    p_val: pVal,
    received_time_utc: utc('When the server received it.'),
    machine_time_utc: utcOrNull("The detector's clock when it created the message."),
    meta,
  })
  .meta({ id: 'TableRow', description: 'The observation of one detector in a sub-group.' });

export const Table: z.ZodType<SubGroupView> = z
  .object({
    number: subGroupNumber,
    event_id: field(z.string().nullable(), {
      description: 'The id of the event; null until the sub-group first has two rows.',
      example: 'SN-20300101-1',
    }),
    pre_sn: preSn,
    rows: z.array(TableRow).meta({
      description: 'One row per detector, in order of neutrino time, then of receipt.',
    }),
    p_values_average: pValuesAverage,
    false_alarm: falseAlarm,
    created_at: utc('When the sub-group was created.'),
    updated_at: utc('When the rows last changed.'),
  })
  .meta({ id: 'Table', description: 'A sub-group: observations that coincide within the window.' });

export const Coincidences: z.ZodType<CoincidencesView> = z
  .object({
    cache,
    engine: field(z.enum(ENGINE_NAMES), {
      description: 'The engine that finds coincidences: `complete`, or `reference`, which reproduces snews_cs.',
      example: 'complete',
    }),
    version: field(z.int(), {
      description: 'The version of the cache, which rises with every change of its sub-groups.',
      unit: '1',
      example: 17,
    }),
    as_of: utc('When the sub-groups last changed.'),
    sub_groups: z.array(Table).meta({ description: 'The open sub-groups in order of their numbers.' }),
    next_cursor: field(z.string().nullable().optional(), {
      description: 'With `limit`: the cursor of the next page; null on the last page.',
      example: 'WzQyXQ',
    }),
  })
  .meta({ id: 'Coincidences', description: 'The open sub-groups of a cache at one moment.' });

export const Observation: z.ZodType<ObservationView> = z
  .object({
    uuid: uuid('The uuid of the message.'),
    id: messageId,
    cache,
    detector_name: detectorName,
    neutrino_time_utc: utc('The time of the first neutrino.'),
    received_time_utc: utc('When the server received it.'),
    machine_time_utc: utcOrNull("The detector's clock when it created the message."),
    sent_time_utc: utcOrNull('When the client sent it.'),
    p_val: pVal,
    is_pre_sn: field(z.boolean(), {
      description: 'Whether the observation is of pre-supernova neutrinos.',
      example: false,
    }),
    state: field(z.enum(OBSERVATION_STATES), {
      description:
        '`active`: the observation is in the sub-groups. `muted`, `retracted`, `expired`, `reset`: it is not.',
      example: 'active',
    }),
    meta,
    schema_version: field(z.string().nullable(), {
      description: 'The version of the message format, as the client gave it.',
      example: '0.2',
    }),
  })
  .meta({ id: 'Observation', description: 'One CoincidenceTier message of one detector.' });

export const Alert: z.ZodType<AlertView> = z
  .object({
    id: uuid('The id of the alert; the same history gives the same ids.'),
    sequence: field(z.int(), {
      description: 'The number of the alert in its cache. Sequences have no gaps and never restart.',
      unit: '1',
      example: 12,
    }),
    cache,
    alert_type: field(z.enum(ALERT_TYPES), {
      description:
        '`COINC_MSG_STAGGERED`: a new coincidence, or one that begins earlier than before. `COINC_MSG`: one more detector. `UPDATE`: another change of the rows. `RETRACTION`: a retraction removed or changed rows.',
      example: 'COINC_MSG',
    }),
    sub_group: subGroupNumber,
    event_id: eventId,
    pre_sn: preSn,
    detector_names: field(z.array(z.string()), {
      description: 'The detectors, in the order of the rows.',
      example: ['Super-K', 'XENONnT'],
    }),
    neutrino_times: field(z.array(z.string()), {
      description: 'The neutrino times, with nine decimals.',
      unit: 'UTC',
      example: ['2030-01-01T12:34:45.678999123Z', '2030-01-01T12:34:49.600000000Z'],
    }),
    p_values: field(z.array(z.number().nullable()), {
      description: 'The p-values; null if the detector gave none.',
      unit: '1',
      example: [0.07, null],
    }),
    p_values_average: pValuesAverage,
    false_alarm: falseAlarm,
    server_tag: field(z.string(), { description: 'The server that sent the alert.', example: 'snews-coincidence' }),
    sent_time_utc: utc('When the alert was created; it rises within a cache.'),
    payload: json('The alert in the format of the collaboration, as on Kafka.', {
      id: 'SNEWS_Coincidence_ALERT 2030-01-01T12:35:00.760860',
      alert_type: 'COINC_MSG',
      'sub list number': 0,
    }),
  })
  .meta({ id: 'Alert', description: 'An alert of a coincidence.' });

const eventSummary = {
  id: eventId,
  cache,
  state: field(z.enum(EVENT_STATES), {
    description:
      '`open`: at least one sub-group has two rows. `retracted`: the last such sub-group fell below two rows by a retraction. `closed`: it ended by expiry or reset.',
    example: 'open',
  }),
  pre_sn: preSn,
  created_at: utc('When the event was created.'),
  updated_at: utc('When the event last changed.'),
};

export const EventSummary: z.ZodType<EventSummaryView> = z
  .object(eventSummary)
  .meta({ id: 'EventSummary', description: 'An event: an astrophysical candidate.' });

export const Event: z.ZodType<EventView> = z
  .object({
    ...eventSummary,
    related_events: field(z.array(z.string()), {
      description: 'The ids of events that share observations with this one.',
      example: ['SN-20300101-2'],
    }),
    best_table: Table.nullable().meta({
      description: 'The sub-group with the most rows, then with the lowest number; null if there is none.',
    }),
    sub_groups: z.array(Table).meta({ description: 'The sub-groups of the event, in order of their numbers.' }),
    alerts: z.array(Alert).meta({ description: 'The alerts of the event, in the order in which they were sent.' }),
  })
  .meta({ id: 'Event', description: 'An event with its sub-groups and alerts.' });
