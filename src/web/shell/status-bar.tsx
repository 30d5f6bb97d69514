import type { ComponentChildren } from 'preact';
import { agoText, grouped, secondsText } from '../parts/words.js';
import { feedOf } from '../state/alerts.js';
import { now } from '../state/clock.js';
import { route } from '../state/route.js';
import { degraded, type Status, status } from '../state/status.js';

type Level = 'good' | 'warning' | 'bad' | 'unknown';

/** No message of anybody for this long is worth a look: twenty detectors send heartbeats every minute. */
const SILENCE_MILLISECONDS = 10 * 60_000;

/** Is everything alive? A word and a mark each; all of it is also told by shape. */
export function StatusBar() {
  const current = status.value;
  return (
    <dl class="status-bar">
      <Stream />
      <Service />
      {current !== undefined && (
        <>
          <LastMessage {...current} />
          <Kafka {...current} />
          <Undelivered {...current} />
          <Item name="Engine" level="good">
            {current.engine}, {secondsText(current.window_seconds)}
          </Item>
        </>
      )}
    </dl>
  );
}

function Stream() {
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
          asks for a key
        </Item>
      );
  }
}

function Service() {
  const faults = degraded.value;
  if (faults === undefined)
    return (
      <Item name="Server" level="bad">
        no answer
      </Item>
    );
  return (
    <Item name="Server" level={faults.length === 0 ? 'good' : 'bad'}>
      {faults.length === 0 ? 'ready' : `without ${faults.join(', ')}`}
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
        away
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

function Undelivered({ undelivered_alerts: waiting, failed_deliveries: failed }: Status) {
  return (
    <Item name="Undelivered" level={failed > 0 ? 'bad' : waiting > 0 ? 'warning' : 'good'}>
      {grouped(waiting)}
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
