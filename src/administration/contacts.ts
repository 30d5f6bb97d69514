import type { PrismaReads } from '../database/prisma.js';
import { type Contact, Prisma } from '../generated/prisma/client.js';
import { exactNumber, type Page, type PageRequest, toPage } from '../reads/page.js';
import { utcOf } from '../reads/times.js';
import { type ConfiguredAddresses, forgetAddress } from './forget-address.js';

/** Somebody who is told things by e-mail, as administrators see it. */
export interface ContactView {
  readonly id: number;
  /** Null: of no single detector. */
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

/** What may be changed; undefined stays as it is. */
export type ContactChange = {
  readonly [Key in Exclude<keyof NewContact, 'detector_name'>]?: NewContact[Key] | undefined;
};

/** The address stands with this detector already. */
export class ContactKnown extends Error {
  override readonly name = 'ContactKnown';
}

/**
 * Who is told what by e-mail. What changes it is recorded in the same transaction, by number and detector only: what
 * administrators did is kept for good, but whoever is removed here is to be forgotten.
 */
export function createContacts(prisma: PrismaReads, configured: ConfiguredAddresses) {
  return {
    /** @throws ContactKnown */
    async add(
      { detector_name, name, email, wants_alerts, wants_warnings }: NewContact,
      actor: string,
    ): Promise<ContactView> {
      const at = new Date();
      return onceEach(() =>
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
          await tx.adminAct.create({ data: { at, actor, act: 'contact:add', detail: detailOf(added) } });
          return toView(added);
        }),
      );
    },

    /** By id; of one detector if it is given. */
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
     * Undefined: there is no such contact. What is as it is wanted already is no act.
     * @throws ContactKnown
     */
    async change(id: number, change: ContactChange, actor: string): Promise<ContactView | undefined> {
      return onceEach(() =>
        prisma.$transaction(async (tx) => {
          const where = { id: BigInt(id) };
          // Two administrators change it one after the other.
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
          await tx.adminAct.create({ data: { at: new Date(), actor, act: 'contact:change', detail } });
          if (after.email !== before.email) await forgetAddress(tx, before.email, configured);
          return toView(after);
        }),
      );
    },

    /** What was removed, for good; undefined: there is no such contact. */
    async remove(id: number, actor: string): Promise<ContactView | undefined> {
      return prisma.$transaction(async (tx) => {
        const where = { id: BigInt(id) };
        const found = await tx.contact.findUnique({ where });
        if (found === null) return undefined;
        const { count } = await tx.contact.deleteMany({ where });
        if (count === 0) return undefined;
        await forgetAddress(tx, found.email, configured);
        await tx.adminAct.create({
          data: { at: new Date(), actor, act: 'contact:remove', detail: detailOf(found) },
        });
        return toView(found);
      });
    },

    /** The addresses that want live alerts, each once. */
    async alertRecipients(): Promise<readonly string[]> {
      return addressesOf(await prisma.contact.findMany({ where: { wantsAlerts: true }, orderBy: { id: 'asc' } }));
    },
  };
}

export type Contacts = ReturnType<typeof createContacts>;

/** Each address once, however many detectors it stands with. */
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

async function onceEach<Result>(write: () => Promise<Result>): Promise<Result> {
  try {
    return await write();
  } catch (error) {
    if (isTaken(error)) throw new ContactKnown('this address stands with this detector already');
    throw error;
  }
}

function isTaken(error: unknown): boolean {
  return error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002';
}
