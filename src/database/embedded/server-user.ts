import type { Log } from '../../domain/log.js';
import { EmbeddedPostgresError, unless } from './errors.js';
import { run, type SystemUser } from './run-program.js';

/**
 * Commands that add a system user, on various systems. It is a system user, because systemd-logind removes the shared memory
 * of ordinary users when they log out (RemoveIPC).
 */
const WAYS_TO_ADD_POSTGRES: readonly (readonly [string, readonly string[]])[] = [
  ['useradd', [...useradd(), '--user-group', 'postgres']],
  ['useradd', [...useradd(), '--gid', 'postgres', 'postgres']],
  ['adduser', ['-S', '-D', '-H', '-s', '/sbin/nologin', 'postgres']],
];

function useradd(): readonly string[] {
  return ['--system', '--no-create-home', '--home-dir', '/nonexistent', '--shell', '/usr/sbin/nologin'];
}

/**
 * The user that PostgreSQL runs as: the user of the service (undefined), or if that is root, which PostgreSQL refuses,
 * `postgres`, which is added if it does not exist. `nobody` is the last resort, since other programs that run as `nobody`
 * could read the data.
 */
export async function chooseServerUser(log: Log): Promise<SystemUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const user = await findOrAddUser(log);
  // Root in a container may lack the capability to become another user.
  if ((await unless(run('id', ['-u'], { user }), 'EPERM')) !== undefined) return user;
  throw new EmbeddedPostgresError(
    `PostgreSQL refuses to run as root, and this root may not become the user ${user.name}: run the service as an ` +
      'ordinary user (docker run --user), or leave it the capabilities SETUID and SETGID, or set DATABASE_URL.',
  );
}

async function findOrAddUser(log: Log): Promise<SystemUser> {
  const existing = await findUser('postgres');
  if (existing !== undefined) return existing;
  for (const [program, args] of WAYS_TO_ADD_POSTGRES) {
    await unless(run(program, args), 'ENOENT');
    const added = await findUser('postgres');
    if (added === undefined) continue;
    log.info({ uid: added.uid }, 'added the system user postgres, for PostgreSQL refuses to run as root');
    return added;
  }
  const nobody = await findUser('nobody');
  if (nobody === undefined) {
    throw new EmbeddedPostgresError(
      'PostgreSQL refuses to run as root and no user for it could be added: add one (useradd --system postgres), ' +
        'or run the service as an ordinary user, or set DATABASE_URL.',
    );
  }
  log.warn(
    { uid: nobody.uid },
    'the user postgres could not be added, so PostgreSQL runs as nobody, whom other programs may share: ' +
      'add it (useradd --system postgres) or run the service as an ordinary user',
  );
  return nobody;
}

async function findUser(name: string): Promise<SystemUser | undefined> {
  const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
  if (uid.code !== 0 || gid.code !== 0) return undefined;
  return { name, uid: Number(uid.stdout), gid: Number(gid.stdout) };
}
