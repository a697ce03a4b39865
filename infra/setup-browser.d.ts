export const findBrowser: () => string | undefined
export const howToGetOne: string
