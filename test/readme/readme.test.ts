import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { writtenReceipt } from './written-receipt.ts'

const readme = readFileSync(resolve(import.meta.dirname, '../../README.md'), 'utf8')

/** Every block of the page, in order. */
const blocks = Array.from(
  readme.matchAll(/^```(\w*)\n(.*?)^```/gms),
  ([, language = '', text = '']) => ({ language, text }),
)

test('the receipt on the first page is the one that the worker writes', async () => {
  const shown = blocks.find(({ language }) => language === 'json')?.text ?? ''

  expect(JSON.parse(shown)).toEqual(await writtenReceipt())
})

test('the first page tells and draws what lapse is before any command', () => {
  const beforeCommands = readme.slice(0, readme.indexOf('```sh'))

  expect(blocks.map(({ language }) => language).slice(0, 2)).toEqual(['mermaid', 'sh'])
  for (const asked of ['What it is.', 'For whom.', 'What it is not.'])
    expect(beforeCommands).toContain(`**${asked}**`)
})
