import { createGcnConnection } from '../../delivery/people/sinks/gcn/connection.js';
import type { GcnSettings } from '../../delivery/people/sinks/gcn/settings.js';
import { NO_LOG } from '../../domain/log.js';
import { createMailer } from '../../mail/mailer.js';
import type { EmailSettings } from '../../mail/settings.js';
import { type Finding, findingsOf, messageOf } from './finding.js';
import { reachable } from './kafka.js';

/** Connects and logs in; nothing is sent. */
export async function checkMail(settings: EmailSettings): Promise<Finding> {
  const { ok, error } = findingsOf('mail');
  const where = `${settings.host}:${settings.port}`;
  const mailer = createMailer(settings, NO_LOG);
  try {
    await mailer.verify();
    return ok(
      `${where} accepts the connection ${settings.login === undefined ? 'without a login' : `as ${settings.login.username}`}`,
    );
  } catch (failure) {
    return error(
      `e-mail through ${where} fails: ${messageOf(failure)}`,
      'correct SMTP_URL; until then no e-mail is sent',
    );
  } finally {
    await mailer.close();
  }
}

/** Gets a token and logs in with it; nothing is sent. */
export async function checkGcn(settings: GcnSettings): Promise<Finding[]> {
  const { ok, error } = findingsOf('gcn');
  const { tokens, kafka } = createGcnConnection(settings, NO_LOG);
  try {
    await tokens.current();
  } catch (failure) {
    return [error(messageOf(failure), 'correct GCN_CLIENT_ID, GCN_CLIENT_SECRET and GCN_TOKEN_URL')];
  }
  const granted = ok(`${settings.tokenUrl.host} issues a token`);
  if ((await reachable(settings.brokers)).every((why) => why !== undefined)) {
    return [granted, error(`there is no answer from ${settings.brokers.join(', ')}`, 'check GCN_BROKERS')];
  }
  const where = settings.brokers.join(', ');
  const admin = kafka.admin({ retry: { retries: 1 } });
  try {
    await admin.connect();
    // A broker that requires another login says so at the first request.
    await admin.listTopics();
  } catch (failure) {
    await admin.disconnect();
    const advice = 'check GCN_BROKERS, and that GCN_TOKEN_URL belongs to them';
    return [granted, error(`${where} accepts the connection, but not the token (${messageOf(failure)})`, advice)];
  }
  try {
    await admin.fetchTopicMetadata({ topics: [settings.topic] });
    return [granted, ok(`${where} accepts the token and has the topic ${settings.topic}`)];
  } catch (failure) {
    const advice = 'check GCN_TOPIC, and that the client may write to it';
    return [granted, error(`${where} does not permit the topic ${settings.topic} (${messageOf(failure)})`, advice)];
  } finally {
    await admin.disconnect();
  }
}
