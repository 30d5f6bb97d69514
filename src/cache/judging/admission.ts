import { type ArchiveCommand, type ObserveCommand, Rejection, type RetractCommand } from '../../domain/commands.js';
import { elapsed, formatUtc, seconds } from '../../domain/time.js';

/** Older observations are rejected: they cannot belong to a current event. */
const OLDEST = seconds(48 * 3600);
/** How far a detector's clock may be ahead. */
const FASTEST = seconds(60);

/** @throws Refusal if the neutrino time is too far from the receipt. Test messages may have any time. */
export function requirePlausibleTime(command: ObserveCommand): void {
  if (command.cache === 'test') return;
  const age = elapsed(command.neutrinoTime, command.receivedTime);
  if (age > OLDEST) {
    throw new Rejection(
      'unprocessable',
      `the neutrino time is more than 48 h before the receipt at ${formatUtc(command.receivedTime)}; to try the server out with old times set is_test`,
      'neutrino_time_utc',
    );
  }
  if (-age > FASTEST) {
    throw new Rejection(
      'unprocessable',
      `the neutrino time is more than 60 s after the receipt at ${formatUtc(command.receivedTime)}: check the detector's clock, or set is_test`,
      'neutrino_time_utc',
    );
  }
}

/** @param registered the registered detectors among those that the batch names */
export function requireKnownDetector(
  command: ObserveCommand | RetractCommand | ArchiveCommand,
  registered: readonly string[],
): void {
  if (command.detectorName === null || registered.includes(command.detectorName)) return;
  throw new Rejection(
    'unprocessable',
    `no detector is registered as ${JSON.stringify(command.detectorName)}; GET /v1/detectors lists the names`,
    'detector_name',
  );
}
