import type { Alert } from '../../client/index.js';
import { chanceText } from './words.js';

/** How often chance alone makes it, in words that need no rate in hertz. */
export function FalseAlarmText({ falseAlarm, isBare = false }: { falseAlarm: Alert['false_alarm']; isBare?: boolean }) {
  if (falseAlarm === null) return <span class="chance-none">{isBare ? 'none' : 'no chance figure'}</span>;
  const { rate_hz, mean_years_between, online_detectors, coincident_detectors } = falseAlarm;
  const title = `${rate_hz.toExponential(2)} Hz with ${coincident_detectors} of ${online_detectors} detectors that were online`;
  return (
    <span class="chance" title={title}>
      {isBare ? '' : 'chance: '}
      {chanceText(mean_years_between)}
    </span>
  );
}
