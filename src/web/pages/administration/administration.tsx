import type { ComponentType } from 'preact';
import { linkTo } from '../../state/route.js';
import { access, isAdmin } from '../../state/server.js';
import { Acts } from './acts.js';
import { Contacts } from './contacts.js';
import { DeadLetters } from './dead-letters.js';
import { DeliveryRecords } from './deliveries.js';
import { DetectorEntries } from './detector-entries.js';
import { FireDrill } from './fire-drill.js';
import { Keys } from './keys.js';
import { Mute } from './mute.js';
import { Reset } from './reset.js';

const PARTS: readonly { readonly id: string; readonly name: string; readonly Part: ComponentType }[] = [
  { id: 'fire-drill', name: 'Fire drill', Part: FireDrill },
  { id: 'reset', name: 'Reset', Part: Reset },
  { id: 'keys', name: 'Keys', Part: Keys },
  { id: 'contacts', name: 'Contacts', Part: Contacts },
  { id: 'detectors', name: 'Detectors', Part: DetectorEntries },
  { id: 'mute', name: 'Mute', Part: Mute },
  { id: 'dead-letters', name: 'Dead letters', Part: DeadLetters },
  { id: 'deliveries', name: 'Deliveries', Part: DeliveryRecords },
  { id: 'acts', name: 'Acts', Part: Acts },
];

/** What administrators do. */
export function Administration({ part }: { part: string | undefined }) {
  if (!isAdmin.value)
    return (
      <section class="panel">
        <h1>Administration</h1>
        <p class="quiet-note">
          {access.value === undefined ? 'Asking the server…' : 'This asks for an admin key: “Enter key”, above.'}
        </p>
      </section>
    );
  const shown = PARTS.find(({ id }) => id === part) ?? PARTS[0];
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
