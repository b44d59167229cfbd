import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { type Played, playScenario } from './scenario.ts'

/** Plays scenarios with the seeds from one on, as many at a time as there are processors. */
export async function playOnEveryProcessor(
  from: number,
  count: number,
): Promise<readonly Played[]> {
  const lanes = Math.min(availableParallelism(), count)
  const seedsOf = (lane: number) =>
    Array.from({ length: count }, (_, index) => from + index).filter(
      (seed) => (seed - from) % lanes === lane,
    )
  const played = await Promise.all(
    Array.from({ length: lanes }, (_, lane) =>
      lanes === 1 ? playAll(seedsOf(lane)) : playElsewhere(seedsOf(lane)),
    ),
  )
  return played.flat().sort((one, other) => one.seed - other.seed)
}

/** Plays one scenario after the other. */
export async function playAll(seeds: readonly number[]): Promise<readonly Played[]> {
  const played: Played[] = []
  for (const seed of seeds) played.push(await playScenario(seed))
  return played
}

/** In a thread of its own: simulated time puts the machine's timers out of the way of a whole thread. */
function playElsewhere(seeds: readonly number[]): Promise<readonly Played[]> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('worker.ts', import.meta.url), { workerData: seeds })
    worker.once('message', resolve)
    worker.once('error', reject)
  })
}
