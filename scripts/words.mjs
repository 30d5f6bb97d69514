/**
 * Words that are not used here, and what to say instead (docs/README.md has the glossary). Only words for which a program
 * can decide are listed.
 *
 * `words` match as whole words in any case, also as words of an identifier ("beat" in lastBeat and LEAST_BEATS). They don't
 * match in snake_case, which names columns of the database and fields over REST. A word with capital letters inside matches
 * as it is. An exception holds for the files of `files`, and there, if it has `text`, only for words within a match of that.
 * Each says why.
 */
export const WORDS = [
  { words: ['sky', 'skies'], say: 'cache; on screen Live, Fire drill or Test' },
  {
    words: ['beat', 'beats', 'sign of life', 'signs of life'],
    say: 'heartbeat',
    exceptions: [
      {
        files: /^src\/(cache\/store|heartbeats|reads)\//,
        text: /\bd\.beats|\bbeats = s\.beats|'heartbeats', beats|_at, beats,/,
        why: 'a column of the database',
      },
      {
        files: /^src\/reads\/detectors\.ts$/,
        text: /readonly beats: number|^ {2}beats,$|heartbeats: beats/m,
        why: 'a column of the database',
      },
      { files: /^prisma\//, text: /@map\("beats"\)/, why: 'a column of the database' },
    ],
  },
  { words: ['lostAt'], say: 'lease expiry, lock lost, aborted' },
  { words: ['nobody left', 'no one left'], say: 'what happens then, or "aborted"' },
  { words: ['sing', 'sings', 'sang'], say: 'runs' },
  { words: ['put aside', 'puts aside', 'buried', 'bury'], say: 'dead letter' },
  { words: ['took no effect', 'take no effect', 'takes no effect'], say: 'rejected, dead letter, ignored' },
  { words: ['way in', 'ways in'], say: 'input' },
  { words: ['way out', 'ways out'], say: 'output' },
  {
    words: ['given up'],
    say: 'failed (a delivery), no longer tried',
    exceptions: [
      {
        files: /^(docs\/operations\.md|src\/observability\/metrics\/delivery-metrics\.ts)$/,
        text: /`given up`|given up \(after|'given up'/,
        why: 'a value of a label of snews_deliveries_total',
      },
    ],
  },
  { words: ['undelivered', 'outstanding'], say: 'pending' },
  { words: ['withdraw', 'withdraws', 'withdrew', 'withdrawn', 'withdrawal'], say: 'retract, retracted, retraction' },
  { words: ['take back', 'takes back', 'took back', 'taken back', 'takes it back'], say: 'retract, retracted' },
  {
    words: ['fault', 'faults', 'faulty'],
    say: 'error, failure, bug',
    exceptions: [
      { files: /^(docs|openapi)\//, text: /["`]fault["`]/, why: 'a kind of difference, and a field over REST' },
      {
        files: /^prisma\//,
        text: /@map\("faults?"\)|other-rows, fault$|`fault`/m,
        why: 'a kind of difference, and columns of the database',
      },
      {
        files:
          /^src\/(shadow\/|(reads|cli\/commands|http\/routes|http\/schemas)\/shadow|web\/pages\/shadow|domain\/views)/,
        why: 'a kind of difference, a field over REST and columns of the database',
      },
      { files: /^src\/cli\/commands\/doctor\.ts$/, why: 'what `snews doctor --json` prints for programs' },
      { files: /^test\/kafka\/faults\.test\.ts$/, why: 'failures that a test injects' },
    ],
  },
  { words: ['call off', 'calls off', 'called off', 'calling off'], say: 'abort, aborted' },
  { words: ['go along', 'goes along', 'going along'], say: 'the shadow engine runs, is compared' },
  { words: ['manyth'], say: 'number' },
  {
    words: ['best table', 'best tables', 'sub list'],
    say: 'sub-group',
    exceptions: [{ files: /^(src|openapi)\//, text: /sub list number/, why: 'a key of the alert format' }],
  },
  {
    words: ['snews tables', 'snews acts', 'snews audit', 'dead-letters replay'],
    say: 'snews sub-groups, snews audit-log, snews check, dead-letters retry',
    exceptions: [{ files: /./, text: /snews audit-log/, why: 'the new name begins like the old one' }],
  },
  {
    words: ['admin act', 'admin acts'],
    say: 'entry of the audit log',
    exceptions: [
      {
        files: /^(openapi\/openapi\.json|src\/http\/(routes|schemas)\/administration\.ts)$/,
        text: /listAdminActs|AdminAct(Page)?['"]/,
        why: 'names in the OpenAPI document, by which generated clients call it',
      },
    ],
  },
  { words: ['replayedAt'], say: 'retriedAt' },
  { words: ['watch:*', 'sweeper:*', 'mail:*'], say: 'in the log: lateness:, retention:, email:' },
];
