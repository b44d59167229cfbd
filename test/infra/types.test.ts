import { expect, test } from 'vitest'
import { compile } from '../types/compile.ts'

test("the configuration and the stack compile against SST's own types", async () => {
  expect(await compile('tsconfig.infra.json')).toEqual({ code: 0, stdout: '' })
})
