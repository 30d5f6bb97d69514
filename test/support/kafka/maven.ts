import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { missing } from '../missing.js';

const run = promisify(execFile);
const POM = fileURLToPath(new URL('pom.xml', import.meta.url));
const CACHE = fileURLToPath(new URL('../../../node_modules/.cache', import.meta.url));
const LEAST_JAVA = 17;
const REMEDY = `install Java ${LEAST_JAVA} or newer and Maven (Debian: apt-get install openjdk-17-jre-headless maven)`;

/**
 * The jars of Kafka as a class path, brought by Maven the first time and kept below node_modules/.cache.
 *
 * @returns undefined, after a loud line, where Java or Maven is missing
 * @throws if Maven can't bring them, and where CI is set also if Java or Maven is missing
 */
export async function kafkaClassPath(): Promise<string | undefined> {
  if ((await javaVersion()) < LEAST_JAVA) return missing('Java for Apache Kafka', REMEDY);
  const version = createHash('sha256')
    .update(await readFile(POM))
    .digest('hex')
    .slice(0, 12);
  const jars = join(CACHE, `snews-kafka-${version}`);
  if (!(await exists(jars)) && !(await copyJars(jars))) return missing('Maven, which brings Apache Kafka,', REMEDY);
  return join(jars, '*');
}

async function javaVersion(): Promise<number> {
  try {
    const { stderr } = await run('java', ['-version']);
    return Number(/version "(\d+)/.exec(stderr)?.[1] ?? 0);
  } catch {
    return 0;
  }
}

/** Gives false if there is no Maven. */
async function copyJars(jars: string): Promise<boolean> {
  await mkdir(dirname(jars), { recursive: true });
  const partial = await mkdtemp(`${jars}.partial-`);
  try {
    await run('mvn', ['-q', '-B', '-f', POM, 'dependency:copy-dependencies', `-DoutputDirectory=${partial}`]);
    // At once, so that nobody sees half of them.
    await rename(partial, jars);
  } catch (error) {
    // Somebody else was quicker.
    if (await exists(jars)) return true;
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw new Error(`Maven could not bring Apache Kafka: ${(error as { stdout?: string }).stdout ?? ''}`, {
      cause: error,
    });
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  return true;
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
