import { batch, computed, effect, signal } from '@preact/signals';
import { type components, createSnewsClient } from '../../client/index.js';
import { asSnewsError, SnewsError } from '../../client/snews-error.js';

export type ServerAccess = components['schemas']['Access'];

/** The server of this page. */
export const BASE_URL = new URL('.', document.baseURI).href.replace(/\/$/, '');

const STORED_AS = 'snews-key';

/** The key, which is stored for this tab only and is never part of an address. */
export const key = signal<string | undefined>(sessionStorage.getItem(STORED_AS) ?? undefined);

/** What the key permits, or what is permitted without one; undefined until the server has answered. */
export const access = signal<ServerAccess | undefined>(undefined);

/** Why the key was rejected; undefined if it was not. */
export const keyError = signal<string | undefined>(undefined);

export const server = computed(() => createSnewsClient({ baseUrl: BASE_URL, key: key.value }));

export const mayRead = computed(() => access.value?.reads === true);
export const isAdmin = computed(() => access.value?.role === 'admin');

/** Whether the key permits sending messages of a detector and requesting its feedback. */
export function maySendFor(detector: string): boolean {
  return isAdmin.value || access.value?.detectors.includes(detector) === true;
}

effect(() => {
  const current = key.value;
  if (current === undefined) sessionStorage.removeItem(STORED_AS);
  else sessionStorage.setItem(STORED_AS, current);
  void learnAccess(current);
});

const RETRY_MILLISECONDS = 3_000;

async function learnAccess(current: string | undefined): Promise<void> {
  for (;;) {
    try {
      const learned = await answered(createSnewsClient({ baseUrl: BASE_URL, key: current }).GET('/v1/access'));
      if (key.peek() !== current) return;
      access.value = learned;
      keyError.value = undefined;
      return;
    } catch (error) {
      if (key.peek() !== current) return;
      if (error instanceof SnewsError && error.status === 401) {
        dropRejectedKey(error.message);
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, RETRY_MILLISECONDS));
    }
  }
}

/** Uses another key. @throws SnewsError if the server rejects it; the previous key stays in use */
export async function useKey(text: string): Promise<void> {
  const learned = await answered(createSnewsClient({ baseUrl: BASE_URL, key: text }).GET('/v1/access'));
  // Together: with the access of this key and the key before, what may be read would be asked for and refused.
  batch(() => {
    access.value = learned;
    keyError.value = undefined;
    key.value = text;
  });
}

/** Removes a key that the server rejects, for example because it was revoked. */
export function dropRejectedKey(why: string): void {
  batch(() => {
    keyError.value = why;
    forgetKey();
  });
}

export function forgetKey(): void {
  batch(() => {
    access.value = undefined;
    key.value = undefined;
  });
}

/** The data of an answer. @throws SnewsError if the server rejects the request; TypeError if it does not answer */
export async function answered<Data>(
  request: Promise<{ readonly data?: Data; readonly error?: unknown; readonly response: Response }>,
): Promise<Data> {
  const { data, error, response } = await request;
  if (!response.ok || data === undefined) throw asSnewsError(response, error);
  return data;
}

/** Fetches other data than JSON (a picture, CSV) with the key in the header. @throws as `answered` */
export async function fetchWithKey(path: string, accept: string, signal?: AbortSignal): Promise<Response> {
  const current = key.peek();
  const response = await fetch(`${BASE_URL}${path}`, {
    headers: { accept, ...(current === undefined ? {} : { authorization: `Bearer ${current}` }) },
    ...(signal === undefined ? {} : { signal }),
  });
  if (!response.ok) throw asSnewsError(response, await response.json().catch(() => undefined));
  return response;
}
