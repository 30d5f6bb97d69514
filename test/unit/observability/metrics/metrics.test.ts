import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { createMetrics } from '../../../../src/observability/metrics/metrics.js';
import { silentLog } from '../../../support/logs.js';
import { parseMetrics } from '../../../support/metrics.js';

const read = (name: string) => readFileSync(new URL(`../../../../${name}`, import.meta.url), 'utf8');

/** All metrics, each with at least one series where it has any. */
async function everyMetric() {
  const metrics = createMetrics({
    version: '1.2.3',
    canaryInterval: 60,
    receipts: async () => new Map([['a', { cache: 'live' as const, receivedAt: 1_000 }]]),
    log: silentLog,
  });
  metrics.addFigures({
    ready: async () => true,
    degraded: () => new Map([['kafka', false]]),
    outboxes: async () => [{ sink: 'kafka', pending: 2, pendingSince: 1_000, failed: 1 }],
    lag: async () => [{ topic: 'observations', partition: 3, records: 7, seconds: 12, stalled: undefined }],
    detectors: async () => [{ status: 'ON' }],
    caches: async () => [{ cache: 'live', activeObservations: 5, openSubGroups: 4 }],
    shadow: async () => [
      {
        cache: 'live',
        compared: 40,
        lag: 6,
        differences: { 'main-only': 1, 'shadow-only': 2, 'other-type': 0, 'other-rows': 0, fault: 3 },
      },
    ],
    readers: () => 1,
  });
  metrics.cacheObserver.onCommitted({
    cache: 'live',
    startedAt: 2_000,
    milliseconds: 20,
    commands: 3,
    messages: [{ kind: 'CoincidenceTier', outcome: 'accepted', reason: '', count: 3 }],
    deadLetters: ['malformed'],
    alertsReceivedAt: [1_520],
  });
  metrics.cacheObserver.onFailed('live');
  metrics.deliveryObserver.onDelivered({
    output: 'email',
    alerts: ['a', 'gone'],
    startedAt: 3_000,
    deliveredAt: 4_000,
  });
  metrics.deliveryObserver.onFailed('email', false);
  metrics.httpObserver.onAnswered({ method: 'GET', route: '/v1/alerts', status: 200 });
  metrics.canaryObserver.onAlerted(30);
  const text = await metrics.text();
  metrics.stop();
  return { ...parseMetrics(text), text };
}

