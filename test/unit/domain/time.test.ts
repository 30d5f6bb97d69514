import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addDuration,
  ERAS,
  elapsed,
  formatUtc,
  fromPosixMilliseconds,
  type Instant,
  inSeconds,
  parseUtc,
  seconds,
  subtractDuration,
  TimeError,
  toPosixMilliseconds,
  toPosixNanoseconds,
  UTC_FORM,
  utcDay,
} from '../../../src/domain/time.js';

/** TAI − UTC from each day on, as announced by the IERS (Bulletin C; the table of leap-seconds.list). */
const IERS: readonly (readonly [string, number])[] = [
  ['1972-01-01', 10],
  ['1972-07-01', 11],
  ['1973-01-01', 12],
  ['1974-01-01', 13],
  ['1975-01-01', 14],
  ['1976-01-01', 15],
  ['1977-01-01', 16],
  ['1978-01-01', 17],
  ['1979-01-01', 18],
  ['1980-01-01', 19],
  ['1981-07-01', 20],
  ['1982-07-01', 21],
  ['1983-07-01', 22],
  ['1985-07-01', 23],
  ['1988-01-01', 24],
  ['1990-01-01', 25],
  ['1991-01-01', 26],
  ['1992-07-01', 27],
  ['1993-07-01', 28],
  ['1994-07-01', 29],
  ['1996-01-01', 30],
  ['1997-07-01', 31],
  ['1999-01-01', 32],
  ['2006-01-01', 33],
  ['2009-01-01', 34],
  ['2012-07-01', 35],
  ['2015-07-01', 36],
  ['2017-01-01', 37],
];
/** The days that ended with a 23:59:60. */
const LEAP_DAYS = IERS.slice(1).map(([day]) => new Date(Date.parse(day) - 86_400_000).toISOString().slice(0, 10));

const FIRST = parseUtc('1972-01-01T00:00:00Z');
const LAST = parseUtc('2261-12-31T23:59:59.999999999Z');
const SECOND = 1_000_000_000n;

const leapSecond = fc
  .record({ day: fc.constantFrom(...LEAP_DAYS), nanoseconds: fc.bigInt({ min: -SECOND, max: 2n * SECOND - 1n }) })
  .map(({ day, nanoseconds }) => (parseUtc(`${day}T23:59:60Z`) + nanoseconds) as Instant);
/** Any time, every other one within a second of a leap second. */
const instant = fc.oneof(
  fc.bigInt({ min: FIRST, max: LAST }).map((value) => value as Instant),
  leapSecond,
);

function problemWith(text: string): string {
  try {
    parseUtc(text);
  } catch (error) {
    if (error instanceof TimeError) return error.message;
    throw error;
  }
  throw new Error(`${text} was read`);
}

function isTime(text: string): boolean {
  try {
    return parseUtc(text) > 0n;
  } catch (error) {
    if (error instanceof TimeError) return false;
    throw error;
  }
}

describe('leap seconds', () => {
  test('the eras are those of the IERS', () => {
    const eras = ERAS.map(({ begins, offset }) => [new Date(begins * 1000).toISOString(), offset]);
    expect(eras).toEqual(IERS.map(([day, offset]) => [`${day}T00:00:00.000Z`, offset]));
    expect(IERS).toHaveLength(28);
  });

  test.each(IERS)('from %s on TAI is %i s ahead of UTC', (day, offset) => {
    expect(parseUtc(`${day}T00:00:00Z`)).toBe((BigInt(Date.parse(day) / 1000) + BigInt(offset)) * SECOND);
  });

  test.each(LEAP_DAYS)('%s ended with a 23:59:60', (day) => {
    const before = parseUtc(`${day}T23:59:59.5Z`);
    const inside = parseUtc(`${day}T23:59:60.5Z`);
    const after = parseUtc(new Date(Date.parse(day) + 86_400_500).toISOString());
    expect([elapsed(before, inside), elapsed(inside, after)]).toEqual([SECOND, SECOND]);
    expect(formatUtc(inside)).toBe(`${day}T23:59:60.500000000Z`);
    expect(utcDay(inside)).toBe(day.replaceAll('-', ''));
  });

  test.each([
    '2017-01-01T00:59:60+01:00',
    '2017-01-01T05:29:60+0530',
    '2016-12-31T18:59:60-05:00',
    '2016-12-31 23:59:60',
    '2016-12-31T23:59:60.000000000Z',
  ])('%s names the leap second of 2016-12-31', (text) => {
    expect(formatUtc(parseUtc(text))).toBe('2016-12-31T23:59:60.000000000Z');
  });

  test.each([
    '2030-01-01T23:59:60Z',
    '2016-12-30T23:59:60Z',
    '2016-12-31T22:59:60Z',
    '2016-12-31T23:58:60Z',
    '2016-12-31T00:00:60Z',
    '2017-01-01T23:59:60Z',
    '2016-12-31T23:59:60+01:00',
    '2017-06-30T23:59:60Z',
  ])('%s was never: no leap second then', (text) => {
    expect(problemWith(text)).toBe(`${text} names a leap second, but none was inserted then`);
  });

  test('elapsed time counts them: 23:59:56 to 00:00:05 across that of 2016-12-31 is 10 s', () => {
    const across = elapsed(parseUtc('2016-12-31T23:59:56Z'), parseUtc('2017-01-01T00:00:05Z'));
    const ordinary = elapsed(parseUtc('2017-12-31T23:59:56Z'), parseUtc('2018-01-01T00:00:05Z'));
    expect([inSeconds(across), inSeconds(ordinary)]).toEqual([10, 9]);
  });
});

