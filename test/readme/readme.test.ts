import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { blocksIn } from '../docs/blocks.ts'
import { writtenReceipt } from './written-receipt.ts'

const readme = readFileSync(resolve(import.meta.dirname, '../../README.md'), 'utf8')

const blocks = blocksIn('README.md', readme)

test('the receipt on the first page is the one that the worker writes', async () => {
  const shown = blocks.find(({ language }) => language === 'json')?.code ?? ''

  expect(JSON.parse(shown)).toEqual(await writtenReceipt())
})

test('the first page tells and draws what lapse is before any command', () => {
  const beforeCommands = readme.slice(0, readme.indexOf('```sh'))

  expect(blocks.map(({ language }) => language).slice(0, 2)).toEqual(['mermaid', 'sh'])
  for (const asked of ['What it is.', 'For whom.', 'What it is not.'])
    expect(beforeCommands).toContain(`**${asked}**`)
})
