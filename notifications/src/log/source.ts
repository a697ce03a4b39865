/** The `source` of this service's events. */
export const source = '/notifications'
