/** A staging label; Secrets Manager's own three are the ones that mean something to it. */
export type Stage = 'AWSCURRENT' | 'AWSPENDING' | 'AWSPREVIOUS'

/** A secret without any of its values. */
export interface SecretDescription {
  readonly arn: string
  readonly name: string
  readonly tags: Readonly<Record<string, string>>
  /** Version ids and the stages each of them has; a pending version may have no value yet. */
  readonly versions: Readonly<Record<string, readonly string[]>>
  readonly rotationEnabled: boolean
  /** Milliseconds since the epoch. */
  readonly lastChangedAt: number | undefined
  readonly lastRotatedAt: number | undefined
  readonly nextRotationAt: number | undefined
  /** Set while the secret waits for its deletion. */
  readonly deletedAt: number | undefined
}

/** Which version: the one with a stage, or the one with an id. */
export type VersionChoice = { readonly stage: Stage } | { readonly versionId: string }

/**
 * Secrets and their versions, as rotation needs them. No method logs a value, and no error holds
 * one. A secret that does not exist, or may not be used, is a `ConfigError` wherever nothing else
 * is said. `describe`, `cancelRotation` and `delete` throw a `RefusedError` (`malformed-secret-id`)
 * for an id that no secret can have.
 */
export interface SecretVersions {
  /** `undefined` where there is no such secret. */
  describe(secretId: string): Promise<SecretDescription | undefined>
  /** Every secret, those that wait for deletion left out. */
  list(): AsyncIterable<SecretDescription>
  /** `undefined` where there is no such version, or where it has no value yet. */
  value(secretId: string, version: VersionChoice): Promise<string | undefined>
  /** Stores a version under its id and stage; the same again changes nothing. */
  put(secretId: string, versionId: string, value: string, stage: Stage): Promise<void>
  /** Moves a stage to one version, from the one that has it; without `to` the stage is removed. */
  moveStage(
    secretId: string,
    stage: Stage,
    move: { readonly to?: string; readonly from?: string },
  ): Promise<void>
  /** Starts a rotation, and gives the id of the version that is to come. */
  rotate(secretId: string): Promise<string>
  /** Ends automatic rotation; where there is none it changes nothing. */
  cancelRotation(secretId: string): Promise<void>
  /** Schedules the deletion; a secret that waits for it already is left as it is. */
  delete(secretId: string, recoveryWindowDays: number): Promise<void>
}
