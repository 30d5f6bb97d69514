import type { ComponentType } from 'preact';
import { linkTo } from '../../state/route.js';
import { access, isAdmin } from '../../state/server.js';
import { AuditLog } from './audit-log.js';
import { Contacts } from './contacts.js';
import { DeadLetters } from './dead-letters.js';
import { DeliveryRecords } from './deliveries.js';
import { DetectorEntries } from './detector-entries.js';
import { FireDrill } from './fire-drill.js';
import { Keys } from './keys.js';
import { Mute } from './mute.js';
import { Reset } from './reset.js';

interface AdministrationPart {
  readonly id: string;
  /** Links with this id lead to it too. */
  readonly formerId?: string;
  readonly name: string;
  readonly Part: ComponentType;
}

const PARTS: readonly AdministrationPart[] = [
  { id: 'fire-drill', name: 'Fire drill', Part: FireDrill },
  { id: 'reset', name: 'Reset', Part: Reset },
  { id: 'keys', name: 'Keys', Part: Keys },
  { id: 'contacts', name: 'Contacts', Part: Contacts },
  { id: 'detectors', name: 'Detectors', Part: DetectorEntries },
  { id: 'mute', name: 'Mute', Part: Mute },
  { id: 'dead-letters', name: 'Dead letters', Part: DeadLetters },
  { id: 'deliveries', name: 'Deliveries', Part: DeliveryRecords },
  { id: 'audit-log', formerId: 'acts', name: 'Audit log', Part: AuditLog },
];

/** The pages for administrators. */
export function Administration({ part }: { part: string | undefined }) {
  if (!isAdmin.value)
    return (
      <section class="panel">
        <h1>Administration</h1>
        <p class="quiet-note">
          {access.value === undefined ? 'Connecting to the server…' : 'This requires an admin key (“Enter key” above).'}
        </p>
      </section>
    );
  const shown = PARTS.find(({ id, formerId }) => part !== undefined && (id === part || formerId === part)) ?? PARTS[0];
  if (shown === undefined) return null;
  return (
    <div class="administration">
      <nav class="parts" aria-label="Administration">
        {PARTS.map(({ id, name }) => (
          <a key={id} href={linkTo('administration', id)} aria-current={id === shown.id ? 'page' : undefined}>
            {name}
          </a>
        ))}
      </nav>
      <section class="panel">
        <shown.Part />
      </section>
    </div>
  );
}