describe('forms in which times are written', () => {
  test.each([
    ['2030-01-01T12:34:45.678999123Z', '2030-01-01T12:34:45.678999123Z'],
    ['2030-01-01T12:34:45.678999123', '2030-01-01T12:34:45.678999123Z'],
    ['2030-01-01T12:34:45Z', '2030-01-01T12:34:45.000000000Z'],
    ['2030-01-01T12:34:45', '2030-01-01T12:34:45.000000000Z'],
    ['2030-01-01 12:34:45.678999', '2030-01-01T12:34:45.678999000Z'],
    ['2030-01-01T12:34Z', '2030-01-01T12:34:00.000000000Z'],
    ['2030-01-01 12:34', '2030-01-01T12:34:00.000000000Z'],
    ['2030-01-01T12:34:45,5Z', '2030-01-01T12:34:45.500000000Z'],
    ['2030-01-01t12:34:45z', '2030-01-01T12:34:45.000000000Z'],
    ['2030-01-01T12:34:45.5+01:00', '2030-01-01T11:34:45.500000000Z'],
    ['2030-01-01T12:34:45+0130', '2030-01-01T11:04:45.000000000Z'],
    ['2030-01-01T12:34-18:00', '2030-01-02T06:34:00.000000000Z'],
    ['2030-01-01T00:00:00+00:00', '2030-01-01T00:00:00.000000000Z'],
    ['2000-02-29T23:59:59-00:01', '2000-03-01T00:00:59.000000000Z'],
  ])('%s is %s', (text, expected) => {
    expect(formatUtc(parseUtc(text))).toBe(expected);
    expect(text).toMatch(UTC_FORM);
  });

  test('the form that the OpenAPI document gives is of the same years, days and times of day', () => {
    for (let year = 0; year < 10_000; year++) {
      const text = `${String(year).padStart(4, '0')}-06-30T12:00:00Z`;
      expect([text, UTC_FORM.test(text)]).toEqual([text, isTime(text)]);
    }
    for (let n = 0; n < 100; n++) {
      const two = String(n).padStart(2, '0');
      const texts = [
        '2030-NN-01T12:00',
        '2030-01-NNT12:00',
        '2030-01-01TNN:00',
        '2030-01-01T00:NN',
        '2016-12-31T23:59:NN',
      ];
      const offsets = ['2030-01-01T00:00+NN:00', '2030-01-01T00:00-00:NN'];
      for (const text of [...texts, ...offsets].map((form) => form.replace('NN', two))) {
        expect([text, UTC_FORM.test(text)]).toEqual([text, isTime(text)]);
      }
    }
  });

  test('any number of decimals up to nine, none lost', () => {
    for (let digits = 1; digits <= 9; digits++) {
      const decimals = '987654321'.slice(0, digits);
      expect(formatUtc(parseUtc(`2030-01-01T12:34:45.${decimals}`))).toBe(
        `2030-01-01T12:34:45.${decimals.padEnd(9, '0')}Z`,
      );
    }
  });

  test.each([
    '',
    'now',
    '2030-01-01',
    '12:34:45',
    '2030-01-01T12',
    '2030-01-01T12:34:45.',
    '2030-01-01T12:34:45.1234567891Z',
    '2030-1-1T12:34:45Z',
    '+2030-01-01T12:34:45Z',
    '2030-01-01T12:34:45Z ',
    '2030-01-01T12:34:45 UTC',
    '2030-01-01T12:34:45+1',
    '2030-01-01T12:34.5Z',
    '1893501285',
    '２０３０-01-01T12:34:45Z',
  ])('"%s" is no time', (text) => {
    expect(problemWith(text)).toMatch(/^not a time: expected UTC like /);
    expect(text).not.toMatch(UTC_FORM);
  });

  test.each([
    ['2030-02-29T00:00:00Z', 'there is no 2030-02-29 in the calendar'],
    ['2100-02-29T00:00:00Z', 'there is no 2100-02-29 in the calendar'],
    ['2030-04-31T00:00:00Z', 'there is no 2030-04-31 in the calendar'],
    ['2030-13-01T00:00:00Z', 'there is no 2030-13-01 in the calendar'],
    ['2030-00-01T00:00:00Z', 'there is no 2030-00-01 in the calendar'],
    ['2030-01-00T00:00:00Z', 'there is no 2030-01-00 in the calendar'],
    ['2030-01-01T24:00:00Z', 'there is no 24:00:00 in a day'],
    ['2030-01-01T12:60:00Z', 'there is no 12:60:00 in a day'],
    ['2030-01-01T12:60', 'there is no 12:60:00 in a day'],
    ['2030-01-01T12:00:61Z', 'there is no 12:00:61 in a day'],
    ['2030-01-01T12:00:00+19:00', 'there is no UTC offset of +19:00'],
    ['2030-01-01T12:00:00-01:60', 'there is no UTC offset of -01:60'],
    ['1971-12-31T23:59:59Z', 'the year 1971 is outside 1972 to 2261, which this server supports'],
    ['2262-01-01T00:00:00Z', 'the year 2262 is outside 1972 to 2261, which this server supports'],
    ['0000-01-01T00:00:00Z', 'the year 0 is outside 1972 to 2261, which this server supports'],
    ['1972-01-01T00:00:00+00:01', 'the time is outside the years 1972 to 2261, which this server supports'],
    ['2261-12-31T23:59:59-00:01', 'the time is outside the years 1972 to 2261, which this server supports'],
  ])('%s: %s', (text, problem) => {
    expect(problemWith(text)).toBe(problem);
  });

  test('the first and the last time there is fit a signed 64-bit integer', () => {
    expect(FIRST).toBe(BigInt(Date.UTC(1972, 0, 1) / 1000 + 10) * SECOND);
    expect(LAST).toBe(BigInt(Date.UTC(2262, 0, 1) / 1000 + 37) * SECOND - 1n);
    expect(BigInt.asIntN(64, LAST)).toBe(LAST);
  });
});

