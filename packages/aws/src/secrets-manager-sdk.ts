/** Of AWS's client what every function needs, by name: a bundle then holds nothing else of it. */
export { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
