import { type ArchiveCommand, type ObserveCommand, Refusal, type RetractCommand } from '../../domain/commands.js';
import { elapsed, formatUtc, seconds } from '../../domain/time.js';

/** Older observations than this are refused: they can't belong to what happens now. */
const OLDEST = seconds(48 * 3600);
/** A detector's clock may be this fast. */
const FASTEST = seconds(60);

/** @throws Refusal if the neutrino time is too far from the receipt; tests may name any time */
export function requirePlausibleTime(command: ObserveCommand): void {
  if (command.cache === 'test') return;
  const age = elapsed(command.neutrinoTime, command.receivedTime);
  if (age > OLDEST) {
    throw new Refusal(
      'unprocessable',
      `the neutrino time is more than 48 h before the receipt at ${formatUtc(command.receivedTime)}; to try the server out with old times set is_test`,
      'neutrino_time_utc',
    );
  }
  if (-age > FASTEST) {
    throw new Refusal(
      'unprocessable',
      `the neutrino time is more than 60 s after the receipt at ${formatUtc(command.receivedTime)}: check the detector's clock, or set is_test`,
      'neutrino_time_utc',
    );
  }
}

/** @param registered the registered detectors among those of the batch */
export function requireKnownDetector(
  command: ObserveCommand | RetractCommand | ArchiveCommand,
  registered: readonly string[],
): void {
  if (command.detectorName === null || registered.includes(command.detectorName)) return;
  throw new Refusal(
    'unprocessable',
    `no detector is registered as ${JSON.stringify(command.detectorName)}; GET /v1/detectors lists the names`,
    'detector_name',
  );
}
