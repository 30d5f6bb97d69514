import { randomBytes, randomUUID } from 'node:crypto';
import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { unless } from './errors.js';

/** The file of the password, which only the user of the service may read. */
export function passwordFile(dataDirectory: string): string {
  return join(dataDirectory, 'postgres.password');
}

/** A password of 192 random bits, whose characters need no escaping in SQL or in a URL. */
export function newPassword(): string {
  return randomBytes(24).toString('base64url');
}

export async function readPassword(dataDirectory: string): Promise<string | undefined> {
  const content = await unless(readFile(passwordFile(dataDirectory), 'utf8'), 'ENOENT');
  const password = content?.trim();
  return password === '' ? undefined : password;
}

/** Stores the password completely or not at all, also if the power fails. */
export async function storePassword(dataDirectory: string, password: string): Promise<void> {
  const unfinished = `${passwordFile(dataDirectory)}.new-${randomUUID()}`;
  const file = await open(unfinished, 'wx', 0o600);
  try {
    await file.writeFile(`${password}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(unfinished, passwordFile(dataDirectory));
  await syncFolder(dataDirectory);
}

/** Makes renames in a folder durable: otherwise they may be lost if the power fails. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
