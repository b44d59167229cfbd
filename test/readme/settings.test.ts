import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')

const sources = globSync(['packages/aws/src/settings/*.ts', 'functions/services/*.ts'], {
  cwd: root,
  exclude: (path) => path.endsWith('.test.ts'),
})

/** Every variable that functions read, by its name in quotation marks. */
const variables = new Set(
  sources
    .flatMap((path) => [...read(path).matchAll(/'([A-Z]+(?:_[A-Z]+)+)'/g)])
    .map(([, name = '']) => name)
    // The SDK's own.
    .filter((name) => !name.startsWith('AWS_')),
)

/** One row stands for the queues of every workflow. */
const inOneRow = /^(APP_OFFBOARDED|KEY_ROTATED|USER_SIGNED_OUT|USER_SUSPENDED)_(QUEUE|DLQ)_URL$/

test('the first page names every setting of the workers', () => {
  const page = read('README.md')
  const unnamed = [...variables].filter((name) => !page.includes(name) && !inOneRow.test(name))

  expect(variables.size).toBeGreaterThan(20)
  expect(unnamed).toEqual([])
})
