import { describe, expect, it } from 'vitest';
import { ConfigError, readConfig } from '../../../src/config/config.js';
import { seconds } from '../../../src/domain/time.js';

describe('readConfig', () => {
  it('needs nothing: every variable has a default', () => {
    expect(readConfig({})).toEqual({
      host: '127.0.0.1',
      port: 8080,
      databaseUrl: undefined,
      dataDirectory: 'data',
      adminApiKey: undefined,
      engine: 'complete',
      window: seconds(10),
      serverTag: 'snews-coincidence',
      publicReads: false,
      publicMetrics: false,
      canaryInterval: 0,
      expiration: seconds(86_400),
      observationRetention: seconds(400 * 86_400),
      messageRetention: seconds(400 * 86_400),
      heartbeatRetention: seconds(7 * 86_400),
      rateLimit: 1000,
      trustedProxies: [],
      streamsPerAddress: 50,
      streamsPerKey: 200,
      detectorQuota: 600,
      allowUnsafeDatabase: false,
      printFirstKeys: false,
      logLevel: 'info',
      tracing: undefined,
      kafka: undefined,
      email: undefined,
      alertEmails: [],
      adminEmails: [],
      quietNetworkAfter: seconds(300),
      slack: undefined,
      gcn: undefined,
      firedrillNotify: false,
    });
  });

  it('reads the settings of e-mail and Slack', () => {
    const mail = {
      SMTP_URL: 'smtp://snews:p%40ss@mail.example.org',
      MAIL_FROM: 'SNEWS <alerts@example.org>',
      ALERT_MAIL_TO: 'shift@example.org, second.shift@example.org',
    };
    const slack = { SLACK_TOKEN: 'xoxb-1234', SLACK_CHANNEL: '#supernova', SLACK_API_URL: 'http://127.0.0.1:8090/api' };
    expect(readConfig({ ...mail, ...slack, FIREDRILL_NOTIFY: '1' })).toMatchObject({
      email: {
        host: 'mail.example.org',
        port: 587,
        secure: false,
        requireTls: true,
        login: { username: 'snews', password: 'p@ss' },
        from: { name: 'SNEWS', address: 'alerts@example.org' },
      },
      alertEmails: ['shift@example.org', 'second.shift@example.org'],
      adminEmails: ['shift@example.org', 'second.shift@example.org'],
      slack: { token: 'xoxb-1234', channel: '#supernova', apiUrl: 'http://127.0.0.1:8090/api/' },
      firedrillNotify: true,
    });
    const messageOf = (environment: Record<string, string>) => {
      try {
        return readConfig(environment) && 'none';
      } catch (error) {
        return (error as ConfigError).message;
      }
    };
    const { SMTP_URL, MAIL_FROM, ALERT_MAIL_TO } = mail;
    expect(messageOf({ SMTP_URL })).toContain("MAIL_FROM: expected the sender's address");
    expect(messageOf({ MAIL_FROM })).toContain('SMTP_URL: expected a mail server');
    expect(messageOf({ ALERT_MAIL_TO })).toContain('SMTP_URL: expected a mail server');
    expect(messageOf({ ...mail, ALERT_MAIL_TO: 'shift@example.org,\nBcc: evil@example.org' })).toContain(
      'ALERT_MAIL_TO',
    );
    expect(messageOf({ ...mail, MAIL_FROM: 'alerts' })).toContain('MAIL_FROM: expected an address');
    expect(messageOf({ SLACK_TOKEN: 'xoxb-1234' })).toContain('SLACK_CHANNEL: expected both token and channel');
    expect(messageOf({ SLACK_CHANNEL: 'C1' })).toContain('SLACK_TOKEN: expected both token and channel');
    expect(messageOf({ ...slack, SLACK_API_URL: 'http://slack.example.org/api/' })).toContain('SLACK_API_URL');
    for (const secret of [
      messageOf({ ...mail, SMTP_URL: 'http://snews:hush-hush@mail.example.org' }),
      messageOf({ ...slack, SLACK_TOKEN: 'hush-hush with blanks' }),
    ]) {
      expect(secret).toContain('got a value that is not shown here');
      expect(secret).not.toContain('hush-hush');
    }
  });

  it('reads the settings of GCN: both client id and secret, or neither', () => {
    expect(readConfig({ GCN_CLIENT_ID: 'me', GCN_CLIENT_SECRET: 'secret' }).gcn).toEqual({
      clientId: 'me',
      clientSecret: 'secret',
      brokers: ['kafka.gcn.nasa.gov:9092'],
      topic: 'gcn.notices.snews2.coincidence',
      tokenUrl: new URL('https://auth.gcn.nasa.gov/oauth2/token'),
    });
    for (const wrong of [
      { GCN_CLIENT_ID: 'me' },
      { GCN_CLIENT_SECRET: 'secret' },
      { GCN_CLIENT_ID: 'me', GCN_CLIENT_SECRET: 'secret', GCN_TOKEN_URL: 'http://auth.gcn.nasa.gov/oauth2/token' },
      { GCN_CLIENT_ID: 'me', GCN_CLIENT_SECRET: 'secret', GCN_TOPIC: 'two words' },
    ]) {
      expect(() => readConfig(wrong)).toThrow(ConfigError);
      expect(() => readConfig(wrong)).not.toThrow(/secret"/);
    }
  });

  it('knows Kafka by its brokers, and how to log in', () => {
    const kafka = {
      KAFKA_BROKERS: 'one.example.org:9092, [::1]:9093',
      KAFKA_SASL_USERNAME: 'snews',
      KAFKA_SASL_PASSWORD: 'secret',
      KAFKA_SASL_MECHANISM: 'Scram-SHA-256',
      ALERT_TOPIC: 'snews2.alert',
    };
    expect(readConfig(kafka).kafka).toMatchObject({
      brokers: ['one.example.org:9092', '[::1]:9093'],
      ssl: false,
      sasl: { mechanism: 'scram-sha-256', username: 'snews', password: 'secret' },
      groupId: 'snews-coincidence',
      start: 'latest',
      topics: { observations: 'snews.experiments-test', alerts: 'snews2.alert' },
      adminPassword: undefined,
    });
    expect(readConfig({ KAFKA_BROKERS: 'localhost:9092' }).kafka?.sasl).toBeUndefined();
    expect(readConfig({ KAFKA_BROKERS: 'a:1', ALLOWED_BROKERS: 'b:2, c:3' }).kafka?.allowedBrokers).toEqual([
      'a:1',
      'b:2',
      'c:3',
    ]);
    const { KAFKA_SASL_PASSWORD: _, ...halfway } = kafka;
    for (const wrong of [
      { KAFKA_BROKERS: 'localhost' },
      { KAFKA_BROKERS: 'localhost:9092,' },
      { ...kafka, ALLOWED_BROKERS: 'kafka://localhost:9092/topic' },
      { ...kafka, KAFKA_SASL_MECHANISM: 'gssapi' },
      { ...kafka, KAFKA_START: 'yesterday' },
      { ...kafka, ALERT_TOPIC: 'two words' },
      { ...kafka, ALERT_TOPIC: 'snews.alert-firedrill' },
      { ...kafka, CANARY_TOPIC: 'snews.experiments-test' },
      halfway,
    ]) {
      expect(() => readConfig(wrong)).toThrow(ConfigError);
      expect(() => readConfig(wrong)).not.toThrow(/secret/);
    }
  });

  it('takes what it is told, in any case where words are few', () => {
    const config = readConfig({
      HOST: '0.0.0.0',
      PORT: '0',
      DATABASE_URL: 'postgresql://snews@localhost:5432/snews',
      ADMIN_API_KEY: 'k'.repeat(32),
      COINCIDENCE_ENGINE: 'Reference',
      COINCIDENCE_THRESHOLD: '0.000000001',
      PUBLIC_READS: 'TRUE',
      PUBLIC_METRICS: '1',
      CANARY_INTERVAL: '300',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4318',
      CACHE_EXPIRATION: '3600',
      RATE_LIMIT: '0',
      LOG_LEVEL: 'DEBUG',
    });
    expect(config).toMatchObject({
      host: '0.0.0.0',
      port: 0,
      engine: 'reference',
      window: 1n,
      publicReads: true,
      publicMetrics: true,
      canaryInterval: 300,
      tracing: { endpoint: 'http://localhost:4318/', serviceName: 'snews-coincidence-server' },
      expiration: seconds(3600),
      rateLimit: 0,
      logLevel: 'debug',
    });
  });

  it('knows the proxies by address or network', () => {
    const { trustedProxies } = readConfig({ TRUSTED_PROXIES: '192.0.2.1, 10.0.0.0/8,2001:db8::/32' });
    expect(trustedProxies).toEqual(['192.0.2.1', '10.0.0.0/8', '2001:db8::/32']);
  });

  it('counts an empty variable as absent', () => {
    expect(readConfig({ DATABASE_URL: '', PORT: '', ADMIN_API_KEY: '' })).toEqual(readConfig({}));
  });

  it('accepts only another engine than COINCIDENCE_ENGINE as the shadow engine', () => {
    expect(readConfig({}).shadowEngine).toBeUndefined();
    expect(readConfig({ SHADOW_ENGINE: 'Reference' }).shadowEngine).toBe('reference');
    expect(readConfig({ SHADOW_ENGINE: 'complete', COINCIDENCE_ENGINE: 'reference' }).shadowEngine).toBe('complete');
    for (const engine of ['complete', 'reference'] as const) {
      expect(() => readConfig({ SHADOW_ENGINE: engine, COINCIDENCE_ENGINE: engine })).toThrow(
        `SHADOW_ENGINE: expected another engine than COINCIDENCE_ENGINE, ${engine}; got "${engine}"`,
      );
    }
    expect(() => readConfig({ SHADOW_ENGINE: 'both' })).toThrow('SHADOW_ENGINE: expected one of complete, reference');
  });

  it('cannot be altered', () => {
    expect(Object.isFrozen(readConfig({}))).toBe(true);
  });

  it('names each invalid variable, and what it accepts', () => {
    const wrong = { PORT: '80a', COINCIDENCE_THRESHOLD: '0', PUBLIC_READS: 'perhaps', COINCIDENCE_ENGINE: 'best' };
    expect(() => readConfig(wrong)).toThrow(ConfigError);
    for (const line of [
      'PORT: expected a port from 0 (any free one) to 65535; got "80a"',
      'COINCIDENCE_THRESHOLD: expected seconds, more than 0, up to 3600; got "0"',
      'PUBLIC_READS: expected true or false; got "perhaps"',
      'COINCIDENCE_ENGINE: expected one of complete, reference; got "best"',
    ]) {
      expect(() => readConfig(wrong)).toThrow(line);
    }
  });

  it.each([
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['PORT', '1e3'],
    ['COINCIDENCE_THRESHOLD', '1e400'],
    ['CACHE_EXPIRATION', '0'],
    ['OBSERVATION_RETENTION', '2'],
    ['MESSAGE_RETENTION', 'forever'],
    ['HEARTBEAT_RETENTION', '0.5'],
    ['DETECTOR_QUOTA', '1.5'],
    ['STREAMS_PER_ADDRESS', '-1'],
    ['STREAMS_PER_KEY', 'many'],
    ['TRUSTED_PROXIES', 'haproxy'],
    ['TRUSTED_PROXIES', '0.0.0.0/0'],
    ['TRUSTED_PROXIES', '10.0.0.0/33'],
    ['TRUSTED_PROXIES', '192.0.2.1,'],
    ['SERVER_TAG', 'a\nb'],
    ['DATABASE_URL', 'mysql://localhost/snews'],
    ['LOG_LEVEL', 'loud'],
    ['CANARY_INTERVAL', '4'],
    ['CANARY_INTERVAL', '5.5'],
    ['CANARY_INTERVAL', '86401'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'localhost:4318'],
  ])('rejects %s=%s', (name, text) => {
    expect(() => readConfig({ [name]: text })).toThrow(`${name}: expected`);
  });

  it('rejects a short admin key without showing it', () => {
    expect(() => readConfig({ ADMIN_API_KEY: 'hunter2' })).toThrow('32 or more');
    expect(() => readConfig({ ADMIN_API_KEY: 'hunter2' })).not.toThrow('hunter2');
  });

  it('keeps observations at least as long as they are active', () => {
    const expiration = String(5 * 86_400);
    expect(() => readConfig({ CACHE_EXPIRATION: expiration, OBSERVATION_RETENTION: '4' })).toThrow('CACHE_EXPIRATION');
    expect(readConfig({ CACHE_EXPIRATION: expiration, OBSERVATION_RETENTION: '5' }).expiration).toBe(seconds(432_000));
  });
});
