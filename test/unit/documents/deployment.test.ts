import { readFileSync } from 'node:fs';
import { BlockList } from 'node:net';
import { DockerfileParser } from 'dockerfile-ast';
import { validate } from 'dockerfile-utils';
import { describe, expect, it } from 'vitest';
import { parseDocument } from 'yaml';
import { DEVELOPMENT_TOPICS } from '../../support/kafka/topics.js';

const read = (name: string) => readFileSync(new URL(`../../../${name}`, import.meta.url), 'utf8');

/** As much of the Compose specification as our file uses. */
interface Service {
  readonly image?: string;
  readonly build?: string;
  readonly environment?: Readonly<Record<string, string | number>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly configs?: readonly { readonly source: string; readonly target: string }[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly deploy?: {
    readonly replicas?: number;
    readonly resources?: { readonly limits?: { readonly memory?: string; readonly pids?: number } };
  };
  readonly ulimits?: { readonly nofile?: number };
  readonly cap_drop?: readonly string[];
  readonly cap_add?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly privileged?: boolean;
  readonly read_only?: boolean;
  readonly tmpfs?: readonly string[];
  readonly restart?: string;
  readonly networks?: Readonly<Record<string, { readonly ipv4_address: string }>>;
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
  readonly networks: Readonly<
    Record<string, { readonly ipam: { readonly config: readonly { subnet: string; ip_range: string }[] } }>
  >;
  readonly configs: Readonly<Record<string, { readonly content: string }>>;
}

describe('the Dockerfile', () => {
  const dockerfile = DockerfileParser.parse(read('Dockerfile'));
  const stages = dockerfile.getFROMs();
  const final = stages.at(-1)?.getRange()?.start.line ?? 0;
  const ofFinalStage = dockerfile.getInstructions().filter((instruction) => instruction.getRange().start.line >= final);
  const last = (keyword: string) => ofFinalStage.findLast((instruction) => instruction.getKeyword() === keyword);

  it('has nothing that a linter warns of', () => {
    expect(validate(read('Dockerfile')).map(({ message }) => message)).toEqual([]);
  });

  it('builds in a stage of its own and takes only what it made', () => {
    expect(stages.length).toBeGreaterThan(1);
    expect(ofFinalStage.some((instruction) => instruction.getKeyword() === 'RUN')).toBe(false);
    const copies = dockerfile.getCOPYs().filter((copy) => copy.getRange().start.line >= final);
    expect(new Set(copies.map((copy) => copy.getFromFlag()?.getValue()))).toEqual(new Set(['build']));
  });

  it('starts from an image of one major version', () => {
    for (const stage of stages) expect(stage.getImage()).toMatch(/^node:\d+-/);
  });

  it('runs as a user without rights, and tells whether it is healthy', () => {
    expect(last('USER')?.getArgumentsContent()).toBe('node');
    expect(last('HEALTHCHECK')?.getArgumentsContent()).toContain('/readyz');
    expect(last('CMD')?.getArgumentsContent()).toBe('["node", "dist/cli/main.js", "serve"]');
  });
});

describe('docker-compose.yml', () => {
  const text = read('docker-compose.yml');
  const document = parseDocument(text, { merge: true });
  const { services, volumes, networks, configs } = document.toJS() as Compose;
  const entries = Object.entries(services);
  const runsOn = ([, service]: [string, Service]) => service.restart !== 'no';

  it('is YAML without a doubt', () => {
    expect([...document.errors, ...document.warnings]).toEqual([]);
  });

  it('has two replicas of the service behind one port, with all that they need', () => {
    expect(Object.keys(services)).toEqual(['postgres', 'kafka', 'topics', 'mailpit', 'snews', 'proxy']);
    expect(services['snews']?.deploy?.replicas).toBe(2);
    expect(services['snews']?.ports).toBeUndefined();
    expect(services['proxy']?.ports).toEqual(['127.0.0.1:8080:8080']);
    expect(configs['haproxy']?.content).toContain('server-template replica 2 snews:8080');
  });

  it('is reached from this machine only', () => {
    for (const port of entries.flatMap(([, service]) => service.ports ?? [])) expect(port).toMatch(/^127\.0\.0\.1:/);
  });

  it('names a version of every image', () => {
    for (const [, { image, build }] of entries) expect(image ?? build).toMatch(/^\.$|:v?\d/);
  });

  it('holds no secret: what is secret must come from the environment', () => {
    for (const [name, value] of entries.flatMap(([, service]) => Object.entries(service.environment ?? {}))) {
      if (/PASSWORD|KEY|TOKEN|SECRET/.test(name)) expect(value).toMatch(/^\$\{\w+:\?[^}]+\}$/);
      expect(`${value}`).not.toMatch(/\/\/[^/@$]*:[^$@]*@/);
    }
    // Compose reads a lone $ as a variable.
    expect(text.replaceAll(/\$\{\w+:\?[^}]+\}|\$\$/g, '')).not.toContain('$');
  });

