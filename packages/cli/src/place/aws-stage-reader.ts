import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { absent } from '@lapse/aws/error-name'
import { awsProblem, regionProblem } from '../aws-problem.ts'
import { CommandError } from '../errors.ts'
import type { StageReader } from './stage-place.ts'

type Variables = Readonly<Record<string, string | undefined>>

/** A person waits: an AWS that is not there is told within seconds. */
const patience = {
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 3000, requestTimeout: 10_000, throwOnRequestTimeout: true },
}

/** Asks AWS as its SDK is configured: profiles, credentials, region and endpoints. */
export function awsStageReader(environment: Variables): StageReader {
  /** Asks once, and tells what went wrong; AWS's own messages may quote anything. */
  async function asking<T>(service: string, ask: () => Promise<T>): Promise<T> {
    try {
      return await ask()
    } catch (error) {
      throw problemOf(error, service, environment)
    }
  }

  return {
    identity: () =>
      asking('STS whose they are', async () => {
        const sts = new STSClient(patience)
        const [region, { Account, Arn = '' }] = await Promise.all([
          sts.config.region(),
          sts.send(new GetCallerIdentityCommand({})),
        ]).finally(() => sts.destroy())
        const [, partition = 'aws'] = Arn.split(':')
        return { account: String(Account), partition, region }
      }),
    parameter: (name) =>
      asking('SSM for the parameter of the stage', async () => {
        const ssm = new SSMClient(patience)
        const found = await ssm
          .send(new GetParameterCommand({ Name: name }))
          .catch(absent('ParameterNotFound'))
          .finally(() => ssm.destroy())
        return found?.Parameter?.Value
      }),
    variables: (functionName) =>
      asking(`Lambda for the configuration of ${functionName}`, async () => {
        const lambda = new LambdaClient(patience)
        const { Environment } = await lambda
          .send(new GetFunctionConfigurationCommand({ FunctionName: functionName }))
          .finally(() => lambda.destroy())
        // Lambda answers also where the key that the variables are encrypted with is refused.
        const { ErrorCode: name } = Environment?.Error ?? {}
        if (name !== undefined) throw Object.assign(new Error(name), { name })
        return Environment?.Variables ?? {}
      }),
  }
}

function problemOf(error: unknown, service: string, environment: Variables): Error {
  const { name, code } = error as NodeJS.ErrnoException
  const options = { cause: error }
  const failure = code ?? name
  if (/AccessDenied/.test(failure))
    return new CommandError(
      `these credentials may not ask ${service} (${failure}); the policy lapse-<stage>-reader lets them`,
      options,
    )
  return (
    regionProblem(error) ??
    awsProblem({ name: failure, asked: `AWS (${service})` }, environment, options) ??
    new CommandError(`AWS refused (${failure}), asked for ${service}; check --stage`, options)
  )
}
