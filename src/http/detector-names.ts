import type { PrismaReads } from '../database/prisma.js';

/** True if there is a detector of this name. */
export async function isDetector(prisma: PrismaReads, name: string): Promise<boolean> {
  return (await unknownDetectors(prisma, [name])).length === 0;
}

/** Those of the names that no detector has. */
export async function unknownDetectors(prisma: PrismaReads, names: readonly string[]): Promise<string[]> {
  const found = await prisma.detector.findMany({ where: { name: { in: [...names] } }, select: { name: true } });
  const known = new Set(found.map(({ name }) => name));
  return names.filter((name) => !known.has(name));
}
