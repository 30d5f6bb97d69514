import type { ShownAlert } from '../state/alerts.js';
import { linkTo } from '../state/route.js';
import { DataTable, type TableColumn } from './data-table.js';
import { Deliveries } from './deliveries.js';
import { FalseAlarmText } from './false-alarm.js';
import { DetectorNames } from './marks.js';
import { Utc } from './utc.js';
import { spanText, typeText } from './words.js';

interface AlertTableProps {
  readonly alerts: readonly ShownAlert[];
  readonly unseen: ReadonlySet<string>;
  readonly empty: string;
}

/** A table of alerts. */
export function AlertTable({ alerts, unseen, empty }: AlertTableProps) {
  const columns: readonly TableColumn<ShownAlert>[] = [
    {
      head: 'No.',
      cell: ({ id, sequence }) => (
        <>
          {sequence}
          {unseen.has(id) && <strong class="new"> new</strong>}
        </>
      ),
    },
    { head: 'Sent (UTC)', cell: ({ sent_time_utc }) => <Utc value={sent_time_utc} ago /> },
    {
      head: 'Type',
      cell: ({ alert_type, pre_sn }) => (
        <span class={`type type-${alert_type}`} title={alert_type}>
          {typeText(alert_type)}
          {pre_sn && ', pre-supernova'}
        </span>
      ),
    },
    { head: 'Detectors', cell: ({ detector_names }) => <DetectorNames names={detector_names} /> },
    { head: 'Span', isNumeric: true, cell: ({ neutrino_times }) => spanText(neutrino_times) },
    { head: 'False alarms', cell: ({ false_alarm }) => <FalseAlarmText falseAlarm={false_alarm} isBare /> },
    {
      head: 'Event',
      cell: ({ event_id, sub_group }) => (
        <>
          <a class="event-link" href={linkTo('events', event_id)}>
            {event_id}
          </a>{' '}
          <span class="minor">#{sub_group}</span>
        </>
      ),
    },
    { head: 'Deliveries', cell: (alert) => <Deliveries alert={alert} /> },
  ];
  return (
    <DataTable
      caption="Alerts, the newest first"
      columns={columns}
      rows={alerts}
      keyOf={({ id }) => id}
      classOf={({ id, alert_type }) => `${unseen.has(id) ? 'row-new' : ''} row-${alert_type}`}
      empty={empty}
    />
  );
}
