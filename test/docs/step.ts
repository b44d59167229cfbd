import { equal } from 'node:assert/strict'
import { type Block, blocksOf, type Page } from './blocks.ts'
import type { Ran, With, World } from './world.ts'

/** How one block of a page is run, and what has to come of it. */
export interface Step {
  /** The block's name. */
  readonly block: string
  /** What a reader has to have done before. */
  readonly before?: (world: World) => Promise<void>
  /** What is typed, or set, while it runs. */
  readonly how?: (world: World) => With | Promise<With>
  /**
   * What a reader looks at afterwards.
   *
   * @param ran what the shell or the program said; nothing where the block is data
   * @throws AssertionError where the page has promised something else
   */
  readonly check: (ran: Ran, world: World, block: Block) => unknown
}

const nothing: Ran = { code: 0, stdout: '', stderr: '' }

/** Runs a block and looks at what came of it. @throws Error where it does not end well */
export async function play(step: Step, block: Block, world: World): Promise<void> {
  await step.before?.(world)
  const ran = await runBlock(block, world, await step.how?.(world))
  equal(ran.code, 0, `ended with ${ran.code}: ${ran.stderr}`)
  await step.check(ran, world, block)
}

async function runBlock({ language, code }: Block, world: World, how?: With): Promise<Ran> {
  if (language === 'sh') return world.run(code, how)
  if (language === 'js') return world.node(code, how)
  return nothing
}

/** Every id of a message that `lapse send` has told of. */
export function idsSent({ stdout }: Ran): readonly string[] {
  return Array.from(stdout.matchAll(/^sent +(\S+)$/gm), ([, id = '']) => id)
}

/**
 * Waits for a receipt for every message that was sent. One that had to wait is another message by
 * then, so receipts are counted.
 */
export async function receiptsOfSent(ran: Ran, world: World): Promise<void> {
  await world.newReceipts(idsSent(ran).length)
}

/** A program under a heading, and the block below it that says what it prints. */
export function prints(page: Page, heading: string): readonly Step[] {
  const [program, output] = [`${page}#${heading} 1`, `${page}#${heading} 2`]
  const said = blocksOf(page).find(({ name }) => name === output)
  return [
    { block: program, check: ({ stdout }) => equal(stdout, said?.code) },
    { block: output, check: (_ran, _world, { language }) => equal(language, 'output') },
  ]
}
