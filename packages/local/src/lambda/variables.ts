import { devNull } from 'node:os'
import type { FunctionFacts } from './messages.ts'

/** The environment of one execution environment; nothing of the host's own gets in. */
export type Variables = Readonly<Record<string, string>>

/**
 * What Lambda itself sets for a function, which Powertools and the AWS SDK read. The credentials
 * are dummies, and the SDK is kept from the host's profiles and from the instance metadata service.
 */
export function reservedVariables(facts: FunctionFacts, region: string): Variables {
  return {
    AWS_ACCESS_KEY_ID: 'local',
    AWS_CONFIG_FILE: devNull,
    AWS_DEFAULT_REGION: region,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: facts.memoryLimitInMB,
    AWS_LAMBDA_FUNCTION_NAME: facts.functionName,
    AWS_LAMBDA_FUNCTION_VERSION: facts.functionVersion,
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: facts.logGroupName,
    AWS_LAMBDA_LOG_STREAM_NAME: facts.logStreamName,
    AWS_REGION: region,
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    LANG: 'en_US.UTF-8',
    TZ: 'UTC',
  }
}
