/** The account every local ARN and queue URL names. */
export const ACCOUNT_ID = '000000000000'

/** The region used unless the caller names another. */
export const DEFAULT_REGION = 'us-east-1'
