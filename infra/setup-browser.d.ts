export const findBrowser: () => string | undefined
export const howToGetOne: string
export const browserFlags: string[]
