/**
 * Fails if the packages that `npm ci --omit=dev` installs take more than 350 MB. They are found in package-lock.json and
 * measured in node_modules, so that nothing has to be installed: all packages but those that npm marks as `dev`, as far as
 * they are there (the optional ones of other platforms are not). With --json, prints them for bench/.
 */
import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const MOST_MEGABYTES = 350;
/** Of `blocks` in the status of a file. */
const BLOCK_BYTES = 512;
const MEGABYTE = 1024 ** 2;

const { packages } = JSON.parse(await readFile(join(ROOT, 'package-lock.json'), 'utf8'));
const folders = Object.keys(packages).filter((folder) => folder !== '' && !packages[folder].dev);
const measured = await Promise.all(
  folders.map(async (folder) => ({ name: folder.replace(/^.*node_modules\//, ''), bytes: await sizeOf(folder) })),
);
const found = measured.filter(({ bytes }) => bytes > 0).sort((one, other) => other.bytes - one.bytes);
const megabytes = found.reduce((sum, { bytes }) => sum + bytes, 0) / MEGABYTE;

if (process.argv.includes('--json')) {
  process.stdout.write(`${JSON.stringify({ megabytes, mostMegabytes: MOST_MEGABYTES, packages: found })}\n`);
} else {
  process.stdout.write(`${found.length} packages for production, ${Math.round(megabytes)} MB.\n`);
  if (megabytes > MOST_MEGABYTES) {
    const largest = found.slice(0, 20).map(({ name, bytes }) => `  ${Math.round(bytes / MEGABYTE)} MB  ${name}\n`);
    process.stderr.write(`That is more than ${MOST_MEGABYTES} MB. The largest are:\n${largest.join('')}`);
    process.exitCode = 1;
  }
}

/** What a folder takes on the disk, without the packages in its own node_modules; 0 if it does not exist. */
async function sizeOf(folder) {
  let bytes = 0;
  for (const entry of await readdir(join(ROOT, folder), { withFileTypes: true }).catch(() => [])) {
    const path = join(folder, entry.name);
    if (entry.name === 'node_modules') continue;
    bytes += (await lstat(join(ROOT, path))).blocks * BLOCK_BYTES;
    if (entry.isDirectory()) bytes += await sizeOf(path);
  }
  return bytes;
}
