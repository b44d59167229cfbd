import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runLapse } from './testing/lapse-process.ts'

/** Has Node write down every module that it loads, a line each. */
function tellingModules(file: string): string {
  const code = `import{registerHooks}from"node:module";import{appendFileSync}from"node:fs";registerHooks({load:(url,context,next)=>{appendFileSync(${JSON.stringify(file)},url+"\\n");return next(url,context)}})`
  return `data:text/javascript,${encodeURIComponent(code)}`
}

/** The modules that a command line loads, ours and others'. */
async function loadedBy(args: readonly string[]): Promise<readonly string[]> {
  const file = join(await mkdtemp(join(tmpdir(), 'lapse-modules-')), 'modules')
  const { stderr } = await runLapse(args, { node: ['--import', tellingModules(file)] })
  expect(stderr).not.toContain('bug')
  const urls = (await readFile(file, 'utf8')).split('\n')
  return urls.filter((url) => url.startsWith('file:'))
}

const package_ = /\/node_modules\/((?:@[^/]+\/)?[^/]+)\//

test.concurrent.each([
  [['--help']],
  [['-V']],
  [['help', 'plan', 'user-deleted']],
  [['dead-letters', 'redrive', '--help']],
  [['completion', 'bash']],
  [['frobnicate']],
  [['plan']],
])('%j loads nothing of AWS, Ory or schemas', async (args) => {
  const loaded = await loadedBy(args)
  const packages = new Set(loaded.flatMap((url) => package_.exec(url)?.[1] ?? []))

  expect(loaded.length).toBeGreaterThan(20)
  expect(loaded.length).toBeLessThan(100)
  expect([...packages].toSorted()).toEqual(
    ['commander', 'get-east-asian-width', 'string-width', 'strip-ansi', 'ansi-regex'].toSorted(),
  )
})

test.concurrent.each([[['example', 'user.deleted']], [['rotate']]])(
  '%j loads no client of AWS and starts nothing',
  async (args) => {
    const loaded = await loadedBy(args)

    expect(loaded.filter((url) => /@aws-sdk\/client|fauxqs|dynalite/.test(url))).toEqual([])
  },
)