describe('the metrics', () => {
  it('count what is observed', async () => {
    const { value } = await everyMetric();
    // Committed at 2.020 s, received at 1.520 s; delivered at 4 s, received at 1 s; the alert "gone" is unknown.
    expect(value('snews_alert_latency_seconds_sum', { cache: 'live', stage: 'committed' })).toBeCloseTo(0.5, 9);
    expect(value('snews_alert_latency_seconds_sum', { cache: 'live', stage: 'email' })).toBe(3);
    expect(value('snews_alert_latency_seconds_count', { cache: 'live', stage: 'email' })).toBe(1);
    expect(value('snews_deliveries_total', { sink: 'email', outcome: 'delivered' })).toBe(2);
    expect(value('snews_deliveries_total', { sink: 'email', outcome: 'postponed' })).toBe(1);
    expect(value('snews_messages_total', { kind: 'CoincidenceTier', outcome: 'accepted', reason: '' })).toBe(3);
    expect(value('snews_commit_commands_sum', { cache: 'live' })).toBe(3);
    expect(value('snews_commit_duration_seconds_sum', { cache: 'live' })).toBe(0.02);
    expect(value('snews_kafka_lag_records', { topic: 'observations', partition: '3' })).toBe(7);
    expect(value('snews_cache_open_sub_groups', { cache: 'live' })).toBe(4);
    expect(value('snews_cache_open_sub_groups', { cache: 'test' })).toBe(0);
    expect(value('snews_detectors', { status: 'ON' })).toBe(1);
    expect(value('snews_detectors', { status: 'LATE' })).toBe(0);
    expect(value('snews_shadow_compared_commands', { cache: 'live' })).toBe(40);
    expect(value('snews_shadow_lag_commands', { cache: 'live' })).toBe(6);
    expect(value('snews_shadow_differing_commands', { cache: 'live', kind: 'shadow-only' })).toBe(2);
    expect(value('snews_shadow_differing_commands', { cache: 'live', kind: 'other-rows' })).toBe(0);
    expect(value('snews_shadow_differing_commands', { cache: 'live', kind: 'fault' })).toBe(3);
    expect(value('snews_shadow_compared_commands', { cache: 'test' })).toBeUndefined();
    expect(value('snews_outbox_alerts', { sink: 'kafka' })).toBe(2);
    expect(value('snews_outbox_failed_alerts', { sink: 'kafka' })).toBe(1);
    expect(value('snews_outbox_oldest_age_seconds', { sink: 'kafka' })).toBeGreaterThan(1e9);
    expect(value('snews_build_info', { version: '1.2.3', node: process.version })).toBe(1);
    expect(value('snews_canary_latency_seconds_sum')).toBe(0.03);
  });

  it('are exactly those in the table of docs/operations.md', async () => {
    const { text } = await everyMetric();
    const there = [...text.matchAll(/^# TYPE (snews_\S+) /gm)].map(([, name]) => name);
    const documented = [...read('docs/operations.md').matchAll(/^\| `(snews_[a-z_]+)`/gm)].map(([, name]) => name);
    expect(documented.toSorted()).toEqual(there.toSorted());
  });
});

/** The metrics that an expression uses, each with the labels by which it selects. */
function metricsIn(expression: string): { name: string; labels: string[] }[] {
  return [...expression.matchAll(/\b((?:snews|process|nodejs)_[a-z0-9_]+)(?:\{([^}]*)\})?/g)].map(
    ([, name, selector]) => ({
      name: name as string,
      labels: [...(selector ?? '').matchAll(/([a-z_]+)\s*(?:=~|!~|!=|=)/g)].map(([, label]) => label as string),
    }),
  );
}

/** Labels that Prometheus adds itself. */
const LABELS_OF_PROMETHEUS = new Set(['job', 'instance']);

async function expectThere(expressions: readonly string[]): Promise<void> {
  const { names, text } = await everyMetric();
  for (const expression of expressions) {
    const asked = metricsIn(expression);
    expect(asked.length + Number(expression.startsWith('up{')), expression).toBeGreaterThan(0);
    expect(expression.replaceAll(/[^()]/g, '').replaceAll('()', '').length % 2, expression).toBe(0);
    const grouping = [...expression.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, list]) => (list ?? '').split(/, */));
    for (const { name, labels } of asked) {
      expect([...names], expression).toContain(name);
      const sample = new RegExp(`^${name}(?:\\{(.*)\\})? `, 'm').exec(text)?.[1] ?? '';
      for (const label of [...labels, ...grouping]) {
        if (!LABELS_OF_PROMETHEUS.has(label)) expect(sample, `${label} in ${expression}`).toContain(`${label}="`);
      }
    }
  }
}

describe('deploy/prometheus/alerts.yml', () => {
  const { groups } = parse(read('deploy/prometheus/alerts.yml')) as {
    groups: {
      rules: { alert: string; expr: string; for?: string; labels: object; annotations: { summary: string } }[];
    }[];
  };
  const rules = groups.flatMap((group) => group.rules);

  it('uses only metrics and labels that exist', async () => {
    expect(rules.length).toBeGreaterThanOrEqual(12);
    await expectThere(rules.map(({ expr }) => expr));
  });

  it('gives each rule a severity and a summary', () => {
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
    for (const { alert, for: patience, labels, annotations } of rules) {
      expect(alert).toMatch(/^Snews[A-Z]\w+$/);
      expect(labels).toMatchObject({ severity: expect.stringMatching(/^(critical|warning)$/) });
      expect(annotations.summary.length, alert).toBeGreaterThan(20);
      if (patience !== undefined) expect(patience).toMatch(/^\d+m$/);
    }
  });
});

describe('deploy/grafana/dashboard.json', () => {
  const { panels } = JSON.parse(read('deploy/grafana/dashboard.json')) as {
    panels: {
      id: number;
      title: string;
      gridPos: { x: number; y: number; w: number; h: number };
      targets?: { expr: string }[];
    }[];
  };

  it('uses only metrics and labels that exist', async () => {
    const expressions = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
    expect(expressions.length).toBeGreaterThan(20);
    await expectThere(expressions);
  });

  it('has panels that do not overlap', () => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const taken = new Set<string>();
    for (const { title, gridPos } of panels) {
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          expect(x, title).toBeLessThan(24);
          expect(taken.has(`${x} ${y}`), title).toBe(false);
          taken.add(`${x} ${y}`);
        }
      }
    }
  });
});
