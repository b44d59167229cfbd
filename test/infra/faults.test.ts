import { beforeAll, expect, test } from 'vitest'
import { account, type Bag } from './engine/answers.ts'
import type { Resource } from './engine/mock-engine.ts'
import { synthesize } from './engine/synthesize.ts'
import { type RuleName, rules } from './rules/index.ts'
import { selfHosted } from './settings.ts'
import { Stack, types } from './stack.ts'

type Fault = (resources: readonly Resource[]) => readonly Resource[]

let sound: readonly Resource[]

beforeAll(async () => {
  sound = (await synthesize({ stage: 'production', settings: selfHosted })).resources
})

/** The first resource of a type, with this name or any, has other inputs. */
const change =
  (type: string, inputs: (before: Bag) => Bag, name?: string): Fault =>
  (resources) => {
    // Of the keys, the one that everything is encrypted with.
    const wanted = name ?? (type === types.key ? 'Key' : undefined)
    const changed = resources.find((one) => one.type === type && (wanted ?? one.name) === one.name)
    if (changed === undefined) throw new Error(`there is no ${type} ${name ?? ''} to break`)
    const after = { ...changed.inputs, ...inputs(changed.inputs) }
    return resources.map((one) => (one === changed ? { ...one, inputs: after } : one))
  }

const remove =
  (type: string, name: string): Fault =>
  (resources) => {
    const rest = resources.filter((one) => one.type !== type || one.name !== name)
    if (rest.length === resources.length) throw new Error(`there is no ${type} ${name} to remove`)
    return rest
  }

const twice =
  (type: string): Fault =>
  (resources) => {
    const copied = resources.find((one) => one.type === type)
    return copied === undefined ? resources : [...resources, { ...copied, name: 'Another' }]
  }

const not =
  (change: Partial<Resource>, type: string): Fault =>
  (resources) =>
    resources.map((one) => (one.type === type ? { ...one, ...change } : one))

/** A function's role that may do one thing more, or trusts somebody else. */
const mayAlso = (Action: string, Resource: string): Fault =>
  change(types.role, () => ({
    inlinePolicies: [
      { policy: JSON.stringify({ Statement: [{ Effect: 'Allow', Action, Resource }] }) },
    ],
  }))
const trusts = (Principal: unknown, name: string): Fault =>
  change(
    types.role,
    () => ({ assumeRolePolicy: JSON.stringify({ Statement: [{ Effect: 'Allow', Principal }] }) }),
    name,
  )
const policy = (type: string, from: string, to: string, name?: string): Fault =>
  change(type, ({ policy }) => ({ policy: String(policy).replace(from, to) }), name)

const place = (from: string, to: string): Fault =>
  change(types.parameter, ({ value }) => ({ value: String(value).replace(from, to) }))

/** Another policy for people: a resource as a whole where it ends in what is replaced. */
const person = (name: string, from: string, to: string): Fault =>
  policy(types.policy, to === '*' ? arnOf(from) : from, to, name)

const arnOf = (end: string) => `arn:aws:ssm:eu-central-1:${account}${end}`

