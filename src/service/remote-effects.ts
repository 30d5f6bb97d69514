import type { PrismaReads } from '../database/prisma.js';
import type { FeedbackRequests } from '../heartbeats/feedback/feedback.js';
import { createDetectors } from '../reads/detectors.js';

interface Log {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
}

/** What the commands do that come over Kafka and change no table. */
export function createRemoteEffects(prisma: PrismaReads, feedback: Pick<FeedbackRequests, 'takeCommands'>, log: Log) {
  /** The command Get-Feedback. If the database is away, the look at the detectors carries it out later. */
  async function giveFeedback(): Promise<void> {
    try {
      await feedback.takeCommands();
    } catch (error) {
      log.warn({ err: error }, 'feedback:waits');
    }
  }

  /** The command display-heartbeats: the table goes to the log; over REST it is GET /v1/detectors. */
  async function displayHeartbeats(): Promise<void> {
    try {
      const { items } = await createDetectors(prisma).list({ limit: 1_000 });
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