describe('for any time', () => {
  test('what is written is read as the same time', () => {
    fc.assert(
      fc.property(instant, (time) => {
        expect(parseUtc(formatUtc(time))).toBe(time);
      }),
      { numRuns: 2000 },
    );
  });

  test('the order of times is that of their texts', () => {
    fc.assert(
      fc.property(instant, instant, (a, b) => {
        expect(formatUtc(a) < formatUtc(b)).toBe(a < b);
      }),
      { numRuns: 1000 },
    );
  });

  test('an offset moves the clock, not the instant', () => {
    const offset = fc.record({ hours: fc.nat({ max: 18 }), minutes: fc.nat({ max: 59 }), isWest: fc.boolean() });
    const posix = fc.integer({ min: Date.UTC(1973), max: Date.UTC(2260) });
    fc.assert(
      fc.property(posix, offset, (milliseconds, { hours, minutes, isWest }) => {
        const ahead = (isWest ? -1 : 1) * (hours * 60 + minutes) * 60_000;
        const local = new Date(milliseconds + ahead).toISOString().slice(0, -1);
        const zone = [hours, minutes].map((part) => String(part).padStart(2, '0')).join(':');
        expect(parseUtc(`${local}${isWest ? '-' : '+'}${zone}`)).toBe(fromPosixMilliseconds(milliseconds));
      }),
      { numRuns: 1000 },
    );
  });

  test('a text is a time or a TimeError, nothing else', () => {
    const digits = (length: number) => fc.stringMatching(new RegExp(`^[0-9]{${length}}$`));
    const almost = fc
      .tuple(digits(4), digits(2), digits(2), fc.constantFrom('T', ' ', 't', 'x'), digits(2), digits(2), digits(2))
      .chain(([year, month, day, between, hour, minute, second]) =>
        fc
          .constantFrom('', 'Z', '.5', ',123456789Z', '+05:30', '-1900', '+99:99')
          .map((rest) => `${year}-${month}-${day}${between}${hour}:${minute}:${second}${rest}`),
      );
    const anything = fc.oneof(fc.string({ unit: 'binary' }), fc.string(), almost, fc.date().map(String));
    fc.assert(
      fc.property(anything, (text) => {
        let time: Instant;
        try {
          time = parseUtc(text);
        } catch (error) {
          expect(error).toBeInstanceOf(TimeError);
          return;
        }
        expect(time >= FIRST && time <= LAST).toBe(true);
      }),
      { numRuns: 5000 },
    );
  });

  test('durations add and subtract', () => {
    fc.assert(
      fc.property(instant, instant, (a, b) => {
        expect(addDuration(a, elapsed(a, b))).toBe(b);
        expect(subtractDuration(b, elapsed(a, b))).toBe(a);
      }),
    );
  });
});

