import type { CacheName } from '../../src/domain/cache-name.js';
import type { AlertView, CoincidencesView, SubGroupView } from '../../src/domain/views.js';
import type { EventView } from '../../src/reads/events.js';
import type { Reads } from '../../src/reads/reads.js';

/** An event with all that is read of it, as it goes out; null: there is none. */
export async function wholeEvent(events: Reads['events'], id: string): Promise<EventView | null> {
  let event: EventView | null = null;
  await events.read(id, async ({ summary, related_events, best_table, eachSubGroup, eachAlert }) => {
    const sub_groups: SubGroupView[] = [];
    const alerts: AlertView[] = [];
    await eachSubGroup(async (tables) => void sub_groups.push(...tables));
    await eachAlert(async (some) => void alerts.push(...some));
    event = asSent({ ...summary, related_events, best_table, sub_groups, alerts });
  });
  return event;
}

/** All tables of a cache, as they go out. */
export async function allTables(tables: Reads['subGroups'], cache: CacheName): Promise<CoincidencesView> {
  let all: CoincidencesView | undefined;
  await tables.eachPortion(
    cache,
    {},
    async ({ next, ...view }) => {
      all = { ...view, sub_groups: [...(all?.sub_groups ?? []), ...view.sub_groups] };
    },
    () => true,
  );
  return asSent(all as CoincidencesView);
}

/** What a client makes of it. */
export function asSent<View>(view: View): View {
  return JSON.parse(JSON.stringify(view));
}
