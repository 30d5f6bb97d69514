import type { Alert } from '../../client/index.js';
import type { ShownTable } from '../state/sightings.js';
import { FalseAlarmText } from './false-alarm.js';
import { DetectorNames, SubGroupMark } from './marks.js';
import { Utc } from './utc.js';
import { spanText, typeText } from './words.js';

/** What the world was told, in order; each with the message itself. */
export function AlertHistory({ alerts, tables }: { alerts: readonly Alert[]; tables: readonly ShownTable[] }) {
  return (
    <section class="panel" aria-labelledby="history-heading">
      <h2 id="history-heading">Alerts</h2>
      {alerts.length === 0 && <p class="quiet-note">None was sent.</p>}
      <ol class="history">
        {alerts.map((alert) => (
          <li key={alert.id} class={`row-${alert.alert_type}`}>
            <div class="history-line">
              <span class="minor">No. {alert.sequence}</span>
              <Utc value={alert.sent_time_utc} />
              <span class={`type type-${alert.alert_type}`} title={alert.alert_type}>
                {typeText(alert.alert_type)}
              </span>
              <SubGroupMark index={placeOf(alert, tables)} number={alert.sub_group} />
              <span>{spanText(alert.neutrino_times)}</span>
              <FalseAlarmText falseAlarm={alert.false_alarm} />
              <DetectorNames names={alert.detector_names} />
            </div>
            <details>
              <summary>The message as sent</summary>
              {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled with the keyboard */}
              <pre tabIndex={0}>{JSON.stringify(alert.payload, null, 2)}</pre>
            </details>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** A number may have been given again after a reset, or its table may be gone. */
function placeOf({ sub_group }: Alert, tables: readonly ShownTable[]): number {
  return Math.max(
    tables.findIndex(({ number }) => number === sub_group),
    0,
  );
}
