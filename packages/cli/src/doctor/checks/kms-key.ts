import type { KeyStatement, KmsKeySeen } from '../../site/aws/kms-key.ts'
import { CannotTell } from '../../site/cannot-tell.ts'
import { queuePairs } from '../../site/queues.ts'
import type { Site } from '../../site/site.ts'
import { type Check, type Problem, unless, well } from '../check.ts'

/** The key that the queues are encrypted with. */
export const kmsKey: Check<KmsKeySeen> = {
  name: 'kms-key',
  about: 'KMS: the key and its policy',
  read,
  judge: (key) =>
    unless(
      [...problemsOf(key), ...(key.manager === 'AWS' ? [] : problemsOfPolicy(key.statements))],
      well('it is enabled, and its policy lets in whoever delivers'),
    ),
}

async function read({ aws, place, variables, isDev }: Site): Promise<KmsKeySeen> {
  if (isDev) throw new CannotTell('lapse dev has no KMS')
  if (place.document !== undefined) return aws.kmsKey(place.document.key)
  const [url] = queuePairs(variables).flatMap(({ queueUrl }) => queueUrl ?? [])
  if (url === undefined) throw new CannotTell('no queue is known that is encrypted with it')
  const keyId = (await aws.queue(url))['KmsMasterKeyId']
  if (!keyId) throw new CannotTell('the queues are not encrypted with a key of KMS')
  return aws.kmsKey(keyId)
}

function problemsOf({ state, manager, rotates }: KmsKeySeen): readonly Problem[] {
  const problems: Problem[] = []
  if (manager === 'AWS')
    problems.push({
      says: "it is AWS's own key, which no topic and no alarm may use",
      todo: 'deploy the stack, which makes one',
    })
  if (state !== 'Enabled')
    problems.push({
      says: `it is ${state}: nothing that it encrypted can be read`,
      todo: /Deletion/.test(state) ? 'aws kms cancel-key-deletion, then enable-key' : 'enable it',
    })
  if (!rotates && manager !== 'AWS')
    problems.push({ says: 'it is not rotated', todo: 'turn its automatic rotation on' })
  return problems
}

/** Without these an alarm is not told, or SNS cannot deliver, and nobody hears of it. */
const deliverers = ['sns.amazonaws.com', 'cloudwatch.amazonaws.com'] as const

function problemsOfPolicy(statements: readonly KeyStatement[]): readonly Problem[] {
  const allowing = statements.filter(({ Effect }) => Effect === 'Allow')
  const problems: Problem[] = []
  if (!allowing.some(isAccountItself))
    problems.push({
      says: 'its policy does not let the account decide by IAM: nobody may be left to change it',
      todo: 'deploy the stack, or add the statement for the account',
    })
  for (const service of deliverers)
    if (!allowing.some((statement) => mayUse(statement, service)))
      problems.push({
        says: `its policy does not let ${service} use it`,
        todo: 'deploy the stack, or add the service to its policy',
      })
  if (allowing.some(isOpen))
    problems.push({
      says: 'its policy lets anybody use it, on no condition',
      todo: 'name who may, or the condition',
    })
  return problems
}

function isAccountItself({ Principal, Action }: KeyStatement): boolean {
  const aws = textsIn(Principal, 'AWS')
  return aws.some((arn) => /:root$|^\d{12}$/.test(arn)) && texts(Action).includes('kms:*')
}

function mayUse({ Principal, Action }: KeyStatement, service: string): boolean {
  const actions = texts(Action)
  const isEnough = ['kms:Decrypt', 'kms:GenerateDataKey'].every((action) =>
    actions.some((given) => given === action || given === 'kms:*' || given === `${action}*`),
  )
  return textsIn(Principal, 'Service').includes(service) && isEnough
}

function isOpen({ Principal, Condition }: KeyStatement): boolean {
  const isAnybody = Principal === '*' || textsIn(Principal, 'AWS').includes('*')
  return isAnybody && Condition === undefined
}

function textsIn(principal: unknown, kind: string): readonly string[] {
  if (typeof principal !== 'object' || principal === null) return []
  return texts((principal as Readonly<Record<string, unknown>>)[kind])
}

function texts(value: unknown): readonly string[] {
  return [value].flat().filter((text) => typeof text === 'string')
}
