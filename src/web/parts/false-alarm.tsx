import type { Alert } from '../../client/index.js';
import { falseAlarmText } from './words.js';

interface FalseAlarmTextProps {
  readonly falseAlarm: Alert['false_alarm'];
  /** True if a heading says what the figure is. */
  readonly isBare?: boolean;
}

/** The false alarm figure as a mean time between false alarms, assumed and by the detectors' measured rates. */
export function FalseAlarmText({ falseAlarm, isBare = false }: FalseAlarmTextProps) {
  if (falseAlarm === null) return <span class="chance-none">{isBare ? 'none' : 'no false alarm rate'}</span>;
  const { rate_hz, mean_years_between, online_detectors, coincident_detectors, measured } = falseAlarm;
  const title = `${rate_hz.toExponential(2)} Hz with ${coincident_detectors} of ${online_detectors} detectors online`;
  return (
    <span class="chance">
      <span title={title}>
        {isBare ? '' : 'false alarms: '}
        {falseAlarmText(mean_years_between)}
      </span>
      {measured !== null && (
        <>
          <span class="chance-between"> · </span>
          <span
            class="chance-measured"
            title={`${measured.rate_hz.toExponential(2)} Hz by the rates of ${measured.days} days`}
          >
            by measured rates {falseAlarmText(measured.mean_years_between)}
          </span>
        </>
      )}
    </span>
  );
}
