import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { stepsOf } from './all-steps.ts'
import { blocksIn, blocksOf, pages } from './blocks.ts'

test.each(pages)('every block of docs/%s is run, or says why it cannot be', (page) => {
  const run = stepsOf[page].map(({ block }) => block)
  const blocks = blocksOf(page)
  const toRun = blocks.filter(({ notRunHere }) => notRunHere === undefined)

  expect(run.toSorted()).toEqual(toRun.map(({ name }) => name).toSorted())
  expect(blocks.filter(({ language }) => language === '')).toEqual([])
})

test.each(pages)('docs/%s has no code block that is not seen', (page) => {
  const text = readFileSync(resolve(import.meta.dirname, '../../docs', page), 'utf8')
  const fences = text.match(/^\s*(```|~~~)/gm) ?? []

  expect(fences).toHaveLength(2 * blocksOf(page).length)
  expect(text.match(/<!-- not run here/g) ?? []).toHaveLength(
    blocksOf(page).filter(({ notRunHere }) => notRunHere !== undefined).length,
  )
})

test('a block is named after its heading, and says why it is not run', () => {
  const text = [
    '# A page',
    '```sh\n# not a heading\n```',
    '## What, then?',
    'text',
    '<!-- not run here: it is on the moon -->\n```json\n{}\n```',
    '```js\n1\n```',
  ].join('\n\n')

  expect(blocksIn('events.md', text)).toEqual([
    { name: 'events.md#a-page 1', page: 'events.md', language: 'sh', code: '# not a heading\n' },
    {
      name: 'events.md#what-then 1',
      page: 'events.md',
      language: 'json',
      code: '{}\n',
      notRunHere: 'it is on the moon',
    },
    { name: 'events.md#what-then 2', page: 'events.md', language: 'js', code: '1\n' },
  ])
})
