import { beforeAll, describe, expect, test } from 'vitest'
import type { Settings } from '../../infra/settings.ts'
import { type Synthesis, type SynthesisOptions, synthesize } from './engine/synthesize.ts'
import { rules, sentence } from './rules/index.ts'
import { network, selfHosted } from './settings.ts'
import { Stack, types } from './stack.ts'

/** The same, with publishers of another partition. */
function publishedFrom(partition: string): Settings {
  return { ...network, publishers: [`arn:${partition}:iam::210987654321:role/accounts`] }
}

const shapes: readonly (readonly [string, SynthesisOptions])[] = [
  ['a stage with the settings of the project', { stage: 'test' }],
  ['production with the settings of the project', { stage: 'production' }],
  ['a stage for Ory Network with all there is', { stage: 'test', settings: network }],
  ['a stage for a self-hosted Ory in a VPC', { stage: 'test', settings: selfHosted }],
  ['a stage in China', { stage: 'test', settings: publishedFrom('aws-cn'), region: 'cn-north-1' }],
  [
    'a stage of the US government',
    { stage: 'test', settings: publishedFrom('aws-us-gov'), region: 'us-gov-west-1' },
  ],
]

describe.each(shapes)('%s', (_name, options) => {
  let stack: Stack
  let synthesis: Synthesis

  beforeAll(async () => {
    synthesis = await synthesize(options)
    stack = new Stack(synthesis.resources)
  })

  test.each(Object.entries(rules).map(([name, rule]) => [sentence(name), rule] as const))(
    '%s',
    (_rule, violations) => {
      expect(violations(stack)).toEqual([])
    },
  )

  test('every handler is a file that is there', () => {
    expect(synthesis.builds).toHaveLength(stack.some(types.function).length)
    expect(synthesis.builds.filter(({ exists }) => !exists)).toEqual([])
  })

  test('no link grants a wildcard', () => {
    const granted = [...synthesis.links].map(([name, { include }]) => [name, include] as const)
    expect(granted.length).toBeGreaterThan(20)
    expect(granted.filter(([, include]) => /[a-z]:\*|"\*"/.test(JSON.stringify(include)))).toEqual(
      [],
    )
  })
})
