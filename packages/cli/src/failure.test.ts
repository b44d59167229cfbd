import { ConfigError } from '@lapse/core/errors'
import { expect, test } from 'vitest'
import { CommandError, UsageError } from './errors.ts'
import { failureOf } from './failure.ts'

test('tells what is wrong with the command line from what could not be done', () => {
  expect(failureOf(new UsageError('say where'))).toEqual({ line: 'say where', exitCode: 2 })
  expect(failureOf(new CommandError('not there'))).toEqual({ line: 'not there', exitCode: 1 })
})

test('a setting that a worker could not read is a wrong setting, whichever command reads it', () => {
  const error = new ConfigError('X is not a duration; write it like 30m')

  expect(failureOf(error)).toEqual({ line: error.message, exitCode: 2 })
})

test('keeps a server’s words in one line, without escape sequences', () => {
  const error = new CommandError('said \u001b[31mno\n\r\u2028at all')

  expect(failureOf(error)?.line).toBe('said [31mno at all')
})

test('says of a bug where it is, and nothing that its message may hold', () => {
  const failure = failureOf(new TypeError('ory_at_secret\n    at s3cret (file:///secret.ts:1:1)'))

  expect(failure?.exitCode).toBe(1)
  expect(failure?.line).toMatch(/^this is a bug in lapse: TypeError at failure\.test\.ts:\d+$/)
})

test('survives that something else than an error is thrown', () => {
  expect(failureOf('secret')?.line).toBe(
    'this is a bug in lapse: a value of type string was thrown',
  )
  expect(failureOf(undefined)?.line).toBe(
    'this is a bug in lapse: a value of type undefined was thrown',
  )
})

test('says of the system’s own errors what was called, the code, and what to do', () => {
  const error = Object.assign(new Error("EACCES: permission denied, open '/x'"), {
    code: 'EACCES',
    syscall: 'open',
  })

  expect(failureOf(error)).toEqual({
    line: "EACCES: permission denied, open '/x'; this user may not do that: take a port from 1024 on, or mend the rights of the file",
    exitCode: 1,
  })
})

test('says of a module that is missing how to get it', () => {
  const error = Object.assign(new Error("Cannot find package 'x'"), {
    code: 'ERR_MODULE_NOT_FOUND',
  })

  expect(failureOf(error)?.line).toBe(
    "Cannot find package 'x' (ERR_MODULE_NOT_FOUND); a file of lapse is missing; run npm ci",
  )
})