const faults: readonly (readonly [RuleName, string, Fault])[] = [
  [
    'everyQueueIsEncrypted',
    'a queue without a key',
    change(types.queue, () => ({ kmsMasterKeyId: undefined })),
  ],
  [
    'failuresAreReportedOneByOne',
    'partial responses off',
    change(types.mapping, () => ({ functionResponseTypes: [] })),
  ],
  [
    'visibilityOutlastsRetries',
    'visibility too short',
    change(types.queue, () => ({ visibilityTimeoutSeconds: 359 }), 'UserDeletedQueue'),
  ],
  [
    'visibilityOutlastsRetries',
    'a window on top',
    change(types.mapping, () => ({ maximumBatchingWindowInSeconds: 1 })),
  ],
  [
    'concurrencyIsBounded',
    'no maximum',
    change(types.mapping, () => ({ scalingConfig: undefined })),
  ],
  [
    'incidentsHaveAQueueOfTheirOwn',
    'a function that takes from no queue of incidents',
    (resources) =>
      resources.filter(
        ({ type, inputs }) =>
          type !== types.mapping || !String(inputs['eventSourceArn']).includes('IncidentQueue'),
      ),
  ],
  [
    'incidentsHaveAQueueOfTheirOwn',
    'incidents that are taken in smaller batches',
    change(types.mapping, () => ({ batchSize: 1 })),
  ],
  [
    'nothingIsDeliveredToIncidents',
    'a topic that may send incidents',
    change(
      types.queuePolicy,
      () => ({
        policy: JSON.stringify({
          Statement: [{ Effect: 'Allow', Principal: '*', Action: 'sqs:SendMessage' }],
        }),
      }),
      'UserDeletedIncidentPolicy',
    ),
  ],
  [
    'whatFailsIsRedriven',
    'a missing redrive',
    change(types.queue, () => ({ redrivePolicy: undefined }), 'UserDeletedQueue'),
  ],
  [
    'whatFailsIsRedriven',
    'one try',
    change(
      types.queue,
      ({ redrivePolicy }) => ({ redrivePolicy: String(redrivePolicy).replace('":5', '":1') }),
      'UserDeletedQueue',
    ),
  ],
  [
    'whatFailsIsRedriven',
    'any queue as source',
    remove(types.redriveAllowPolicy, 'UserDeletedDlqSource'),
  ],
  [
    'messagesAreKept',
    'four days',
    change(types.queue, () => ({ messageRetentionSeconds: 345_600 })),
  ],
  ['everyDlqHasAnAlarm', 'a DLQ without an alarm', remove(types.alarm, 'SweepDlqDepth')],
  [
    'everyDlqHasAnAlarm',
    'an alarm on the second message',
    change(types.alarm, () => ({ threshold: 1 }), 'UserDeletedDlqDepth'),
  ],
  [
    'everyDeliveryHasADlq',
    'a subscription without one',
    change(types.subscription, () => ({ redrivePolicy: undefined }), 'UserEventsSubscription'),
  ],
  [
    'everyDeliveryHasADlq',
    'a rule without one',
    change(types.eventTarget, () => ({ deadLetterConfig: undefined })),
  ],
  [
    'everyDeliveryHasADlq',
    'a schedule without one',
    change(types.schedule, ({ target }) => ({
      target: { ...(target as Bag), deadLetterConfig: undefined },
    })),
  ],
  ['everyQueueHasOnePolicy', 'a second policy on a queue', twice(types.queuePolicy)],
  [
    'everyQueueHasOnePolicy',
    'a queue without a policy',
    remove(types.queuePolicy, 'KeyRotatedPolicy'),
  ],
  [
    'policiesHoldTheProducers',
    'a producer left out',
    policy(types.queuePolicy, 'UserEventsRule', 'Another', 'UserDeletedPolicy'),
  ],
  [
    'policiesHoldTheProducers',
    'a producer for any source',
    policy(types.queuePolicy, '"ArnEquals"', '"ArnLike"', 'UserEventsDlqPolicy'),
  ],
  [
    'policiesAllowSendingOnly',
    'producers that may read',
    policy(types.queuePolicy, '"sqs:SendMessage"', '"sqs:ReceiveMessage"', 'UserDeletedPolicy'),
  ],
  [
    'queuesAreReachedEncrypted',
    'plain HTTP let in',
    policy(types.queuePolicy, '"false"', '"true"'),
  ],
  [
    'theReceiptsLogIsSafe',
    'a bucket without versions',
    change(types.bucketVersioning, () => ({ versioningConfiguration: { status: 'Suspended' } })),
  ],
  [
    'theReceiptsLogIsSafe',
    'a bucket that may be public',
    change(types.bucketAccess, () => ({ blockPublicPolicy: false })),
  ],
  [
    'theReceiptsLogIsSafe',
    'a bucket under another key',
    change(types.bucketEncryption, () => ({ rules: [] })),
  ],
  [
    'theReceiptsLogIsSafe',
    'a bucket over plain HTTP',
    policy(types.bucketPolicy, '"false"', '"true"'),
  ],
  ['theReceiptsLogIsSafe', 'a second bucket', twice(types.bucket)],
  [
    'theReceiptsLogIsKept',
    'no lock',
    (resources) => resources.filter(({ type }) => type !== types.bucketLock),
  ],
  [
    'theReceiptsLogIsKept',
    'a lock of a month',
    change(types.bucketLock, () => ({
      rule: { defaultRetention: { mode: 'GOVERNANCE', days: 30 } },
    })),
  ],
  [
    'theReceiptsLogIsKept',
    'receipts of a year',
    change(types.bucketLifecycle, () => ({
      rules: [{ id: 'short', filter: { prefix: 'x/tile/entries/' }, expiration: { days: 365 } }],
    })),
  ],
  [
    'theReceiptsLogIsKept',
    'tiles that go',
    change(types.bucketLifecycle, () => ({
      rules: [{ id: 'all', filter: { prefix: '' }, expiration: { days: 2557 } }],
    })),
  ],
  ['theReceiptsLogIsKept', 'a bucket that goes', not({ retainOnDelete: false }, types.bucket)],
  [
    'checkpointsAreSignedByOne',
    'another who may sign',
    mayAlso('kms:Sign', `arn:aws:kms:eu-central-1:${account}:key/ReceiptsLogKey`),
  ],
  [
    'checkpointsAreSignedByOne',
    'a key of another kind',
    change(types.key, () => ({ customerMasterKeySpec: 'RSA_2048' }), 'ReceiptsLogKey'),
  ],
  [
    'functionsRunAsTheyShould',
    'x86_64',
    change(types.function, () => ({ architectures: ['x86_64'] })),
  ],
  [
    'functionsRunAsTheyShould',
    'an older Node',
    change(types.function, () => ({ runtime: 'nodejs22.x' })),
  ],
  [
    'policiesFit',
    'more than IAM takes',
    mayAlso('sqs:SendMessage', `arn:aws:sqs:eu-central-1:${account}:${'x'.repeat(10_240)}`),
  ],
  [
    'functionsAreKnownByTheirNames',
    'a service of another name',
    change(types.function, ({ environment }) => ({
      environment: {
        variables: {
          ...(environment as { variables: Bag }).variables,
          POWERTOOLS_SERVICE_NAME: 'lapse',
        },
      },
    })),
  ],
  [
    'countsAreThoseOfFunctions',
    'a service that is not there',
    change(
      types.alarm,
      () => ({ dimensions: { service: 'user-deleted' } }),
      'UserDeletedVerificationFailures',
    ),
  ],
  [
    'alarmsGoOffInTime',
    'an hour and a half',
    change(types.alarm, () => ({ period: 2700, evaluationPeriods: 2 })),
  ],
  [
    'alarmsGoOffInTime',
    'the wrong way round',
    change(types.alarm, () => ({ comparisonOperator: 'LessThanThreshold' })),
  ],
  ['lostDeliveriesAreHeardOf', 'a topic', remove(types.alarm, 'OryEventsLost')],
  [
    'lostDeliveriesAreHeardOf',
    'a rule of another bus',
    change(
      types.alarm,
      () => ({ dimensions: { RuleName: 'UserEventsRule' } }),
      'UserEventsRuleLost',
    ),
  ],
  [
    'environmentsFit',
    'more than Lambda takes',
    change(types.function, ({ environment }) => ({
      environment: {
        variables: { ...(environment as { variables: Bag }).variables, X: 'x'.repeat(4096) },
      },
    })),
  ],
  [
    'logsAreJsonAndExpire',
    'logs as text',
    change(types.function, ({ loggingConfig }) => ({
      loggingConfig: { ...(loggingConfig as Bag), logFormat: 'Text' },
    })),
  ],
  ['logsAreJsonAndExpire', 'logs for ever', change(types.logGroup, () => ({ retentionInDays: 0 }))],
  ['everyFunctionHasItsAlarms', 'no alarm on errors', remove(types.alarm, 'UserDeletedErrors')],
  ['everyFunctionHasItsAlarms', 'no alarm on throttles', remove(types.alarm, 'WebhookThrottles')],
  [
    'scheduledFailuresAreKept',
    'no destination',
    change(types.eventInvokeConfig, () => ({ destinationConfig: undefined })),
  ],
  [
    'scheduledFailuresAreKept',
    'no retries',
    change(types.schedule, ({ target }) => ({
      target: { ...(target as Bag), retryPolicy: { maximumRetryAttempts: 0 } },
    })),
  ],
  [
    'onlyTheDoorIsPublic',
    'browsers let in',
    change(types.functionUrl, () => ({ cors: { allowOrigins: ['*'] } })),
  ],
  [
    'onlyTheDoorIsPublic',
    'nothing reserved',
    change(types.function, () => ({ reservedConcurrentExecutions: undefined }), 'WebhookFunction'),
  ],
  [
    'functionsAreInvokedByWhoMay',
    'a missing invoke permission',
    remove(types.permission, 'RotatedSecretsPermission'),
  ],
  [
    'functionsAreInvokedByWhoMay',
    'half of a public URL',
    remove(types.permission, 'WebhookInvokeFunction'),
  ],
  [
    'functionsAreInvokedByWhoMay',
    'any secret',
    change(types.permission, () => ({ sourceArn: undefined }), 'RotatedSecretsPermission'),
  ],
  [
    'functionsAreInvokedByWhoMay',
    'secrets of any account',
    change(types.permission, () => ({ sourceAccount: undefined }), 'RotatedSecretsPermission'),
  ],
  ['noActionIsAWildcard', 'a wildcard', mayAlso('sqs:*', 'arn:aws:sqs:eu-central-1:1:queue')],
  ['noResourceIsEverything', 'every resource', mayAlso('sqs:SendMessage', '*')],
  [
    'noResourceIsEverything',
    'every queue',
    mayAlso('sqs:SendMessage', `arn:aws:sqs:eu-central-1:${account}:*`),
  ],
  [
    'noResourceIsEverything',
    'every log group',
    mayAlso('logs:PutLogEvents', `arn:aws:logs:eu-central-1:${account}:*`),
  ],
  [
    'noResourceIsEverything',
    'every secret',
    mayAlso(
      'secretsmanager:GetSecretValue',
      `arn:aws:secretsmanager:eu-central-1:${account}:secret:*`,
    ),
  ],
  [
    'noResourceIsEverything',
    'rotated secrets whatever their tag',
    change(
      types.role,
      ({ inlinePolicies }) => ({
        inlinePolicies: JSON.parse(
          JSON.stringify(inlinePolicies).replaceAll('ResourceTag/lapse:rotated_by', 'Name'),
        ),
      }),
      'SweepRole',
    ),
  ],
  [
    'permissionsStandInRoles',
    'a managed policy',
    change(types.role, () => ({
      managedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'],
    })),
  ],
  [
    'permissionsStandInRoles',
    'an attachment',
    (resources) => [
      ...resources,
      ...resources
        .slice(0, 1)
        .map((one) => ({ ...one, type: 'aws:iam/rolePolicyAttachment:RolePolicyAttachment' })),
    ],
  ],
  [
    'functionsTrustLambdaAlone',
    'the account root in a trust policy',
    trusts({ Service: 'lambda.amazonaws.com', AWS: `arn:aws:iam::${account}:root` }, 'SweepRole'),
  ],
  [
    'othersAreTrustedOnCondition',
    'Ory without an external id',
    trusts({ AWS: 'arn:aws:iam::601538168777:root' }, 'OryEventsPublisher'),
  ],
  [
    'othersAreTrustedOnCondition',
    'the account root as publisher',
    trusts({ AWS: `arn:aws:iam::${account}:root` }, 'OryEventsPublisher'),
  ],
  [
    'theKeyAdmitsDeliveries',
    'deliveries of any account',
    policy(types.key, '"aws:SourceAccount"', '"aws:PrincipalAccount"'),
  ],
  [
    'theKeyAdmitsDeliveries',
    'EventBridge left out',
    policy(types.key, '"events.amazonaws.com"', '"sns.amazonaws.com"'),
  ],
  [
    'theKeyAdmitsDeliveries',
    'logs of anybody',
    policy(types.key, 'log-group:/aws/lambda/lapse-production-*', '*'),
  ],
  [
    'publishersUseTheKeyForTheirTopic',
    'publishers to any topic',
    policy(types.key, 'lapse-production-user-events', 'lapse-production-alarms'),
  ],
  [
    'publishersUseTheKeyForTheirTopic',
    'publishers through any service',
    policy(types.key, '"kms:ViaService"', '"aws:PrincipalOrgID"'),
  ],
  [
    'publishersUseTheKeyForTheirTopic',
    'Ory on any topic',
    change(
      types.role,
      ({ inlinePolicies }) => ({
        inlinePolicies: JSON.parse(
          JSON.stringify(inlinePolicies).replace('EncryptionContext:aws:sns', 'Via'),
        ),
      }),
      'OryEventsPublisher',
    ),
  ],
  [
    'theKeyAdmitsDeliveries',
    'anybody',
    policy(types.key, '"Service":["sns.amazonaws.com"', '"Service":["*"'),
  ],
  [
    'theKeyAdmitsDeliveries',
    'a key that stays',
    change(types.key, () => ({ enableKeyRotation: false })),
  ],
  [
    'onlyPublishersPublish',
    'anybody may publish',
    policy(
      types.topicPolicy,
      '{"AWS":["arn:aws:iam::210987654321:role/accounts"]}',
      '"*"',
      'UserEventsPolicy',
    ),
  ],
  [
    'theLedgerIsSafe',
    'no recovery',
    change(types.table, () => ({ pointInTimeRecovery: { enabled: false } })),
  ],
  [
    'theLedgerIsSafe',
    "AWS's own key",
    change(types.table, () => ({ serverSideEncryption: undefined })),
  ],
  ['theLedgerIsSafe', 'no expiry', change(types.table, () => ({ ttl: undefined }))],
  [
    'productionKeepsItsData',
    'a table that can be deleted',
    change(types.table, () => ({ deletionProtectionEnabled: false })),
  ],
  ['productionKeepsItsData', 'a key that goes', not({ retainOnDelete: false }, types.key)],
  [
    'secretsAndTopicsAreEncrypted',
    "a secret under AWS's own key",
    change(types.secret, () => ({ kmsKeyId: undefined })),
  ],
  [
    'secretsAndTopicsAreEncrypted',
    'a topic in the clear',
    change(types.topic, () => ({ kmsMasterKeyId: undefined })),
  ],
  [
    'logsAndEnvironmentsAreEncrypted',
    "logs under AWS's own key",
    change(types.logGroup, () => ({ kmsKeyId: undefined })),
  ],
  [
    'logsAndEnvironmentsAreEncrypted',
    "an environment under AWS's own key",
    change(types.function, () => ({ kmsKeyArn: undefined })),
  ],
  [
    'logsAndEnvironmentsAreEncrypted',
    'an environment that its function cannot decrypt',
    change(types.role, () => ({ inlinePolicies: [] }), 'SweepRole'),
  ],
  [
    'topicsAreReachedEncrypted',
    'plain HTTP let in',
    policy(types.topicPolicy, '"false"', '"true"', 'OryEventsPolicy'),
  ],
  [
    'topicsAreReachedEncrypted',
    'a topic without a policy',
    remove(types.topicPolicy, 'AlarmsPolicy'),
  ],
  ['arnsAreOfOnePartition', 'an ARN of China', policy(types.key, 'arn:aws:iam', 'arn:aws-cn:iam')],
  [
    'servicesOfARegionAreNamedAsThere',
    'a name of China',
    policy(types.key, '-1.amazonaws.com"', '-1.amazonaws.com.cn"'),
  ],
  [
    'alarmsReachOneTopic',
    'an alarm that nobody hears',
    change(types.alarm, () => ({ alarmActions: [] })),
  ],
  [
    'publishersKeepNoAlarmRinging',
    'an alarm on the first refused event',
    change(types.alarm, () => ({ evaluationPeriods: 1 }), 'UserDeletedDlqDepth'),
  ],
  [
    'alarmsGoOffInTime',
    'a day without a word of a delivery that failed',
    change(types.alarm, () => ({ period: 3600, evaluationPeriods: 24 }), 'SweepDlqDepth'),
  ],
  [
    'whatLapseCountsIsHeardOf',
    'events given up unheard',
    remove(types.alarm, 'KeyRotatedEventsGivenUp'),
  ],
  [
    'whatLapseCountsIsHeardOf',
    'verification failures unheard',
    remove(types.alarm, 'UserDeletedVerificationFailures'),
  ],
  [
    'whatLapseCountsIsHeardOf',
    'overdue secrets unheard',
    remove(types.alarm, 'SweepSecretsOverdue'),
  ],
  [
    'whatLapseCountsIsHeardOf',
    'a clock that is off, unheard',
    remove(types.alarm, 'AppOffboardedClockOffSeconds'),
  ],
  [
    'sourcesThatDeliverNothingAreHeardOf',
    'a source unheard',
    remove(types.alarm, 'WebhookClerkDeliversNothing'),
  ],
  [
    'sourcesThatDeliverNothingAreHeardOf',
    'less than a week',
    change(types.alarm, () => ({ evaluationPeriods: 6 }), 'WebhookPolisDeliversNothing'),
  ],
  [
    'sourcesThatDeliverNothingAreHeardOf',
    'one metric twice',
    change(
      types.alarm,
      ({ metricQueries }) => ({
        metricQueries: JSON.parse(
          JSON.stringify(metricQueries).replace('EventsQueued', 'EventsPassedOver'),
        ),
      }),
      'WebhookPolisDeliversNothing',
    ),
  ],
  [
    'sourcesThatDeliverNothingAreHeardOf',
    'the comparison the other way round',
    change(
      types.alarm,
      ({ metricQueries }) => ({
        metricQueries: JSON.parse(JSON.stringify(metricQueries).replace('== 0', '> 0')),
      }),
      'WebhookPolisDeliversNothing',
    ),
  ],
  ['waitingEventsAreHeardOf', 'old events unheard', remove(types.alarm, 'AppOffboardedAge')],
  [
    'deferredMessagesAreHeardOf',
    'a function whose waits nobody hears of',
    remove(types.alarm, 'KeyRotatedWaitingSeconds'),
  ],
  [
    'deferredMessagesAreHeardOf',
    'the sum of many waits',
    change(types.alarm, () => ({ statistic: 'Sum' }), 'UserDeletedWaitingSeconds'),
  ],
  [
    'deferredMessagesAreHeardOf',
    'waits of a day',
    change(types.alarm, () => ({ threshold: 86_400 }), 'UserDeletedWaitingSeconds'),
  ],
  [
    'supersededEventsAreHeardOf',
    'events that a clock switched off',
    remove(types.alarm, 'KeyRotatedSuperseded'),
  ],
  ['aSilentSweepIsHeardOf', 'a sweep that stopped', remove(types.alarm, 'SweepSilent')],
  [
    'thePlaceIsWhereItIsLookedFor',
    'another name',
    change(types.parameter, () => ({ name: '/lapse/other/place' })),
  ],
  [
    'thePlaceIsWhereItIsLookedFor',
    'a parameter that needs a key to be read',
    change(types.parameter, () => ({ type: 'SecureString' })),
  ],
  ['thePlaceIsWhereItIsLookedFor', 'a second one', twice(types.parameter)],
  ['thePlaceHasRoom', 'a paid tier', change(types.parameter, () => ({ tier: 'Advanced' }))],
  ['thePlaceHasRoom', 'too much', place(`"queues"`, `"more":"${'é'.repeat(2048)}","queues"`)],
  ['thePlaceNamesWhatIsThere', 'a queue that is gone', remove(types.queue, 'SweepDlqQueue')],
  ['thePlaceNamesWhatIsThere', 'another table', place('"LedgerTable"', '"OtherTable"')],
  ['thePlaceNamesWhatIsThere', 'an ARN', place('"LedgerTable"', '"arn:aws:dynamodb:x"')],
  [
    'thePlaceNamesWhatIsThere',
    'a client too few',
    remove(types.secretRotation, 'MailCredentialRotation'),
  ],
  [
    'thePlaceHoldsNoSecret',
    "the ledger's key",
    place('"queues"', `"more":"${Buffer.alloc(32).toString('base64')}","queues"`),
  ],
  ['thePlaceHoldsNoSecret', 'a key of Ory', place('"queues"', '"more":"ory_pat_x","queues"')],
  ['thePlaceHoldsNoSecret', 'a password', place('http://hydra', 'http://me:secret@hydra')],
  [
    'peopleOnlyRead',
    'a reader of messages',
    person('Reader', 'sqs:GetQueueUrl', 'sqs:ReceiveMessage'),
  ],
  [
    'peopleOnlyRead',
    'an auditor who writes',
    person('Auditor', 'dynamodb:Query', 'dynamodb:PutItem'),
  ],
  ['peopleOnlyRead', 'every parameter', person('Reader', ':parameter/lapse/production/place', '*')],
  [
    'onlyTheAuditorReadsTheLedgerKey',
    'a reader of secrets',
    person('Reader', 'secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'),
  ],
  [
    'onlyTheAuditorReadsTheLedgerKey',
    "an auditor of Ory's key",
    person('Auditor', 'lapse/production/ledger-key-', 'lapse/production/ory-api-key-'),
  ],
  [
    'theOperatorClearsDlqs',
    'an operator who reads what waits',
    person('Operator', 'sqs:SendMessage', 'sqs:ReceiveMessage'),
  ],
  [
    'theOperatorClearsDlqs',
    'an operator who takes rows away',
    person('Operator', 'dynamodb:PutItem', 'dynamodb:DeleteItem'),
  ],
  [
    'peoplesPoliciesFit',
    'a policy that IAM refuses',
    person('Operator', 'dynamodb:PutItem', `dynamodb:${'x'.repeat(6000)}`),
  ],
  [
    'peoplesPoliciesAreAttachedToNobody',
    'an attachment',
    not({ type: 'aws:iam/userPolicyAttachment:UserPolicyAttachment' }, types.bus),
  ],
  [
    'everyAlarmHasARunbook',
    'an alarm without one',
    change(types.alarm, () => ({ alarmDescription: 'something' })),
  ],
]

test.each(faults)('%s notices %s', (rule, _fault, plant) => {
  expect(rules[rule](new Stack(sound))).toEqual([])
  expect(rules[rule](new Stack(plant(sound)))).not.toEqual([])
})

test('every rule notices something', () => {
  const proved = new Set(faults.map(([rule]) => rule))
  expect(Object.keys(rules).filter((rule) => !proved.has(rule as RuleName))).toEqual([])
})
