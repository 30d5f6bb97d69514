import type { PrismaReads } from '../database/prisma.js';
import { type Contact, Prisma } from '../generated/prisma/client.js';
import { exactNumber, type Page, type PageRequest, toPage } from '../reads/page.js';
import { utcOf } from '../reads/times.js';
import { type ConfiguredAddresses, forgetAddress } from './forget-address.js';

/** Somebody who is notified by e-mail, as administrators see it. */
export interface ContactView {
  readonly id: number;
  /** Null: the contact belongs to no single detector. */
  readonly detector_name: string | null;
  readonly name: string;
  readonly email: string;
  readonly wants_alerts: boolean;
  readonly wants_warnings: boolean;
  readonly created_at: string;
  /** The id of the key that added it. */
  readonly created_by: string;
}

export type NewContact = Pick<ContactView, 'detector_name' | 'name' | 'email' | 'wants_alerts' | 'wants_warnings'>;

/** The fields that may be changed; undefined: not changed. */
export type ContactChange = {
  readonly [Key in Exclude<keyof NewContact, 'detector_name'>]?: NewContact[Key] | undefined;
};

/** The address is already a contact of this detector. */
export class ContactKnown extends Error {
  override readonly name = 'ContactKnown';
}

/**
 * Contacts, who are notified by e-mail. Changes are recorded in the audit log, in the same transaction, with the number and
 * the detector only: the audit log is stored for good, but a removed contact must be forgotten.
 */
export function createContacts(prisma: PrismaReads, configured: ConfiguredAddresses) {
  return {
    /** @throws ContactKnown */
    async add(
      { detector_name, name, email, wants_alerts, wants_warnings }: NewContact,
      actor: string,
    ): Promise<ContactView> {
      const at = new Date();
      return unlessTaken(() =>
        prisma.$transaction(async (tx) => {
          const added = await tx.contact.create({
            data: {
              detector: detector_name,
              name,
              email,
              wantsAlerts: wants_alerts,
              wantsWarnings: wants_warnings,
              createdAt: at,
              createdBy: actor,
            },
          });
          await tx.auditLogEntry.create({ data: { at, actor, action: 'contact:add', detail: detailOf(added) } });
          return toView(added);
        }),
      );
    },

    /** In order of the ids; of one detector if it is given. */
    async list({ limit, after }: PageRequest<number>, detector?: string): Promise<Page<ContactView, number>> {
      const found = await prisma.contact.findMany({
        where: {
          ...(detector === undefined ? {} : { detector }),
          ...(after === undefined ? {} : { id: { gt: BigInt(after) } }),
        },
        orderBy: { id: 'asc' },
        take: limit + 1,
      });
      return toPage(found, limit, ({ id }) => exactNumber(id), toView);
    },

    /**
     * A change without effect is not recorded.
     * @returns undefined if there is no such contact
     * @throws ContactKnown
     */
    async change(id: number, change: ContactChange, actor: string): Promise<ContactView | undefined> {
      return unlessTaken(() =>
        prisma.$transaction(async (tx) => {
          const where = { id: BigInt(id) };
          // Concurrent changes come one after the other.
          await tx.$queryRaw`SELECT FROM contact WHERE id = ${where.id} FOR UPDATE`;
          const before = await tx.contact.findUnique({ where });
          if (before === null) return undefined;
          const view = toView(before);
          const changed = (Object.keys(change) as (keyof ContactChange)[]).filter(
            (key) => change[key] !== undefined && change[key] !== view[key],
          );
          if (changed.length === 0) return view;
          const {
            name,
            email,
            wants_alerts: wantsAlerts,
            wants_warnings: wantsWarnings,
          } = { ...view, ...defined(change) };
          const after = await tx.contact.update({ where, data: { name, email, wantsAlerts, wantsWarnings } });
          const detail = { ...detailOf(after), changed };
          await tx.auditLogEntry.create({ data: { at: new Date(), actor, action: 'contact:change', detail } });
          if (after.email !== before.email) await forgetAddress(tx, before.email, configured);
          return toView(after);
        }),
      );
    },

    /** Removes a contact for good. @returns the contact; undefined: there is no such contact */
    async remove(id: number, actor: string): Promise<ContactView | undefined> {
      return prisma.$transaction(async (tx) => {
        const where = { id: BigInt(id) };
        const found = await tx.contact.findUnique({ where });
        if (found === null) return undefined;
        const { count } = await tx.contact.deleteMany({ where });
        if (count === 0) return undefined;
        await forgetAddress(tx, found.email, configured);
        await tx.auditLogEntry.create({
          data: { at: new Date(), actor, action: 'contact:remove', detail: detailOf(found) },
        });
        return toView(found);
      });
    },

    /** The addresses of contacts that want live alerts, without duplicates. */
    async alertRecipients(): Promise<readonly string[]> {
      return addressesOf(await prisma.contact.findMany({ where: { wantsAlerts: true }, orderBy: { id: 'asc' } }));
    },
  };
}

export type Contacts = ReturnType<typeof createContacts>;

/** The addresses without duplicates: one may belong to several detectors. */
export function addressesOf(contacts: readonly { readonly email: string }[]): readonly string[] {
  return [...new Set(contacts.map(({ email }) => email))];
}

function defined(change: ContactChange): Partial<NewContact> {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}

function detailOf({ id, detector, wantsAlerts, wantsWarnings }: Contact) {
  return { id: exactNumber(id), detector, wants_alerts: wantsAlerts, wants_warnings: wantsWarnings };
}

function toView(contact: Contact): ContactView {
  return {
    id: exactNumber(contact.id),
    detector_name: contact.detector,
    name: contact.name,
    email: contact.email,
    wants_alerts: contact.wantsAlerts,
    wants_warnings: contact.wantsWarnings,
    created_at: utcOf(contact.createdAt),
    created_by: contact.createdBy,
  };
}

async function unlessTaken<Result>(write: () => Promise<Result>): Promise<Result> {
  try {
    return await write();
  } catch (error) {
    if (isTaken(error)) throw new ContactKnown('this address is already a contact of this detector');
    throw error;
  }
}

function isTaken(error: unknown): boolean {
  return error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002';
}
