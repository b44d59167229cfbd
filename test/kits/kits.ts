import { resolve } from 'node:path'
import { type Outcome, outcomeOf } from '../outcome.ts'
import { filesUnder, root } from './examples.ts'
import { newFolder } from './folder.ts'

/** An example of a page, and what runs it. */
export interface Kit {
  readonly name: string
  readonly page: string
  readonly heading: string
  /** Says whether this machine has what it takes. */
  readonly probe?: readonly string[]
  readonly run: readonly string[]
}

const vitest = [process.execPath, resolve(root, 'node_modules/vitest/vitest.mjs'), 'run']
const pytest = ['python3', '-m', 'pytest', '-q', '-p', 'no:cacheprovider']
const guide = 'docs/ory-emulator.md'

export const kits: readonly Kit[] = [
  { name: 'vitest', page: guide, heading: 'vitest', run: vitest },
  {
    name: 'pytest, as the README has it',
    page: 'packages/ory-emulator/README.md',
    heading: 'In any language',
    probe: [...pytest, '--version'],
    run: pytest,
  },
  { name: 'pytest', page: guide, heading: 'pytest', probe: [...pytest, '--version'], run: pytest },
  {
    name: 'Go',
    page: guide,
    heading: 'Go',
    probe: ['go', 'version'],
    run: ['go', 'test', './...'],
  },
  {
    name: 'Playwright',
    page: guide,
    heading: 'Playwright',
    probe: [process.env['CHROMIUM'] ?? '/usr/bin/chromium', '--version'],
    run: vitest,
  },
]

/** Whether the machine can run a kit. */
export async function isPresent({ probe }: Kit): Promise<boolean> {
  return probe === undefined || (await outcomeOf(probe, { cwd: root })).status === 0
}

/** Runs a kit as its page has it, in a folder of its own. */
export async function runKit({ page, heading, run }: Kit): Promise<Outcome> {
  const files = filesUnder(page, heading)
  if (files.length === 0) return { status: undefined, output: `${page} shows no file there` }
  await using folder = await newFolder(files)
  return await outcomeOf(run, { cwd: folder.path })
}
