import type { Scenario } from './scenario.js';

const at = (minutesAndSeconds: string) => `2030-01-01T12:${minutesAndSeconds}.678999000Z`;

/** The scenarios of the collaboration's publishing tools. The results of `reference` were recorded from snews_cs 3.0.1. */
export const OFFICIAL: readonly Scenario[] = [
  {
    name: 'simple coincidence',
    shows: 'Two detectors see neutrinos 2 s apart.',
    observations: [
      ['XENONnT', at('34:45')],
      ['DS-20K', at('34:47')],
    ],
    expect: both('One alert, COINC_MSG: the second detector joins the first one’s sub-group 0.', [
      { alerts: [], subGroups: { 0: [0] } },
      { alerts: [['COINC_MSG', 0, [0, 1]]], subGroups: { 0: [0, 1] } },
    ]),
  },
  {
    name: 'exact 10s coincidence',
    shows: 'Two detectors see neutrinos exactly one window apart.',
    observations: [
      ['XENONnT', at('34:45')],
      ['DUNE', at('34:55')],
    ],
    expect: both('One alert, COINC_MSG: the window includes its end.', [
      { alerts: [], subGroups: { 0: [0] } },
      { alerts: [['COINC_MSG', 0, [0, 1]]], subGroups: { 0: [0, 1] } },
    ]),
  },
  {
    name: 'two coincidences',
    shows: 'Two pairs of detectors, four minutes apart; the second pair arrives last time first.',
    observations: [
      ['XENONnT', at('34:45')],
      ['DS-20K', at('34:47')],
      ['JUNO', at('30:55')],
      ['Baksan', at('30:52')],
    ],
    expect: {
      complete: {
        text: 'Two sub-groups: COINC_MSG for the first; COINC_MSG_STAGGERED for the second, which begins earlier than was known.',
        steps: [
          { alerts: [], subGroups: { 0: [0] } },
          { alerts: [['COINC_MSG', 0, [0, 1]]], subGroups: { 0: [0, 1] } },
          { alerts: [], subGroups: { 0: [0, 1], 1: [2] } },
          { alerts: [['COINC_MSG_STAGGERED', 1, [3, 2]]], subGroups: { 0: [0, 1], 1: [3, 2] } },
        ],
      },
      reference: {
        text: 'The same alerts, but the second pair gets the number 3, and JUNO also stays alone in sub-group 1.',
        steps: [
          { alerts: [], subGroups: { 0: [0] } },
          { alerts: [['COINC_MSG', 0, [0, 1]]], subGroups: { 0: [0, 1] } },
          { alerts: [], subGroups: { 0: [0, 1], 1: [2] } },
          { alerts: [['COINC_MSG_STAGGERED', 3, [3, 2]]], subGroups: { 0: [0, 1], 1: [2], 3: [3, 2] } },
        ],
      },
    },
  },
  {
    name: 'same message submitted twice',
    shows: 'A detector sends the same time again, as another message.',
    observations: [
      ['XENONnT', at('34:45')],
      ['XENONnT', at('34:45')],
    ],
    expect: both('No alert: the later message replaces the earlier one.', [
      { alerts: [], subGroups: { 0: [0] } },
      { alerts: [], subGroups: { 0: [1] } },
    ]),
  },
  {
    name: 'same detector submits within 1sec',
    shows: 'A detector corrects its time by a second.',
    observations: [
      ['JUNO', at('30:55')],
      ['JUNO', at('30:56')],
    ],
    expect: both('No alert: a detector does not coincide with itself; its later message counts.', [
      { alerts: [], subGroups: { 0: [0] } },
      { alerts: [], subGroups: { 0: [1] } },
    ]),
  },
  {
    name: '3 coincident message, out of order',
    shows: 'Three detectors within the window; each message has an earlier neutrino time than the ones before it.',
    observations: [
      ['DUNE', at('34:55')],
      ['DS-20K', at('34:47')],
      ['XENONnT', at('34:45')],
    ],
    expect: {
      complete: {
        text: 'Two alerts, COINC_MSG_STAGGERED, both of sub-group 0, which begins earlier each time.',
        steps: [
          { alerts: [], subGroups: { 0: [0] } },
          { alerts: [['COINC_MSG_STAGGERED', 0, [1, 0]]], subGroups: { 0: [1, 0] } },
          { alerts: [['COINC_MSG_STAGGERED', 0, [2, 1, 0]]], subGroups: { 0: [2, 1, 0] } },
        ],
      },
      reference: {
        text: 'The same alerts, but of new sub-groups, 2 and 3; the sub-groups that they extend stay unchanged.',
        steps: [
          { alerts: [], subGroups: { 0: [0] } },
          { alerts: [['COINC_MSG_STAGGERED', 2, [1, 0]]], subGroups: { 0: [0], 2: [1, 0] } },
          { alerts: [['COINC_MSG_STAGGERED', 3, [2, 1, 0]]], subGroups: { 0: [0], 2: [1, 0], 3: [2, 1, 0] } },
        ],
      },
    },
  },
  {
    name: 'msgs at 10, 19, 21, 22, 20, 29, 18 seconds',
    shows: 'Seven detectors within 19 s, out of order: their windows overlap.',
    observations: [
      ['Borexino', at('30:10')],
      ['IceCube', at('30:19')],
      ['NOvA', at('30:21')],
      ['DS-20K', at('30:22')],
      ['HALO', at('30:20')],
      ['XENONnT', at('30:29')],
      ['JUNO', at('30:18')],
    ],
    expect: {
      complete: {
        text: 'Eight alerts of three sub-groups, one for each maximal window: from 10, 18 and 19 s on.',
        steps: [
          { alerts: [], subGroups: { 0: [0] } },
          { alerts: [['COINC_MSG', 0, [0, 1]]], subGroups: { 0: [0, 1] } },
          { alerts: [['COINC_MSG_STAGGERED', 1, [1, 2]]], subGroups: { 0: [0, 1], 1: [1, 2] } },
          { alerts: [['COINC_MSG', 1, [1, 2, 3]]], subGroups: { 0: [0, 1], 1: [1, 2, 3] } },
          {
            alerts: [
              ['COINC_MSG', 0, [0, 1, 4]],
              ['COINC_MSG', 1, [1, 4, 2, 3]],
            ],
            subGroups: { 0: [0, 1, 4], 1: [1, 4, 2, 3] },
          },
          { alerts: [['COINC_MSG', 1, [1, 4, 2, 3, 5]]], subGroups: { 0: [0, 1, 4], 1: [1, 4, 2, 3, 5] } },
          {
            alerts: [
              ['COINC_MSG', 0, [0, 6, 1, 4]],
              ['COINC_MSG_STAGGERED', 2, [6, 1, 4, 2, 3]],
            ],
            subGroups: { 0: [0, 6, 1, 4], 1: [1, 4, 2, 3, 5], 2: [6, 1, 4, 2, 3] },
          },
        ],
      },
      reference: {
        text: 'Nine alerts; the window from 18 s on, with five detectors, gets neither a sub-group nor an alert.',
        steps: [
          { alerts: [], subGroups: { 0: [0] } },
          { alerts: [['COINC_MSG', 0, [0, 1]]], subGroups: { 0: [0, 1] } },
          { alerts: [['COINC_MSG_STAGGERED', 1, [1, 2]]], subGroups: { 0: [0, 1], 1: [1, 2], 2: [2] } },
          {
            alerts: [
              ['COINC_MSG', 2, [2, 3]],
              ['COINC_MSG', 1, [1, 2, 3]],
            ],
            subGroups: { 0: [0, 1], 1: [1, 2, 3], 2: [2, 3] },
          },
          {
            alerts: [
              ['COINC_MSG', 0, [0, 1, 4]],
              ['COINC_MSG', 1, [1, 4, 2, 3]],
            ],
            subGroups: { 0: [0, 1, 4], 1: [1, 4, 2, 3], 2: [2, 3] },
          },
          {
            alerts: [
              ['COINC_MSG', 2, [2, 3, 5]],
              ['COINC_MSG', 1, [1, 4, 2, 3, 5]],
            ],
            subGroups: { 0: [0, 1, 4], 1: [1, 4, 2, 3, 5], 2: [2, 3, 5] },
          },
          {
            alerts: [['COINC_MSG', 0, [0, 6, 1, 4]]],
            subGroups: { 0: [0, 6, 1, 4], 1: [1, 4, 2, 3, 5], 2: [2, 3, 5] },
          },
        ],
      },
    },
  },
];

/** The same result for both engines. */
function both(text: string, steps: Scenario['expect']['complete']['steps']): Scenario['expect'] {
  return { complete: { text, steps }, reference: { text, steps } };
}
