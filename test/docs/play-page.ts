import { stepsOf } from './all-steps.ts'
import { type Block, blocksOf, type Page } from './blocks.ts'
import { play } from './step.ts'
import { startWorld, type WorldOptions } from './world.ts'

/** A block that was run, and what went wrong if anything did. */
export interface Played {
  readonly block: string
  readonly problem?: string
}

/** Runs every block of a page against a fresh `lapse dev`, telling of each once it is over. */
export async function playPage(
  page: Page,
  onPlayed: (played: Played) => void = () => undefined,
  options: WorldOptions = {},
): Promise<readonly Played[]> {
  const steps = stepsOf[page]
  if (steps.length === 0) return []
  const blocks = new Map(blocksOf(page).map((block) => [block.name, block]))
  const world = await startWorld(options)
  const all: Played[] = []
  try {
    for (const step of steps) {
      const problem = await play(step, blocks.get(step.block) as Block, world).then(
        () => undefined,
        (error: Error) => error.message,
      )
      const played = { block: step.block, ...(problem !== undefined && { problem }) }
      all.push(played)
      onPlayed(played)
    }
  } finally {
    await world.stop()
  }
  return all
}
