import { setTimeout as pause } from 'node:timers/promises';
import kafkajs, { type Admin } from 'kafkajs';
import { administer } from './ready.js';
import { VISITOR } from './settings.js';

// Node.js finds no names for these in this CommonJS package.
const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = kafkajs;

const PRINCIPAL = `User:${VISITOR.username}`;
/** Of the visitor, whatever it permits. */
const ALL = {
  resourceType: AclResourceTypes.ANY,
  resourcePatternType: ResourcePatternTypes.ANY,
  principal: PRINCIPAL,
  operation: AclOperationTypes.ANY,
  permissionType: AclPermissionTypes.ANY,
};

export interface Permissions {
  /** Topics that may be seen. */
  readonly see?: readonly string[];
  /** Topics that may be written to, and so be seen too. */
  readonly write?: readonly string[];
  /** Topics that may be read, and so be seen too. */
  readonly read?: readonly string[];
  /** Beginnings of the names of consumer groups. */
  readonly groups?: readonly string[];
  readonly transactionalIds?: readonly string[];
}

/** Lets the visitor do this, and nothing else. */
export async function permit(brokers: string, permissions: Permissions): Promise<void> {
  const { see = [], write = [], read = [], groups = [], transactionalIds = [] } = permissions;
  const allow =
    (operation: number, resourceType: number, pattern = ResourcePatternTypes.LITERAL) =>
    (resourceName: string) => ({
      resourceType,
      resourceName,
      resourcePatternType: pattern,
      principal: PRINCIPAL,
      host: '*',
      operation,
      permissionType: AclPermissionTypes.ALLOW,
    });
  const acl = [
    ...see.map(allow(AclOperationTypes.DESCRIBE, AclResourceTypes.TOPIC)),
    ...write.map(allow(AclOperationTypes.WRITE, AclResourceTypes.TOPIC)),
    ...read.map(allow(AclOperationTypes.READ, AclResourceTypes.TOPIC)),
    ...groups.map(allow(AclOperationTypes.READ, AclResourceTypes.GROUP, ResourcePatternTypes.PREFIXED)),
    ...transactionalIds.map(allow(AclOperationTypes.WRITE, AclResourceTypes.TRANSACTIONAL_ID)),
  ];
  await administer(brokers, async (admin) => {
    await admin.deleteAcls({ filters: [ALL] });
    await untilInForce(admin, 0);
    if (acl.length === 0) return;
    await admin.createAcls({ acl });
    await untilInForce(admin, acl.length);
  });
}

/** The broker answers before it goes by what it was told. */
async function untilInForce(admin: Admin, count: number): Promise<void> {
  for (;;) {
    const { resources } = await admin.describeAcls(ALL);
    if (resources.reduce((sum, { acls }) => sum + acls.length, 0) === count) return;
    await pause(20);
  }
}
