import type { Log } from '../domain/log.js';
import type { FeedbackRequests } from '../heartbeats/feedback/feedback.js';
import type { Reads } from '../reads/reads.js';

/** Carries out the commands that come over Kafka and change no sub-group. */
export function createRemoteEffects(
  { detectors }: Pick<Reads, 'detectors'>,
  feedback: Pick<FeedbackRequests, 'takeCommands'>,
  log: Log,
) {
  /** The command Get-Feedback. If this fails, the next check for late detectors (every minute) carries it out. */
  async function giveFeedback(): Promise<void> {
    try {
      await feedback.takeCommands();
    } catch (error) {
      log.warn({ err: error }, 'feedback:postponed');
    }
  }

  /** The command display-heartbeats: writes to the log what GET /v1/detectors returns. */
  async function displayHeartbeats(): Promise<void> {
    try {
      const { items } = await detectors.list({ limit: 1_000 });
      const heartbeats = items.map(({ name, status, last_heartbeat, usual_interval, heartbeat_expected_by }) => ({
        name,
        status,
        received: last_heartbeat?.received_time_utc ?? null,
        sent: last_heartbeat?.sent_time_utc ?? null,
        latency_s: last_heartbeat?.latency_s ?? null,
        said: last_heartbeat?.detector_status ?? null,
        usual_interval,
        expected_by: heartbeat_expected_by,
      }));
      log.info({ heartbeats }, 'heartbeats:shown');
    } catch (error) {
      log.warn({ err: error }, 'heartbeats:not-shown');
    }
  }

  return { giveFeedback: () => void giveFeedback(), displayHeartbeats: () => void displayHeartbeats() };
}
