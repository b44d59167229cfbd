import { parseVerifierKey, verify } from '@lapse/core/receipts-log'
import { expect, test } from 'vitest'
import { randomOf } from '../../faults/whole/random.ts'
import { play } from './play.ts'
import { costlyTamperings, logTamperings, makeTarget, proofTamperings } from './tamperings.ts'

const target = await makeTarget(120)

test('the log that is tampered with is valid', async () => {
  const policy = { key: parseVerifierKey(target.vkey), checkpoint: target.checkpoint }

  expect(verify(target.file, policy).verdict).toBe('valid')
  expect(verify(await target.prove(7), policy)).toMatchObject({ verdict: 'valid', index: 7 })
})

test.each([...logTamperings, ...proofTamperings, ...costlyTamperings])(
  'notices that $name',
  async (tampering) => {
    const random = randomOf(tampering.name.length)
    for (const at of [0, target.size - 1, ...Array.from({ length: 2 }, () => undefined)]) {
      const index = at ?? random.between(0, target.size - 1)

      expect(await play(target, tampering, index, random.next())).toMatchObject({
        problem: undefined,
      })
    }
  },
)
