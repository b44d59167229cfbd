/** The port of each server; 0 takes any free one. */
export interface Ports {
  readonly oryPublic: number
  readonly oryAdmin: number
  readonly sqs: number
  readonly dynamoDb: number
  readonly secretsManager: number
  readonly webhooks: number
}

/** Where the local system stays for people and their tools: Hydra's own ports, then those from 4566 on. */
export const FIXED_PORTS: Ports = {
  oryPublic: 4444,
  oryAdmin: 4445,
  sqs: 4566,
  dynamoDb: 4567,
  secretsManager: 4568,
  webhooks: 4569,
}

/** Wherever there is room, so that several systems can run side by side. */
export const FREE_PORTS: Ports = {
  oryPublic: 0,
  oryAdmin: 0,
  sqs: 0,
  dynamoDb: 0,
  secretsManager: 0,
  webhooks: 0,
}
