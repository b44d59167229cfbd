import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import {
  canonicalJson,
  idempotencyKey,
  parseUserDeleted,
  subjectPseudonym,
} from '@lapse/core/events'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { masked } from '../../packages/core/src/run/privacy.ts'
import { type Block, blocksOf, type Page } from './blocks.ts'

const ledgerKey = Uint8Array.from({ length: 32 }, (_, index) => index)

/** The program that a page prints, and what it says that it prints. */
function derivationOf(page: Page): readonly [program: Block, output: string] {
  const blocks = blocksOf(page)
  const output = blocks.find(({ language }) => language === 'output') as Block
  return [blocks[blocks.indexOf(output) - 1] as Block, output.code]
}

async function printed({ code }: Block): Promise<string> {
  const imports = Array.from(code.matchAll(/from '([^']+)'/g), ([, name]) => name)
  expect(imports).toEqual(['node:crypto'])
  const args = ['--input-type=module', '--eval', code]
  return (await promisify(execFile)(process.execPath, args, { env: {} })).stdout
}

test("an event's name is made as docs/events.md says", async () => {
  const [program, output] = derivationOf('events.md')
  const event = parseUserDeleted(
    JSON.stringify({
      specversion: '1.0',
      time: '2026-01-02T03:04:05Z',
      datacontenttype: null,
      data: { tags: ['b', 'a'], subject: 'zoë', reason: null },
      type: 'user.deleted',
      id: 'e-1',
      source: 'https://accounts.example',
    }),
  )

  expect(await printed(program)).toBe(output)
  expect(`${idempotencyKey(ledgerKey, event)}\n`).toBe(output)
})

test("a subject's pseudonym is made as docs/receipts.md says", async () => {
  const [program, output] = derivationOf('receipts.md')
  const texts = [subjectPseudonym(ledgerKey, 'zoë'), masked('/users/zoë', 'zoë', ledgerKey)]

  expect(await printed(program)).toBe(output)
  expect(`${texts.join('\n')}\n`).toBe(output)
})

test('the canonical JSON that docs/events.md prints is the one that names events', () => {
  const [{ code }] = derivationOf('events.md')
  const [declaration] = /^const canonical = .*?^\}$/ms.exec(code) ?? []
  const canonical = new Function(`${declaration}; return canonical`)() as typeof canonicalJson

  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(canonical(value)).toBe(canonicalJson(value))
    }),
  )
})
