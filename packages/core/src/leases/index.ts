export { type LeaseRow, type LeaseServices, withClientLease } from './client-lease.ts'
