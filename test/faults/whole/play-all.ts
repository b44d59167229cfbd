import { type Played, playScenario } from './scenario.ts'

/** Plays scenarios one after the other, from one seed on. */
export async function playAll(from: number, count: number): Promise<readonly Played[]> {
  const played: Played[] = []
  for (let seed = from; seed < from + count; seed += 1) played.push(await playScenario(seed))
  return played
}
