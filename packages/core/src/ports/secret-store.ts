/** Where secrets live. Values are never logged, and never part of an error. */
export interface SecretStore {
  /**
   * The current value of a secret.
   * @throws ConfigError if the secret does not exist or may not be read
   */
  get(secretId: string): Promise<string>
}
