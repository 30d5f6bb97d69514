import type { ComponentChildren } from 'preact';
import { agoText, grouped, secondsText } from '../parts/words.js';
import { feedOf } from '../state/alerts.js';
import { now } from '../state/clock.js';
import { route } from '../state/route.js';
import { degraded, type Status, status } from '../state/status.js';

type Level = 'good' | 'warning' | 'bad' | 'unknown';

/** After this long without any message there is a warning: twenty detectors send a heartbeat every minute. */
const SILENCE_MILLISECONDS = 10 * 60_000;

/** The state of each part, as a word and a mark whose shape also shows it. */
export function StatusBar() {
  const current = status.value;
  return (
    <dl class="status-bar">
      <AlertStream />
      <Service />
      {current !== undefined && (
        <>
          <LastMessage {...current} />
          <Kafka {...current} />
          <PendingAlerts {...current} />
          <Item name="Engine" level="good">
            {current.engine}, {secondsText(current.window_seconds)}
          </Item>
        </>
      )}
    </dl>
  );
}

function AlertStream() {
  const connection = feedOf(route.value.cache).connection.value;
  switch (connection.state) {
    case 'connected':
      return (
        <Item name="Alert stream" level="good">
          connected
        </Item>
      );
    case 'reconnecting':
      return (
        <Item name="Alert stream" level="bad" title={connection.why}>
          reconnecting, {agoText(connection.since, now.value).replace(' ago', '')}
        </Item>
      );
    case 'connecting':
      return (
        <Item name="Alert stream" level="unknown">
          connecting
        </Item>
      );
    case 'off':
      return (
        <Item name="Alert stream" level="unknown">
          requires a key
        </Item>
      );
  }
}

function Service() {
  const parts = degraded.value;
  if (parts === undefined)
    return (
      <Item name="Server" level="bad">
        no answer
      </Item>
    );
  return (
    <Item name="Server" level={parts.length === 0 ? 'good' : 'bad'}>
      {parts.length === 0 ? 'ready' : `not working: ${parts.join(', ')}`}
    </Item>
  );
}

function LastMessage({ last_message_at: at }: Status) {
  if (at === null)
    return (
      <Item name="Last message" level="unknown">
        none yet
      </Item>
    );
  const time = Date.parse(at);
  return (
    <Item name="Last message" level={now.value - time > SILENCE_MILLISECONDS ? 'warning' : 'good'} title={`${at} UTC`}>
      {agoText(time, now.value)}
    </Item>
  );
}

function Kafka({ kafka }: Status) {
  if (kafka === null)
    return (
      <Item name="Kafka" level="unknown">
        not used
      </Item>
    );
  if (!kafka.working)
    return (
      <Item name="Kafka" level="bad">
        not reachable
      </Item>
    );
  if (kafka.lag === null)
    return (
      <Item name="Kafka lag" level="unknown">
        counting
      </Item>
    );
  return (
    <Item name="Kafka lag" level={kafka.lag > 0 ? 'warning' : 'good'}>
      {grouped(kafka.lag)}
    </Item>
  );
}

function PendingAlerts({ undelivered_alerts: pending, failed_deliveries: failed }: Status) {
  return (
    <Item name="Pending alerts" level={failed > 0 ? 'bad' : pending > 0 ? 'warning' : 'good'}>
      {grouped(pending)}
      {failed > 0 && `, ${grouped(failed)} failed`}
    </Item>
  );
}

function Item({
  name,
  level,
  title,
  children,
}: {
  name: string;
  level: Level;
  title?: string;
  children: ComponentChildren;
}) {
  return (
    <div class={`status-item level-${level}`} title={title}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
