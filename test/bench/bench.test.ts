import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { worsened } from './check.ts'
import { type Ratio, ratioOf } from './measured.ts'
import { benchOptions } from './options.ts'
import { pageOf } from './page.ts'
import { chartsPath, committedResults, pagePath } from './results.ts'

const ratio = (value: number, target: Ratio['target']): Ratio => ratioOf('r', [value], target)

test('the page and its charts are those of the committed results', () => {
  const { text, charts } = pageOf(committedResults())

  expect(readFileSync(pagePath, 'utf8')).toBe(text)
  expect(readdirSync(chartsPath).sort()).toEqual([...charts.keys()].sort())
  for (const [name, svg] of charts) expect(readFileSync(join(chartsPath, name), 'utf8')).toBe(svg)
})

test('gives of many rounds the middle, and the middle half', () => {
  const rounds = [9, 1, 2, 3, 4]

  expect(ratioOf('r', rounds, { atMost: 1 })).toMatchObject({ value: 3, from: 2, to: 4 })
})

test('a ratio is worse where it is beyond the tolerance, on its wrong side', () => {
  const most = { atMost: 1.25 }
  const least = { atLeast: 1 }

  expect(worsened([ratio(1, most)], [ratio(1.19, most)])).toEqual([])
  expect(worsened([ratio(1, most)], [ratio(1.21, most)])).toEqual(['r: 1.21, and it was 1.00'])
  expect(worsened([ratio(1, least)], [ratio(1.5, least)])).toEqual([])
  expect(worsened([ratio(1, least)], [ratio(0.79, least)])).toHaveLength(1)
  expect(worsened([ratio(1, least)], [ratio(Number.NaN, least)])).toHaveLength(1)
})

test('a part that there is none of is refused by name', () => {
  expect(benchOptions([], ['chain', 'cold']).parts).toEqual(['chain', 'cold'])
  expect(benchOptions(['--only', 'cold'], ['chain', 'cold']).parts).toEqual(['cold'])
  expect(() => benchOptions(['--only', 'warm'], ['chain', 'cold'])).toThrow(
    '--only warm: there is no such part; name one of chain, cold',
  )
})
