import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { devNull } from 'node:os'

/** Users to be there, each with so many sessions and a consent in each. */
export interface Planted {
  readonly subjects: readonly string[]
  readonly sessions: number
}

/** Everything outside a function, in processes of their own. */
export interface Parts {
  /** What a function is told. */
  readonly environment: Readonly<Record<string, string>>
  plant(users: Planted): Promise<void>
  stop(): void
}

/** Starts Ory's emulator in one process, and SQS, DynamoDB and Secrets Manager in another. */
export async function startParts(): Promise<Parts> {
  const ory = start('ory-process.ts')
  const [{ adminUrl, publicUrl }] = await once(ory, 'message')
  const aws = start('aws-process.ts', adminUrl, publicUrl)
  const [environment] = await once(aws, 'message')
  return {
    environment: { ...environment, ...asOnLambda },
    async plant(users) {
      ory.send(users)
      await once(ory, 'message')
    },
    stop() {
      ory.kill()
      aws.kill()
    },
  }
}

const asOnLambda = {
  AWS_CONFIG_FILE: devNull,
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
  AWS_LAMBDA_FUNCTION_NAME: 'bench',
  AWS_SHARED_CREDENTIALS_FILE: devNull,
}

function start(name: string, ...given: readonly string[]): ChildProcess {
  return fork(new URL(name, import.meta.url), given, {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
}
