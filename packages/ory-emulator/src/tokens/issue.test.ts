import { expect, test } from 'vitest'
import { halfHash } from './issue.ts'

test('hashes as OpenID Connect’s own examples do', () => {
  expect(halfHash('jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y')).toBe('77QmUPtjPfzWtF2AnpK9RQ')
  expect(halfHash('Qcb0Orv1zh30vL1MPRsbm-diHiMwcLyZvn1arpZv-Jxf_11jnpEX3Tgfvk')).toBe(
    'LDktKdoQak3Pk0cnXxCltA',
  )
})