  it('refers only to what it has', () => {
    for (const [, service] of entries) {
      for (const volume of service.volumes ?? []) expect(volumes).toHaveProperty([volume.split(':')[0] ?? '']);
      for (const { source } of service.configs ?? []) expect(configs).toHaveProperty([source]);
      for (const [other, { condition }] of Object.entries(service.depends_on ?? {})) {
        const needed = services[other];
        if (condition === 'service_completed_successfully') expect(needed?.restart).toBe('no');
        else expect(condition === 'service_healthy' && (needed?.healthcheck ?? needed?.build)).toBeTruthy();
      }
    }
  });

  it('checks the health of all that keeps running, and starts it again', () => {
    for (const [, service] of entries.filter(runsOn)) {
      expect(service.restart).toBe('unless-stopped');
      // The image that is built here brings its own check.
      if (service.build === undefined) expect(service.healthcheck?.test[0]).toMatch(/^CMD/);
    }
  });

  it('gives no service a right of the system, nor a file system of its own to write to', () => {
    for (const [name, service] of entries) {
      expect({ name, ...service }).toMatchObject({
        read_only: true,
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
      });
      expect([service.cap_add, service.privileged]).toEqual([undefined, undefined]);
    }
    expect(services['snews']?.tmpfs).toEqual(['/tmp']);
  });

  it('gives each service its share of memory, processes and open files', () => {
    for (const [name, { deploy, ulimits }] of entries) {
      expect(deploy?.resources?.limits?.memory, name).toMatch(/^\d+[mg]$/);
      expect(deploy?.resources?.limits?.pids, name).toBeGreaterThan(0);
      expect(ulimits?.nofile, name).toBeGreaterThan(0);
    }
  });

  it('lets nobody speak with Kafka from outside its container who has not logged in', () => {
    const properties = new Map(
      (configs['kafka']?.content ?? '')
        .split('\n')
        .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)] as const),
    );
    const protocols = new Map(
      (properties.get('listener.security.protocol.map') ?? '')
        .split(',')
        .map((pair) => pair.split(':') as [string, string]),
    );
    const reached = (properties.get('listeners') ?? '')
      .split(',')
      .filter((listener) => !listener.includes('://localhost:'));
    expect(reached.map((listener) => listener.split('://')[0])).toEqual(['INSIDE', 'OUTSIDE']);
    for (const name of ['INSIDE', 'OUTSIDE']) expect(protocols.get(name)).toBe('SASL_PLAINTEXT');
    const { environment } = services['snews'] ?? {};
    expect(environment).toMatchObject({
      KAFKA_SASL_USERNAME: 'snews',
      KAFKA_SASL_PASSWORD: expect.stringContaining('KAFKA_PASSWORD'),
    });
    expect(services['kafka']?.environment?.['KAFKA_PASSWORD']).toBe(environment?.['KAFKA_SASL_PASSWORD']);
  });

  it('has the replicas believe the proxy, and nobody else, whose address a client has', () => {
    const { address, network } = {
      address: services['proxy']?.networks?.['default']?.ipv4_address,
      network: networks['default'],
    };
    expect(services['snews']?.environment?.['TRUSTED_PROXIES']).toBe(address);
    const [{ subnet, ip_range } = { subnet: '', ip_range: '' }] = network?.ipam.config ?? [];
    const holds = (range: string) => {
      const [base = '', length] = range.split('/');
      const list = new BlockList();
      list.addSubnet(base, Number(length));
      return list.check(address ?? '');
    };
    // What is given out to others can't be the proxy's.
    expect([holds(subnet), holds(ip_range)]).toEqual([true, false]);
    expect(configs['haproxy']?.content).toContain('http-request set-header X-Forwarded-For %[src]');
  });

  it('makes the topics that clients expect', () => {
    const topics = {
      OBSERVATION_TOPIC: DEVELOPMENT_TOPICS.observations,
      ALERT_TOPIC: DEVELOPMENT_TOPICS.alerts,
      FIREDRILL_OBSERVATION_TOPIC: DEVELOPMENT_TOPICS.firedrillObservations,
      FIREDRILL_ALERT_TOPIC: DEVELOPMENT_TOPICS.firedrillAlerts,
      CONNECTION_TEST_TOPIC: DEVELOPMENT_TOPICS.connectionTests,
    };
    for (const name of ['topics', 'snews']) expect(services[name]?.environment).toMatchObject(topics);
  });
});
