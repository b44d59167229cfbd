export { type ThumbprintMembers, thumbprintOf } from './thumbprint.ts'
