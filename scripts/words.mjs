/**
 * Words that are not used here, and what to say instead (docs/README.md has the glossary). Only what can be decided
 * mechanically stands here.
 *
 * `words` match as whole words in any case, also as words of an identifier ("beat" in lastBeat, not in heartbeat); a word
 * with capital letters inside matches as it is. An exception holds for the files of `files`, and there, if it has `text`,
 * only for words within a match of that. Each says why.
 */
export const WORDS = [
  { words: ['sky', 'skies'], say: 'cache; on screen Live, Fire drill or Test' },
  {
    words: ['beat', 'beats', 'sign of life', 'signs of life'],
    say: 'heartbeat',
  },
  { words: ['lostAt'], say: 'lease expiry, lock lost, aborted' },
  { words: ['nobody left', 'no one left'], say: 'what happens then, or "aborted"' },
  { words: ['sing', 'sings', 'sang'], say: 'runs' },
  { words: ['put aside', 'puts aside', 'buried', 'bury'], say: 'dead letter' },
  {
    words: ['took no effect', 'take no effect', 'takes no effect', 'takes effect once', 'take effect once'],
    say: 'rejected, dead letter; processed once',
  },
  { words: ['way in', 'ways in'], say: 'input' },
  { words: ['way out', 'ways out'], say: 'output' },
  {
    words: ['give up', 'gives up', 'gave up', 'given up', 'giving up'],
    say: 'failed (a delivery), stops trying',
    exceptions: [
      {
        files: /^docs\/operations\.md$/,
        text: /`given up`: failed for 24 h/,
        why: 'a value of a label of snews_deliveries_total',
      },
    ],
  },
  {
    words: ['undelivered', 'outstanding'],
    say: 'pending',
  },
  { words: ['withdraw', 'withdraws', 'withdrew', 'withdrawn', 'withdrawal'], say: 'retract, retracted, retraction' },
  { words: ['take back', 'takes back', 'took back', 'taken back', 'takes it back'], say: 'retract, retracted' },
  {
    words: ['fault', 'faults', 'faulty'],
    say: 'error, failure, bug',
    exceptions: [
      { files: /^docs\//, text: /["`]fault["`]/, why: 'a kind of difference over REST and in the database' },
    ],
  },
  { words: ['call off', 'calls off', 'called off', 'calling off'], say: 'abort, aborted' },
  { words: ['go along', 'goes along', 'going along'], say: 'the shadow engine runs, is compared' },
  { words: ['manyth'], say: 'number' },
  {
    words: ['best table', 'best tables', 'sub list', 'sublist'],
    say: 'sub-group',
  },
  {
    words: ['snews tables', 'snews acts', 'snews audit', 'dead-letters replay'],
    say: 'snews sub-groups, snews audit-log, snews check, dead-letters retry',
    exceptions: [{ files: /./, text: /snews audit-log/, why: 'the new name begins like the old one' }],
  },
  {
    words: ['watch:*', 'sweeper:*', 'mail:*'],
    say: 'in the log: lateness:, retention:, email:',
  },
];