describe('POSIX clocks, which know no leap seconds', () => {
  test('milliseconds come back as they were', () => {
    const milliseconds = fc.integer({ min: Date.UTC(1972), max: Date.UTC(2261) });
    fc.assert(
      fc.property(milliseconds, (value) => {
        const time = fromPosixMilliseconds(value);
        expect(toPosixMilliseconds(time)).toBe(value);
        expect(toPosixNanoseconds(time)).toBe(BigInt(value) * 1_000_000n);
        expect(formatUtc(time)).toBe(`${new Date(value).toISOString().slice(0, -1)}000000Z`);
      }),
      { numRuns: 1000 },
    );
  });

  test('fractions of a millisecond are kept when a time is read and cut when it is written', () => {
    const time = fromPosixMilliseconds(Date.UTC(2030, 0, 1) + 0.25);
    expect(formatUtc(time)).toBe('2030-01-01T00:00:00.000250000Z');
    expect(toPosixMilliseconds(parseUtc('2030-01-01T00:00:00.001999999Z'))).toBe(Date.UTC(2030, 0, 1) + 1);
  });

  test('milliseconds repeat the second before a leap second, nanoseconds count it as the second after', () => {
    const midnight = Date.UTC(2017, 0, 1);
    const inside = parseUtc('2016-12-31T23:59:60.250Z');
    expect(toPosixMilliseconds(inside)).toBe(midnight - 750);
    expect(toPosixNanoseconds(inside)).toBe(BigInt(midnight) * 1_000_000n + 250_000_000n);
    expect(toPosixNanoseconds(inside)).toBe(toPosixNanoseconds(parseUtc('2017-01-01T00:00:00.250Z')));
    expect(toPosixNanoseconds(parseUtc('2016-12-31T23:59:59.999999999Z'))).toBe(BigInt(midnight) * 1_000_000n - 1n);
  });

  test('nanoseconds are those of the clock that the text shows', () => {
    fc.assert(
      fc.property(instant, (time) => {
        const text = formatUtc(time);
        const isLeapSecond = text.slice(17, 19) === '60';
        const shown = Date.parse(`${text.slice(0, 17)}${isLeapSecond ? '59' : text.slice(17, 19)}Z`);
        const whole = BigInt(shown / 1000 + (isLeapSecond ? 1 : 0));
        expect(toPosixNanoseconds(time)).toBe(whole * SECOND + BigInt(text.slice(20, 29)));
      }),
      { numRuns: 2000 },
    );
  });
});

test.each([
  [10, 10_000_000_000n],
  [0.1, 100_000_000n],
  [1e-9, 1n],
  [0.000000678, 678n],
  [-2.5, -2_500_000_000n],
])('%f s are %i ns and back', (value, nanoseconds) => {
  expect(seconds(value)).toBe(nanoseconds);
  expect(inSeconds(seconds(value))).toBe(value);
});
