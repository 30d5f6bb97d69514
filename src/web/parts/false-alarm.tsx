import type { Alert } from '../../client/index.js';
import { chanceText } from './words.js';

interface FalseAlarmTextProps {
  readonly falseAlarm: Alert['false_alarm'];
  /** Where the heading says that it is by chance. */
  readonly isBare?: boolean;
}

/** How often chance alone makes it, in words that need no rate in hertz; by the detectors' measured rates too. */
export function FalseAlarmText({ falseAlarm, isBare = false }: FalseAlarmTextProps) {
  if (falseAlarm === null) return <span class="chance-none">{isBare ? 'none' : 'no chance figure'}</span>;
  const { rate_hz, mean_years_between, online_detectors, coincident_detectors, measured } = falseAlarm;
  const title = `${rate_hz.toExponential(2)} Hz with ${coincident_detectors} of ${online_detectors} detectors that were online`;
  return (
    <span class="chance">
      <span title={title}>
        {isBare ? '' : 'chance: '}
        {chanceText(mean_years_between)}
      </span>
      {measured !== null && (
        <>
          <span class="chance-between"> · </span>
          <span
            class="chance-measured"
            title={`${measured.rate_hz.toExponential(2)} Hz by the rates of ${measured.days} days`}
          >
            by measured rates {chanceText(measured.mean_years_between)}
          </span>
        </>
      )}
    </span>
  );
}
