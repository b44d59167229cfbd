import type { Invocation } from '@lapse/local'
import { expect, test } from 'vitest'
import { fireSweep } from './sweep.ts'

const sweepThat = (answer: object) => ({
  fireNow: async (stem: string) => ({ requestId: stem, coldStart: true, ...answer }) as Invocation,
})
const reportOf = (failed: readonly object[]) => ({
  payload: JSON.stringify({ executed: [], failed, findings: {} }),
})

test('is content with a sweep that did what was due', async () => {
  await fireSweep(sweepThat(reportOf([])))
})

test.each([
  [reportOf([{ what: 'retire-keys x', code: 'ERR_Y' }]), 'failed: retire-keys x (ERR_Y)'],
  [{ error: { errorType: 'Sandbox.Timedout', errorMessage: '' } }, 'failed with Sandbox.Timedout'],
])('says what failed: %o', async (answer, told) => {
  await expect(fireSweep(sweepThat(answer))).rejects.toThrow(told)
})
