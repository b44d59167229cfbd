import type { JudgedSecret } from '@lapse/core/rotation'
import { commandAt } from '../place/command-at.ts'
import type { StageOption } from '../place/find-place.ts'
import type { Place } from '../place.ts'

type Where = Pick<Place, 'secretsManager' | 'rotationFunction'> & StageOption

/** What to do about a secret that is not well: a command, or what is to be done first. */
export function nextCommand(
  { secretId, reason = '' }: Pick<JudgedSecret, 'secretId' | 'reason'>,
  where: Where,
): string | undefined {
  const next = Object.hasOwn(nexts, reason) ? nexts[reason]?.(secretId, where) : undefined
  return next?.startsWith('lapse ') ? commandAt(where, next) : next
}

type Next = (secretId: string, where: Where) => string

const rotate: Next = (id) => `lapse rotate ${id}`
const repair: Next = (id) => `lapse rotate ${id} --repair`
const lookAgain: Next = () => 'lapse rotate --status'
const listNames: Next = (_id, where) =>
  aws("list-secrets --query 'SecretList[].Name' --output text", where)

/** By the reason of a verdict. */
const nexts: Readonly<Record<string, Next>> = {
  refused: repair,
  'new-key-unasked': (id) => `lapse rotate ${id} --repair --new-key`,
  'rotation-running': lookAgain,
  running: lookAgain,
  'overlap-open': lookAgain,
  unfinished: rotate,
  late: rotate,
  'not-retired': rotate,
  'rotation-not-enabled': (id, where) => {
    const lambda = where.rotationFunction ? ` --rotation-lambda-arn ${where.rotationFunction}` : ''
    return aws(`rotate-secret --secret-id ${id}${lambda} --no-rotate-immediately`, where)
  },
  'being-deleted': (id, where) => aws(`restore-secret --secret-id ${id}`, where),
  gone: listNames,
  denied: listNames,
  malformed: listNames,
  'client-missing': () => 'create the client again, or take its secret off ROTATED_SECRETS',
  'client-suspended': () => 'have the client restored by an app.offboarded of the mode restore',
  'client-protected': () => 'take it off ROTATED_SECRETS: lapse never writes to this client',
  'owner-protected': () => 'take it off ROTATED_SECRETS: lapse never writes to this client',
}

function aws(call: string, { secretsManager: { endpoint } }: Where): string {
  return `aws${endpoint ? ` --endpoint-url ${endpoint}` : ''} secretsmanager ${call}`
}
