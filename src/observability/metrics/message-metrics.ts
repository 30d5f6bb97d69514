import { Counter, Histogram, type Registry } from 'prom-client';
import type { CacheObserver } from '../../cache/observer.js';
import type { AlertLatency } from './alert-latency.js';

/** Upper bounds of the buckets: an idle service commits in 2 ms on a fast disk; a statement is aborted after 8 s. */
const COMMIT_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];
const COMMANDS = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500];

/** Counts commits, their messages and their alerts. Does not query the database. */
export function observeMessages(registry: Registry, latency: AlertLatency): CacheObserver {
  const registers = [registry];
  const messages = new Counter({
    name: 'snews_messages_total',
    help: 'Messages by kind and outcome: accepted, duplicate, refused (rejected, see the label reason), dead letter (unreadable record of Kafka).',
    labelNames: ['kind', 'outcome', 'reason'] as const,
    registers,
  });
  const deadLetters = new Counter({
    name: 'snews_dead_letters_total',
    help: 'Kafka records that became dead letters, by reason: unreadable records and rejected messages.',
    labelNames: ['reason'] as const,
    registers,
  });
  const duration = new Histogram({
    name: 'snews_commit_duration_seconds',
    help: 'Duration of a transaction of commands, from its start until it is durable, by cache (none: messages that change no sub-group).',
    labelNames: ['cache'] as const,
    buckets: COMMIT_SECONDS,
    registers,
  });
  const size = new Histogram({
    name: 'snews_commit_commands',
    help: 'Number of commands in a transaction (batch size), by cache.',
    labelNames: ['cache'] as const,
    buckets: COMMANDS,
    registers,
  });
  const failures = new Counter({
    name: 'snews_commit_failures_total',
    help: 'Failed transactions of commands, by cache; the usual cause is that the database is away. Senders are told to retry.',
    labelNames: ['cache'] as const,
    registers,
  });
  const alerts = new Counter({
    name: 'snews_alerts_total',
    help: 'Committed alerts, by cache.',
    labelNames: ['cache'] as const,
    registers,
  });
  return {
    onCommitted(commit) {
      const { cache } = commit;
      for (const { kind, outcome, reason, count } of commit.messages) messages.inc({ kind, outcome, reason }, count);
      for (const reason of commit.deadLetters) deadLetters.inc({ reason });
      if (commit.commands > 0) {
        duration.observe({ cache }, commit.milliseconds / 1_000);
        size.observe({ cache }, commit.commands);
      }
      if (cache === 'none' || commit.alertsReceivedAt.length === 0) return;
      alerts.inc({ cache }, commit.alertsReceivedAt.length);
      const committedAt = commit.startedAt + commit.milliseconds;
      for (const receivedAt of commit.alertsReceivedAt) latency.observe('committed', cache, committedAt - receivedAt);
    },
    onFailed: (cache) => failures.inc({ cache }),
  };
}
