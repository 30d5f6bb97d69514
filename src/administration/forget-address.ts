import type { Prisma } from '../generated/prisma/client.js';

/** Addresses in the configuration: they stay when a contact is removed. */
export interface ConfiguredAddresses {
  /** ADMIN_MAIL_TO: receive warnings of a quiet network. */
  readonly admins: readonly string[];
  /** ALERT_MAIL_TO: receive alerts. */
  readonly alerts: readonly string[];
}

/**
 * Removes an address that no contact has any more: pending e-mails about heartbeats to it, and its traces in deliveries
 * (recipients that were reached, and answers of mail servers).
 */
export async function forgetAddress(
  tx: Pick<Prisma.TransactionClient, '$executeRaw'>,
  email: string,
  { admins, alerts }: ConfiguredAddresses,
): Promise<void> {
  // Administrators receive these too; a contact with the same address gets one e-mail for both.
  const isAdmin = admins.includes(email);
  await tx.$executeRaw`
    DELETE FROM mail WHERE email = ${email} AND NOT (${isAdmin} AND kind IN ('quiet', 'recovered'))
      AND NOT EXISTS (SELECT FROM contact WHERE contact.email = ${email})`;
  // Deliveries compare without case.
  const folded = email.toLowerCase();
  if (alerts.some((address) => address.toLowerCase() === folded)) return;
  await tx.$executeRaw`
    UPDATE delivery SET
      progress = jsonb_set(progress, '{taken}', (progress -> 'taken') - ${folded}),
      last_error = regexp_replace(last_error, ${literally(email)}, '(address)', 'gi')
    WHERE sink = 'email' AND (progress -> 'taken' ? ${folded} OR strpos(lower(last_error), ${folded}) > 0)
      AND NOT EXISTS (SELECT FROM contact WHERE lower(contact.email) = ${folded})`;
}

/** A regular expression of PostgreSQL that means this text. */
function literally(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9]/g, String.raw`\$&`);
}
