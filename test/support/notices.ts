import type { Attempt, Notice, NoticeRow } from '../../src/delivery/people/sinks/sink.js';

export const ALERT_ID = '2c1de3f0-a7b4-5c0c-8a52-5f6dd0b17cf5';
export const FIRST_ALERT_ID = '9ccdc218-2552-4e33-b023-04308a21bd20';

export function row(detector: string, time: string, delta: number, pValue: number | null = 0.07): NoticeRow {
  return {
    observation: crypto.randomUUID(),
    detector_name: detector,
    neutrino_time_utc: `2030-01-01T12:34:${time}Z`,
    neutrino_time_delta: delta,
    p_val: pValue,
  };
}

export const ROWS = [row('Super-K', '45.678999123', 0), row('IceCube', '49.600000000', 3.921000877, null)];

export type NoticeFields = Partial<Omit<Notice, 'alert'>> & { readonly alert?: Partial<Notice['alert']> };

/** An event's first alert, of two detectors, if nothing else is said. */
export function notice(fields: NoticeFields = {}): Notice {
  const { alert, ...given } = fields;
  const rows = fields.rows ?? ROWS;
  return {
    isDrill: false,
    kind: 'initial',
    rows,
    retracted: [],
    recordNumber: 1,
    firstAlertId: ALERT_ID,
    eventReceipt: null,
    eventState: 'open',
    ...given,
    alert: {
      id: ALERT_ID,
      sequence: 12,
      cache: 'live',
      alert_type: 'COINC_MSG',
      sub_group: 0,
      event_id: 'SN-20300101-1',
      pre_sn: false,
      detector_names: rows.map(({ detector_name }) => detector_name),
      neutrino_times: rows.map(({ neutrino_time_utc }) => neutrino_time_utc),
      p_values: rows.map(({ p_val }) => p_val),
      p_values_average: 0.07,
      // n = 8, r = 2: worked out by hand in the REST contract.
      false_alarm: {
        rate_hz: 7.928e-10,
        mean_years_between: 39.97,
        online_detectors: 8,
        coincident_detectors: 2,
        // 56 λ² δt with a trigger a week.
        measured: {
          rate_hz: 1.531e-9,
          mean_years_between: 20.7,
          detectors_measured: 0,
          detectors_assumed: 8,
          days: 30,
        },
      },
      server_tag: 'snews-coincidence',
      sent_time_utc: '2030-01-01T12:35:00.760860123Z',
      payload: {},
      ...alert,
    },
  };
}

/** A try that keeps what it is told to remember. */
export function attempt(progress: Attempt['progress'] = null) {
  const kept: { progress: Attempt['progress']; problem: string | undefined } = { progress, problem: undefined };
  return {
    kept,
    signal: new AbortController().signal,
    progress,
    async remember(now: Attempt['progress'], problem?: string) {
      kept.progress = now;
      kept.problem = problem ?? kept.problem;
    },
  };
}
