import { expect, test } from 'vitest'
import { nextCommand } from './next-command.ts'

const deployed = { secretsManager: {} }
const local = { secretsManager: { endpoint: 'http://127.0.0.1:1' }, rotationFunction: 'arn:f' }

test.each([
  ['refused', 'lapse rotate app/notes --repair'],
  ['new-key-unasked', 'lapse rotate app/notes --repair --new-key'],
  ['running', 'lapse rotate --status'],
  ['overlap-open', 'lapse rotate --status'],
  ['not-retired', 'lapse rotate app/notes'],
  ['being-deleted', 'aws secretsmanager restore-secret --secret-id app/notes'],
])('tells what to do about %s', (reason, command) => {
  expect(nextCommand({ secretId: 'app/notes', reason }, deployed)).toBe(command)
})

test('names the stage in commands of lapse, and in no others', () => {
  const staged = { ...deployed, stage: 'production' }
  const next = (reason: string) => nextCommand({ secretId: 'app/notes', reason }, staged)

  expect(next('refused')).toBe('lapse rotate app/notes --repair --stage production')
  expect(next('being-deleted')).toBe('aws secretsmanager restore-secret --secret-id app/notes')
})

test('turns rotation on with the function that is there', () => {
  const secret = { secretId: 'app/notes', reason: 'rotation-not-enabled' }
  const on = 'rotate-secret --secret-id app/notes'

  expect(nextCommand(secret, deployed)).toBe(`aws secretsmanager ${on} --no-rotate-immediately`)
  expect(nextCommand(secret, local)).toBe(
    `aws --endpoint-url http://127.0.0.1:1 secretsmanager ${on} --rotation-lambda-arn arn:f --no-rotate-immediately`,
  )
})

test('says nothing about what is well, or what nobody has a word for', () => {
  expect(nextCommand({ secretId: 'app/notes' }, deployed)).toBeUndefined()
  expect(nextCommand({ secretId: 'app/notes', reason: 'toString' }, deployed)).toBeUndefined()
})
