import {
  DescribeKeyCommand,
  GetKeyPolicyCommand,
  GetKeyRotationStatusCommand,
  KMSClient,
} from '@aws-sdk/client-kms'
import type { AwsConfig } from '../../place.ts'
import { clientOf } from './patience.ts'

/** A statement of a policy; AWS writes one value as itself, and several as an array. */
export interface KeyStatement {
  readonly Effect?: string
  readonly Principal?: unknown
  readonly Action?: unknown
  readonly Condition?: unknown
}

/** A key, and who may use it. */
export interface KmsKeySeen {
  readonly state: string
  /** `AWS` where it is AWS's own, whose policy nobody can change. */
  readonly manager: string
  readonly rotates: boolean
  readonly statements: readonly KeyStatement[]
}

/** @throws whatever KMS does */
export async function readKmsKey(KeyId: string, config: AwsConfig): Promise<KmsKeySeen> {
  using client = clientOf(KMSClient, config)
  const [described, rotation, policy] = await Promise.all([
    client.send(new DescribeKeyCommand({ KeyId })),
    client.send(new GetKeyRotationStatusCommand({ KeyId })),
    client.send(new GetKeyPolicyCommand({ KeyId, PolicyName: 'default' })),
  ])
  const { KeyState = 'unknown', KeyManager = 'unknown' } = described.KeyMetadata ?? {}
  return {
    state: KeyState,
    manager: KeyManager,
    rotates: rotation.KeyRotationEnabled === true,
    statements: statementsIn(policy.Policy ?? '{}'),
  }
}

function statementsIn(policy: string): readonly KeyStatement[] {
  const { Statement = [] } = JSON.parse(policy) as {
    readonly Statement?: KeyStatement | readonly KeyStatement[]
  }
  return [Statement].flat() as readonly KeyStatement[]
}
