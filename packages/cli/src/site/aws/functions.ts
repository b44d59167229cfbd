import {
  GetFunctionConfigurationCommand,
  LambdaClient,
  paginateListEventSourceMappings,
} from '@aws-sdk/client-lambda'
import type { AwsConfig } from '../../place.ts'
import { CannotTell } from '../cannot-tell.ts'
import { clientOf } from './patience.ts'

/** What has a function receive from a queue. */
export interface Mapping {
  readonly functionName: string
  readonly state: string
  /** Whether single messages of a batch may fail. */
  readonly reportsItems: boolean
  /** Why it does not poll, where AWS says so. */
  readonly reason: string
}

/** A function as it is deployed. */
export interface FunctionSeen {
  readonly name: string
  readonly state: string
  readonly runtime: string
  readonly timeoutSeconds: number
  readonly codeSha256: string
  /** RFC 3339. */
  readonly lastModified: string
  readonly environment: Readonly<Record<string, string>>
}

/** @throws whatever Lambda does */
export async function readMappings(
  queueArn: string,
  config: AwsConfig,
): Promise<readonly Mapping[]> {
  using client = clientOf(LambdaClient, config)
  const pages = paginateListEventSourceMappings({ client }, { EventSourceArn: queueArn })
  const all = await Array.fromAsync(pages, (page) => page.EventSourceMappings ?? [])
  return all.flat().map(({ FunctionArn, State, FunctionResponseTypes, StateTransitionReason }) => ({
    functionName: FunctionArn?.split(':').at(6) ?? 'unknown',
    state: State ?? 'unknown',
    reportsItems: FunctionResponseTypes?.includes('ReportBatchItemFailures') === true,
    reason: StateTransitionReason ?? '',
  }))
}

/** @throws whatever Lambda does, where there is no such function as well */
export async function readFunction(name: string, config: AwsConfig): Promise<FunctionSeen> {
  using client = clientOf(LambdaClient, config)
  const seen = await client.send(new GetFunctionConfigurationCommand({ FunctionName: name }))
  // Lambda answers also where the key that the variables are encrypted with is refused.
  const { ErrorCode } = seen.Environment?.Error ?? {}
  if (ErrorCode !== undefined)
    throw new CannotTell(`AWS does not show what ${name} is configured with (${ErrorCode})`)
  return {
    name,
    state: seen.State ?? 'unknown',
    runtime: seen.Runtime ?? 'unknown',
    timeoutSeconds: seen.Timeout ?? 0,
    codeSha256: seen.CodeSha256 ?? '',
    lastModified: seen.LastModified ?? '',
    environment: seen.Environment?.Variables ?? {},
  }
}
