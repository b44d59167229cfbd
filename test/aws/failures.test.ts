import * as dynamoDb from '@aws-sdk/client-dynamodb'
import * as secretsManager from '@aws-sdk/client-secrets-manager'
import * as sqs from '@aws-sdk/client-sqs'
import { failureOf } from '@lapse/core/ports'
import { expect, test } from 'vitest'

/** Every error that a client knows by name. */
function namesIn(client: object): readonly string[] {
  const made = Object.values(client).flatMap((Exported: unknown) =>
    typeof Exported === 'function' && Exported.prototype instanceof Error
      ? new (Exported as new (options: object) => Error)({ message: 'm', $metadata: {} }).name
      : [],
  )
  // The class that all of a client's errors come from has no name of its own.
  return made.filter(Boolean).sort()
}

const unjudged = (client: object) =>
  namesIn(client).filter((name) => failureOf(Object.assign(new Error('m'), { name })) === undefined)

test('judges every error of SQS but those of a single message, or of calls that are not made', () => {
  expect(namesIn(sqs)).toContain('KmsThrottled')
  expect(unjudged(sqs)).toEqual([
    'BatchEntryIdsNotDistinct',
    'BatchRequestTooLong',
    'EmptyBatchRequest',
    'InvalidAttributeName',
    'InvalidAttributeValue',
    'InvalidBatchEntryId',
    'InvalidIdFormat',
    'InvalidMessageContents',
    'MessageNotInflight',
    'PurgeQueueInProgress',
    'QueueDeletedRecently',
    'QueueNameExists',
    'ReceiptHandleIsInvalid',
    'TooManyEntriesInBatchRequest',
  ])
})

test('judges every error of Secrets Manager but those of the request itself', () => {
  expect(namesIn(secretsManager)).toContain('DecryptionFailure')
  expect(unjudged(secretsManager)).toEqual([
    'InvalidNextTokenException',
    'InvalidParameterException',
    'InvalidRequestException',
    'MalformedPolicyDocumentException',
    'PreconditionNotMetException',
    'PublicPolicyException',
    'ResourceExistsException',
  ])
})

test('judges every error of DynamoDB but those of the request itself, or of calls that are not made', () => {
  expect(namesIn(dynamoDb)).toContain('ProvisionedThroughputExceededException')
  expect(unjudged(dynamoDb)).toEqual([
    'BackupInUseException',
    'BackupNotFoundException',
    'ConditionalCheckFailedException',
    'ContinuousBackupsUnavailableException',
    'DuplicateItemException',
    'ExportConflictException',
    'ExportNotFoundException',
    'GlobalTableAlreadyExistsException',
    'GlobalTableNotFoundException',
    'IdempotentParameterMismatchException',
    'ImportConflictException',
    'ImportNotFoundException',
    'IndexNotFoundException',
    'InvalidExportTimeException',
    'InvalidRestoreTimeException',
    'ItemCollectionSizeLimitExceededException',
    'PointInTimeRecoveryUnavailableException',
    'PolicyNotFoundException',
    'ReplicaAlreadyExistsException',
    'ReplicaNotFoundException',
    'TableAlreadyExistsException',
    'TransactionCanceledException',
  ])
})
