import type { ExpectedStep, ExpectedSubGroup } from '../../src/domain/scenarios/scenario.js';
import type { RecordedStep } from './traces.js';

/** A step of a trace, as scenarios expect it. */
export function expectedOf({ alerts, table }: RecordedStep): ExpectedStep {
  const subGroups = new Map<number, ExpectedSubGroup['rows'][number][]>();
  for (const [number, id, neutrino_time_delta] of table) {
    const rows = subGroups.get(number) ?? [];
    rows.push({ id, neutrino_time_delta });
    subGroups.set(number, rows);
  }
  return {
    alerts: alerts.map(([alert_type, sub_group, detector_names, neutrino_times, p_values, p_values_average]) => ({
      alert_type,
      sub_group,
      detector_names,
      neutrino_times,
      p_values,
      p_values_average,
    })),
    subGroups: [...subGroups].map(([number, rows]) => ({ number, rows })).sort((a, b) => a.number - b.number),
  };
}
