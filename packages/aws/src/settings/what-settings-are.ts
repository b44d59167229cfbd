const queue = 'the URL of its queue, like https://sqs.<region>.amazonaws.com/<account>/<queue>'

/** How settings that are JSON are written. */
export const jsonLike = {
  REVOCATION_ISSUERS:
    '[{"issuer": "https://acme.okta.com", "jwksUri": "https://acme.okta.com/oauth2/v1/keys", "emailDomains": ["acme.example"]}]',
  ROTATED_SECRETS: '[{"secretId": "lapse/Mail", "overlap": "PT1H"}]',
  SUBJECT_TEMPLATES: '{"https://hr.example": "hr|{employee.id}"}',
  WEBHOOK_SECRETS: '{"clerk": "arn:…"}',
} as const

/** What a setting has to be given, in words, by its name. */
const words: Readonly<Record<string, string>> = {
  APP_OFFBOARDED_DLQ_URL: queue,
  APP_OFFBOARDED_QUEUE_URL: queue,
  KEY_ROTATED_DLQ_URL: queue,
  KEY_ROTATED_QUEUE_URL: queue,
  LEDGER_KEY_SECRET_ID: 'the name or the ARN of the secret that holds the ledger key',
  LEDGER_TABLE: "the name of the ledger's table in DynamoDB",
  ORY_ADMIN_URL: "the URL of Ory's admin side, like http://127.0.0.1:4445",
  ORY_PUBLIC_URL: "the URL of Ory's public side, like http://127.0.0.1:4444",
  RECEIPTS_LOG_BUCKET: 'the name of the bucket that the receipts log is in',
  RECEIPTS_LOG_KEY_ID: 'the ARN of the key in KMS that the receipts log is signed with',
  RECEIPTS_LOG_ORIGIN: 'the name of the receipts log, like lapse/production/my-project',
  REVOCATION_ISSUERS: `a JSON array like ${jsonLike.REVOCATION_ISSUERS}`,
  ROTATED_SECRETS: `a JSON array like ${jsonLike.ROTATED_SECRETS}`,
  SUBJECT_TEMPLATES: `a JSON object like ${jsonLike.SUBJECT_TEMPLATES}`,
  USER_DELETED_DLQ_URL: queue,
  USER_DELETED_QUEUE_URL: queue,
  USER_SIGNED_OUT_DLQ_URL: queue,
  USER_SIGNED_OUT_QUEUE_URL: queue,
  USER_SUSPENDED_DLQ_URL: queue,
  USER_SUSPENDED_QUEUE_URL: queue,
  WEBHOOK_SECRETS: `a JSON object like ${jsonLike.WEBHOOK_SECRETS}`,
}

/** What a setting has to be given, for a message about it. */
export function whatIs(name: string): string {
  return words[name] ?? 'a value'
}
