/**
 * Dependencies point inward: what a room may import.
 *
 * service → inputs (http, intake), outputs (delivery), background (heartbeats, shadow, observability) → reads → cache's
 * neighbours → database → domain. Within the cache: service → judging → commit → outcome → store; history → store.
 */

/** @param rooms those that may be imported, beside the room itself */
const room = (name, rooms, comment) => ({
  name: `room-${name.replaceAll('/', '-')}`,
  severity: 'error',
  ...(comment === undefined ? {} : { comment }),
  from: { path: `^src/${name}/` },
  to: { path: `^src/(?!${[name, ...rooms].map((one) => `${one}(/|\\.)`).join('|')})` },
});

module.exports = {
  forbidden: [
    {
      name: 'domain-imports-nothing',
      comment: 'The rules of coincidence know nothing of databases, networks or clocks; pure packages are welcome.',
      severity: 'error',
      from: { path: '^src/domain/' },
      to: { pathNot: ['^src/domain/', '^node_modules/(t-a-i|zod|uuid)/'] },
    },
    room('database', ['domain', 'generated']),
    room('reads', ['domain', 'database', 'generated'], 'What may be asked; nothing is changed here.'),
    room('cache', ['domain', 'database', 'reads'], 'An answer to what is known is read as it is shown.'),
    room('cache/store', ['domain', 'database', 'reads'], 'The only SQL of the tables; knows no room above it.'),
    room('cache/outcome', ['cache/store', 'cache/contract', 'domain', 'database', 'reads']),
    room('cache/commit', ['cache/outcome', 'cache/store', 'cache/observer', 'cache/settings', 'domain', 'database']),
    room('cache/judging', [
      'cache/commit',
      'cache/outcome',
      'cache/store',
      'cache/observer',
      'cache/settings',
      'domain',
      'database',
      'reads',
    ]),
    room('cache/history', ['cache/commit', 'cache/outcome', 'cache/store', 'domain', 'database']),
    room('cache/upkeep', ['cache/contract', 'cache/store', 'domain', 'database', 'reads']),
    room('administration', ['domain', 'database', 'reads', 'generated']),
    room('mail', ['domain'], 'What an e-mail says is known to those who write it.'),
    room('kafka', ['domain'], 'The client of the broker; kafkajs is altered here and nowhere else.'),
    room('intake/wire', ['domain']),
    room('intake', ['cache', 'database', 'domain', 'kafka']),
    room('delivery', ['cache', 'reads', 'database', 'domain', 'kafka', 'mail', 'generated']),
    room(
      'heartbeats',
      ['administration', 'reads', 'database', 'domain', 'mail', 'generated'],
      'Heartbeats are written by the cache, in the transaction of what causes them.',
    ),
    room(
      'shadow',
      ['cache/history', 'reads', 'database', 'domain'],
      "A shadow engine reads a cache's history and stored alerts; it has no part in what comes in or goes out.",
    ),
    room(
      'http',
      ['administration', 'cache', 'database', 'delivery/sse', 'domain', 'heartbeats', 'reads'],
      'It serves the alert streams that delivery/sse writes.',
    ),
    room(
      'observability/metrics',
      ['domain', 'cache/observer', 'delivery/observer', 'http/dependencies', 'reads/figures'],
      'Metrics watch through interfaces of those whom they watch.',
    ),
    {
      name: 'tables-through-reads',
      comment:
        'src/reads opens the Prisma client. Composition hands it to the rooms that write tables of their own, which know its type; all others read through src/reads.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(database|reads|service|administration|heartbeats|delivery/people)/' },
      to: { path: '^src/(database/prisma\\.ts$|generated/)|^node_modules/@prisma/' },
    },
    {
      name: 'reads-open-the-client',
      comment: 'Who needs the client is given it.',
      severity: 'error',
      from: { path: '^src/(?!reads/)' },
      to: { path: '^src/database/prisma\\.ts$', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'watched-do-not-know-watchers',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(observability|service)/' },
      to: { path: '^src/observability/(?!log)|^node_modules/(prom-client|@opentelemetry)/' },
    },
    {
      name: 'kafkajs-behind-its-port',
      comment: 'What kafkajs gets wrong is put right in src/kafka: whoever used it directly would go without.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(kafka|intake/kafka|delivery/kafka)/' },
      to: { path: '^node_modules/kafkajs/' },
    },
    {
      name: 'nothing-imports-composition',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(main\\.ts$|service/|cli/|config/)' },
      to: { path: '^src/(main\\.ts$|service/|cli/|config/)' },
    },
    room('client', [], "A detector team imports the client without the server's code."),
    room(
      'web',
      ['client', 'domain'],
      'What the dashboard knows of the server it knows by REST and the alert stream; the pure rules are shared.',
    ),
    {
      name: 'nothing-imports-the-dashboard',
      severity: 'error',
      from: { path: '^src/(?!web/)' },
      to: { path: '^src/web/' },
    },
    {
      name: 'rooms-only',
      comment: 'At the root of src there is the process, and nothing else.',
      severity: 'error',
      from: {},
      to: { path: '^src/[^/]+$', pathNot: '^src/main\\.ts$' },
    },
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-development-packages-in-the-service',
      severity: 'error',
      // The source workers replace threads where the service runs from its source, not in the build. The build puts what the
      // web pages and the drawing thread need into their own files.
      from: { path: '^src/', pathNot: '^src/((heartbeats|shadow)/source-worker\\.mjs$|heartbeats/drawing\\.ts$|web/)' },
      to: { dependencyTypes: ['npm-dev'] },
    },
  ],
  options: {
    doNotFollow: { path: ['node_modules', '^src/generated/'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.js', '.json', '.d.ts'],
    },
  },
};
