import { Counter, Histogram, type Registry } from 'prom-client';
import type { CacheObserver } from '../../cache/observer.js';
import type { AlertLatency } from './alert-latency.js';

/** A commit of the idle service takes 2 ms on a good disk; after 8 s the database has given up. */
const COMMIT_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];
const COMMANDS = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500];

/** Counts what the caches do. Nothing here asks the database, or waits. */
export function observeMessages(registry: Registry, latency: AlertLatency): CacheObserver {
  const registers = [registry];
  const messages = new Counter({
    name: 'snews_messages_total',
    help: 'Messages by kind and what became of them: accepted, duplicate, refused (why: reason), or a dead letter that nobody can read.',
    labelNames: ['kind', 'outcome', 'reason'] as const,
    registers,
  });
  const deadLetters = new Counter({
    name: 'snews_dead_letters_total',
    help: 'Records of Kafka that took no effect, by reason: unreadable ones and refused messages.',
    labelNames: ['reason'] as const,
    registers,
  });
  const duration = new Histogram({
    name: 'snews_commit_duration_seconds',
    help: 'Time of a transaction of commands, from its beginning until it is durable, by cache (none: what changes no table).',
    labelNames: ['cache'] as const,
    buckets: COMMIT_SECONDS,
    registers,
  });
  const size = new Histogram({
    name: 'snews_commit_commands',
    help: 'Commands that share a transaction (batch size), by cache.',
    labelNames: ['cache'] as const,
    buckets: COMMANDS,
    registers,
  });
  const failures = new Counter({
    name: 'snews_commit_failures_total',
    help: 'Transactions of commands that failed, mostly because the database is away; their senders are told to try again.',
    labelNames: ['cache'] as const,
    registers,
  });
  const alerts = new Counter({
    name: 'snews_alerts_total',
    help: 'Alerts that were committed, by cache.',
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
