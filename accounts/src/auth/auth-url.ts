/** Where the public sees the routes of this library. */
export const authUrl = (publicUrl: string): string => `${publicUrl}/api/accounts/auth`
