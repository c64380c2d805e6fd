/** The demonstration: both events, or word that an earlier run has played them. */
import type { Say } from '../output.ts';
import { playFirstEvent } from './first-event.ts';
import { download, step } from './scenes.ts';
import { playSecondEvent } from './second-event.ts';
import type { World } from './world.ts';

export async function playEvents(world: World, say: Say): Promise<void> {
  const mark = await world.data.readMark();
  if (mark.played) {
    say('The demonstration was played before; everything is as you left it. (--fresh starts over.)');
    await world.refreshRemotes();
    await step(say, 'an independent client (tuf-js) still accepts the site', () => download(world));
    return;
  }
  await playFirstEvent(world, say);
  say();
  await playSecondEvent(world, say);
  await world.data.writeMark({ ...(await world.data.readMark()), played: true });
}
