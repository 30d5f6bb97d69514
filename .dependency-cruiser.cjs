/** Dependencies point inward: what a folder may import. */
module.exports = {
  forbidden: [
    {
      name: 'domain-imports-nothing',
      comment: 'The rules of coincidence know nothing of databases, networks or clocks; pure packages are welcome.',
      severity: 'error',
      from: { path: '^src/domain/' },
      to: { pathNot: ['^src/domain/', '^node_modules/(t-a-i|zod|uuid)/'] },
    },
    {
      name: 'cache-imports-domain-and-database',
      severity: 'error',
      from: { path: '^src/cache/' },
      to: { path: '^src/(?!cache/|domain/|database/|generated/)' },
    },
    {
      name: 'database-imports-domain-only',
      severity: 'error',
      from: { path: '^src/database/' },
      to: { path: '^src/(?!database/|domain/|generated/)' },
    },
    {
      name: 'heartbeats-read-only',
      comment: 'Heartbeats are written by the cache, in the transaction of what causes them.',
      severity: 'error',
      from: { path: '^src/heartbeats/' },
      to: { path: '^src/(?!heartbeats/|domain/|database/|generated/|cache/reads/)' },
    },
    {
      name: 'shadow-only-follows',
      comment: "Another engine reads a cache's history and stored alerts; it has no part in what comes in or goes out.",
      severity: 'error',
      from: { path: '^src/shadow/' },
      to: { path: '^src/(?!shadow/|domain/|database/|generated/|cache/(history|reads/))' },
    },
    {
      name: 'http-intake-delivery-apart',
      comment: 'Ways in and ways out meet only in src/service/start.ts.',
      severity: 'error',
      from: { path: '^src/(http|intake|delivery)/' },
      to: { path: '^src/(http|intake|delivery)/', pathNot: '^src/$1/' },
    },
    {
      name: 'watchers-stand-outside',
      comment:
        'Metrics and traces watch through interfaces of those whom they watch; src/service/start.ts gives them what they ask.',
      severity: 'error',
      from: { path: '^src/(metrics|tracing)/' },
      to: {
        path: '^src/',
        pathNot: ['^src/$1/', '^src/domain/', '^src/(cache|delivery)/observer\\.ts$', '^src/http/dependencies\\.ts$'],
      },
    },
    {
      name: 'watched-do-not-know-watchers',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(metrics/|tracing/|(app|watching)\\.ts$)' },
      to: { path: '^src/(metrics|tracing)/|^node_modules/(prom-client|@opentelemetry)/' },
    },
    {
      name: 'canary-stands-outside',
      comment: 'The canary is a small deployment of its own: nobody but src/service/start.ts knows of it.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(canary/|app\\.ts$)' },
      to: { path: '^src/canary/' },
    },
    {
      name: 'mail-knows-only-mails',
      comment: 'What a mail says is known to those who write it.',
      severity: 'error',
      from: { path: '^src/mail/' },
      to: { path: '^src/(?!mail/|domain/)' },
    },
    {
      name: 'nothing-imports-composition',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(app|main|config)\\.ts$|^src/(cli|config)/' },
      to: { path: '^src/(app|main|config)\\.ts$|^src/(cli|config)/' },
    },
    {
      name: 'client-stands-alone',
      comment: "A detector team imports the client without the server's code.",
      severity: 'error',
      from: { path: '^src/client/' },
      to: { path: '^src/(?!client/)' },
    },
    {
      name: 'dashboard-on-the-contract-only',
      comment:
        'What the dashboard knows of the server it knows by REST and the alert stream; the pure rules are shared.',
      severity: 'error',
      from: { path: '^src/web/' },
      to: { path: '^src/(?!web/|client/|domain/)' },
    },
    {
      name: 'nothing-imports-the-dashboard',
      severity: 'error',
      from: { path: '^src/(?!web/)' },
      to: { path: '^src/web/' },
    },
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-development-packages-in-the-service',
      severity: 'error',
      // The ones stand in for threads where the service runs from its source, not in the build; the build puts all
      // that the web pages need into its own files.
      from: { path: '^src/', pathNot: '^src/((heartbeats|shadow)/source-worker\\.mjs$|web/)' },
      to: { dependencyTypes: ['npm-dev'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^src/generated/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.js', '.json', '.d.ts'],
    },
  },
};
