import { CommandError } from '../errors.ts'
import type { Place } from '../place.ts'
import { parameterOf, parseStageDocument, type StageDocument } from './stage-document.ts'
import { oryVariables } from './stage-ory.ts'
import { protectedByBoth, queueUrl, stageVariables } from './stage-variables.ts'

type Variables = Readonly<Record<string, string | undefined>>

/** What is asked of AWS about a stage; every failure is an error as `lapse` tells it. */
export interface StageReader {
  /** Whose the credentials are, and where they are used. */
  identity(): Promise<{
    readonly account: string
    readonly partition: string
    readonly region: string
  }>
  /** `undefined` where there is none. */
  parameter(name: string): Promise<string | undefined>
  /** What a function is configured with. */
  variables(functionName: string): Promise<Variables>
}

/** A deployed stage, and what it says of itself. */
export interface StagePlace extends Place {
  readonly stage: string
  readonly document: StageDocument
}

/**
 * The place of a deployed stage, read with AWS's own credentials. The environment goes before it,
 * variable by variable; what either protects is protected.
 *
 * @param asksOry whether it has to be known where Ory is, for which a function is asked as well
 * @throws UsageError, CommandError
 */
export async function stagePlace(
  stage: string,
  asksOry: boolean,
  environment: Variables,
  reader: StageReader,
): Promise<StagePlace> {
  const parameter = parameterOf(stage)
  const functionName = `lapse-${stage}-user-deleted`
  const asked = asksOry ? reader.variables(functionName) : Promise.resolve({})
  // A stage that is not there has no function either, and is told as what it is.
  asked.catch(() => undefined)
  const [identity, text] = await Promise.all([reader.identity(), reader.parameter(parameter)])
  const { account, partition, region } = identity
  if (text === undefined)
    throw new CommandError(
      `there is no stage ${stage} in account ${account} and ${region} (no parameter ${parameter}); check AWS_PROFILE and AWS_REGION, or deploy it`,
    )
  const document = parseStageDocument(text, parameter)
  if (document.account !== account || document.region !== region)
    throw new CommandError(
      `${parameter} is about account ${document.account} and ${document.region}, but was found in ${account} and ${region}; see who wrote it, and deploy the stage again`,
    )

  const functionVariables = await asked
  const around = { ...identity, sqsEndpoint: sqsEndpointIn(environment) }
  const sayings = { stage, parameter, document, functionName, functionVariables, environment }
  return {
    stage,
    document,
    variables: {
      ...functionVariables,
      ...stageVariables(stage, document, around),
      ...set(environment),
      ...(asksOry && oryVariables(sayings)),
      ...protectedByBoth(functionVariables, environment),
    },
    secretsManager: {},
    dynamoDb: {},
    dlqs: Object.fromEntries(
      Object.entries(document.dlqs).map(([name, dlq]) => [name, queueUrl(dlq, around)]),
    ),
    rotationFunction: `arn:${partition}:lambda:${region}:${account}:function:lapse-${stage}-rotate-client-secret`,
  }
}

/** What is empty is as if it were not there, as everywhere. */
function set(environment: Variables): Variables {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => value))
}

function sqsEndpointIn(environment: Variables): string | undefined {
  return environment['AWS_ENDPOINT_URL_SQS'] || environment['AWS_ENDPOINT_URL'] || undefined
}
