import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';

/**
 * Makes a thing before each test and ends it after the test.
 * @returns stands for the thing of the running test
 */
export function forEachTest<Thing extends object>(make: () => Made<Thing>, end: (thing: Thing) => unknown): Thing {
  return hooked(make, end, beforeEach, afterEach);
}

/**
 * Makes a thing before the first test of a file, or of a `describe`, and ends it after the last one.
 * @returns stands for the thing
 */
export function forAllTests<Thing extends object>(make: () => Made<Thing>, end: (thing: Thing) => unknown): Thing {
  return hooked(make, end, beforeAll, afterAll);
}

/** A new folder for the files of all tests, removed after them. */
export function folderForAllTests(prefix: string): { readonly path: string } {
  return forAllTests(
    async () => ({ path: await mkdtemp(join(tmpdir(), prefix)) }),
    ({ path }) => rm(path, { recursive: true, force: true }),
  );
}

/** undefined: there is none, and no test asks for it. */
type Made<Thing> = Thing | undefined | Promise<Thing | undefined>;
type Hook = (run: () => Promise<void>) => void;

function hooked<Thing extends object>(
  make: () => Made<Thing>,
  end: (thing: Thing) => unknown,
  before: Hook,
  after: Hook,
): Thing {
  let made: Thing | undefined;
  before(async () => {
    made = await make();
  });
  after(async () => {
    const ended = made;
    made = undefined;
    // It may have failed before there was anything to end.
    if (ended !== undefined) await end(ended);
  });
  return standIn(() => {
    if (made === undefined) throw new Error('there is one only while a test runs');
    return made;
  });
}

function standIn<Thing extends object>(current: () => Thing): Thing {
  return new Proxy({} as Thing, {
    get(_, name) {
      const thing = current();
      const value: unknown = Reflect.get(thing, name);
      return typeof value === 'function' ? value.bind(thing) : value;
    },
    set: (_, name, value) => Reflect.set(current(), name, value),
    has: (_, name) => Reflect.has(current(), name),
    ownKeys: () => Reflect.ownKeys(current()),
    getOwnPropertyDescriptor: (_, name) => Reflect.getOwnPropertyDescriptor(current(), name),
  });
}
