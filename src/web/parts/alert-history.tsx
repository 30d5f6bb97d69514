import type { Alert } from '../../client/index.js';
import type { ShownSubGroup } from '../state/event-observations.js';
import { FalseAlarmText } from './false-alarm.js';
import { DetectorNames, SubGroupMark } from './marks.js';
import { Utc } from './utc.js';
import { spanText, typeText } from './words.js';

/** The alerts of an event in order, each with its message. */
export function AlertHistory({ alerts, subGroups }: { alerts: readonly Alert[]; subGroups: readonly ShownSubGroup[] }) {
  return (
    <section class="panel" aria-labelledby="history-heading">
      <h2 id="history-heading">Alerts</h2>
      {alerts.length === 0 && <p class="quiet-note">No alerts were sent.</p>}
      <ol class="history">
        {alerts.map((alert) => (
          <li key={alert.id} class={`row-${alert.alert_type}`}>
            <div class="history-line">
              <span class="minor">No. {alert.sequence}</span>
              <Utc value={alert.sent_time_utc} />
              <span class={`type type-${alert.alert_type}`} title={alert.alert_type}>
                {typeText(alert.alert_type)}
              </span>
              <SubGroupMark index={placeOf(alert, subGroups)} number={alert.sub_group} />
              <span>{spanText(alert.neutrino_times)}</span>
              <FalseAlarmText falseAlarm={alert.false_alarm} />
              <DetectorNames names={alert.detector_names} />
            </div>
            <details>
              <summary>Message as sent</summary>
              {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled with the keyboard */}
              <pre tabIndex={0}>{JSON.stringify(alert.payload, null, 2)}</pre>
            </details>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** After a reset a number may belong to another sub-group, or to none. */
function placeOf({ sub_group }: Alert, subGroups: readonly ShownSubGroup[]): number {
  return Math.max(
    subGroups.findIndex(({ number }) => number === sub_group),
    0,
  );
}
