import { describe, expect, it } from 'vitest';
import { createPasswordGuard } from '../../../../src/intake/kafka/remote-commands.js';
import { captureLog, silentLog } from '../../../support/logs.js';

describe('the guard of commands', () => {
  it('admits who knows the password', () => {
    const guard = createPasswordGuard('right', silentLog);
    expect([guard.admit('right'), guard.admit('wrong'), guard.admit(undefined), guard.admit(['right'])]).toEqual([
      'admitted',
      'wrong',
      'wrong',
      'wrong',
    ]);
    expect(createPasswordGuard(undefined, silentLog).admit('right')).toBe('none set');
  });

  it('admits who knows it however often others guess', () => {
    const guard = createPasswordGuard('right', silentLog);
    for (let i = 0; i < 1_000; i++) expect(guard.admit(`guess ${i}`)).toBe('wrong');
    expect(guard.admit('right')).toBe('admitted');
  });

  it('tells of wrong ones once a minute, and how many came meanwhile', () => {
    const { log, lines } = captureLog();
    let now = 5;
    const guard = createPasswordGuard('a-password-of-some-length', log, () => now);
    for (let i = 0; i < 10; i++) guard.admit('wrong');
    now += 60_000;
    guard.admit('wrong');
    guard.admit('wrong');
    expect(lines.map(({ message, details }) => [message, details])).toEqual([
      ['kafka:wrong-password', {}],
      ['kafka:wrong-password', { repeated: 9 }],
    ]);
  });

  it.each([
    ['tells of one that is soon guessed', 'fifteen-letters', ['kafka:short-password']],
    ['is content with 16 characters', 'sixteen--letters', []],
    ['says nothing where none is set', undefined, []],
  ])('%s', (_what, password, expected) => {
    const { log, messages } = captureLog();
    createPasswordGuard(password, log);
    expect(messages()).toEqual(expected);
  });
});
