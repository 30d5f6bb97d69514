import { createGcnConnection } from '../../delivery/people/sinks/gcn/connection.js';
import type { GcnSettings } from '../../delivery/people/sinks/gcn/settings.js';
import { createMailer } from '../../mail/mailer.js';
import type { MailSettings } from '../../mail/settings.js';
import { type Finding, findingsOf, messageOf } from './finding.js';
import { NO_LOG, reachable } from './kafka.js';

/** Connects and logs in; nothing is sent. */
export async function checkMail(settings: MailSettings): Promise<Finding> {
  const { ok, fault } = findingsOf('mail');
  const where = `${settings.host}:${settings.port}`;
  const mailer = createMailer(settings, { debug: () => undefined });
  try {
    await mailer.verify();
    return ok(
      `${where} lets us in ${settings.login === undefined ? 'without login' : `as ${settings.login.username}`}`,
    );
  } catch (error) {
    return fault(
      `mail through ${where}: ${messageOf(error)}`,
      'set SMTP_URL right; until then no alert goes out by mail',
    );
  } finally {
    await mailer.close();
  }
}

/** Asks for a token, and logs in with it; nothing is sent. */
export async function checkGcn(settings: GcnSettings): Promise<Finding[]> {
  const { ok, fault } = findingsOf('gcn');
  const { tokens, kafka } = createGcnConnection(settings, NO_LOG);
  try {
    await tokens.current();
  } catch (error) {
    return [fault(messageOf(error), 'set GCN_CLIENT_ID, GCN_CLIENT_SECRET and GCN_TOKEN_URL right')];
  }
  const granted = ok(`${settings.tokenUrl.host} gives a token`);
  if ((await reachable(settings.brokers)).every((why) => why !== undefined)) {
    return [granted, fault(`nothing answers at ${settings.brokers.join(', ')}`, 'check GCN_BROKERS')];
  }
  const where = settings.brokers.join(', ');
  const admin = kafka.admin({ retry: { retries: 1 } });
  try {
    await admin.connect();
    // A broker that asks for another login says so at the first question only.
    await admin.listTopics();
  } catch (error) {
    await admin.disconnect();
    const advice = 'check GCN_BROKERS, and that GCN_TOKEN_URL belongs to them';
    return [granted, fault(`${where} takes the connection and not the token (${messageOf(error)})`, advice)];
  }
  try {
    await admin.fetchTopicMetadata({ topics: [settings.topic] });
    return [granted, ok(`${where} lets us in and has the topic ${settings.topic}`)];
  } catch (error) {
    const advice = 'check GCN_TOPIC, and that the client may write to it';
    return [granted, fault(`${where} lets us in, not to the topic ${settings.topic} (${messageOf(error)})`, advice)];
  } finally {
    await admin.disconnect();
  }
}
