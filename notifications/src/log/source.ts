/** Who this service is on the log. */
export const source = '/notifications'
