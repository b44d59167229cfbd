import { expect, test } from 'vitest'
import { UnknownFunctionError } from '../errors.ts'
import { createFunction } from './function.ts'
import { createFunctionRegistry } from './registry.ts'

const lambda = createFunction({ name: 'sweep', module: 'file:///none.ts', timeoutMs: 1_000 })

test('finds functions by name and by ARN', () => {
  const registry = createFunctionRegistry()
  registry.add(lambda)

  expect(lambda.arn).toBe('arn:aws:lambda:us-east-1:000000000000:function:sweep')
  for (const name of ['sweep', lambda.arn]) {
    expect(registry.find(name)).toBe(lambda)
    expect(registry.get(name)).toBe(lambda)
  }
  expect(registry.find('sweeper')).toBeUndefined()
})

test('says which functions there are when it has no such one', () => {
  const registry = createFunctionRegistry()
  expect(() => registry.get('sweep')).toThrow('There is no sweep here, only: none.')
  registry.add(lambda)

  expect(() => registry.get('sweeper')).toThrow(UnknownFunctionError)
  expect(() => registry.get('sweeper')).toThrow('There is no sweeper here, only: sweep.')
})
