import type { DevFile } from '../../packages/cli/src/dev-file.ts'
import { actionNames } from '../../packages/console/src/documents.ts'

/** A request that reads or changes something where nobody is in the way. */
export interface AttackRequest {
  readonly url: string
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** What stands for a signature: the local parts look at its form only. */
export const signed = {
  authorization:
    'AWS4-HMAC-SHA256 Credential=local/20260102/us-east-1/x/aws4_request, SignedHeaders=host, Signature=0',
  'x-amz-date': '20260102T030405Z',
}

const aws = (version: string, target: string) => ({
  ...signed,
  'content-type': `application/x-amz-json-${version}`,
  'x-amz-target': target,
})

/** Requests to every port of a running system, in the language of what listens there. */
export function targetsOf({ endpoints, environment }: DevFile): readonly AttackRequest[] {
  const at = (part: string, path: string) => `${endpoints[part]}${path}`
  const none = {}
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  const table = environment['LEDGER_TABLE']
  const queueUrl = environment['USER_DELETED_QUEUE_URL']
  const row = { pk: { S: 'planted' }, sk: { S: 'planted' } }
  const client = JSON.stringify({ client_id: 'planted' })
  const post = (
    url: string,
    headers: AttackRequest['headers'],
    body: object | string,
  ): AttackRequest => ({
    url,
    method: 'POST',
    headers,
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  return [
    post(at('oryAdmin', '/admin/clients'), none, client),
    post(at('oryAdmin', '/clients'), none, client),
    { ...post(at('oryAdmin', '/admin/clients/mail'), none, client), method: 'DELETE' },
    { ...post(at('oryAdmin', '/admin/clients/mail'), none, client), method: 'PUT' },
    post(at('oryPublic', '/oauth2/token'), none, 'grant_type=client_credentials'),
    post(at('oryPublic', '/.well-known/openid-configuration'), none, client),
    post(at('sqs', '/'), aws('1.0', 'AmazonSQS.ListQueues'), {}),
    post(at('sqs', '/'), aws('1.0', 'AmazonSQS.SendMessage'), {
      QueueUrl: queueUrl,
      MessageBody: 'planted',
    }),
    post(at('sqs', '/'), none, 'Action=CreateTopic&Name=planted'),
    { ...post(at('sqs', '/planted'), none, ''), method: 'PUT' },
    post(at('sqs', '/_fauxqs'), none, {}),
    post(at('dynamoDb', '/'), aws('1.0', 'DynamoDB_20120810.Scan'), { TableName: table }),
    post(at('dynamoDb', '/'), aws('1.0', 'DynamoDB_20120810.PutItem'), {
      TableName: table,
      Item: row,
    }),
    post(at('secretsManager', '/'), aws('1.1', 'secretsmanager.ListSecrets'), {}),
    post(at('secretsManager', '/'), aws('1.1', 'secretsmanager.CreateSecret'), {
      Name: 'planted',
      SecretString: 'planted',
    }),
    post(at('webhooks', '/webhooks/clerk'), none, { type: 'user.deleted' }),
    ...['/', '/receipts', '/secrets', '/live?page=/', '/console.js'].map((path) => ({
      ...post(at('console', path), none, ''),
      method: 'GET',
    })),
    ...actionNames.map((name) => post(at('console', `/do/${name}`), form, 'token=guessed&back=/')),
    post(at('console', '/find'), form, 'token=guessed&kind=event&name=e-1'),
  ]
}
