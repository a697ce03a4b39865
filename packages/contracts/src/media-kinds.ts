/** How far the making of a medium is. `failed`: no attempt follows until somebody asks for one. */
export const mediaStates = ['not started', 'in progress', 'finished', 'failed'] as const
export type MediaState = (typeof mediaStates)[number]

/** What a library is filtered by: the kind of a file that is ready, by its content. */
export const mediaKinds = ['picture', 'video', 'audio', 'other'] as const
export type MediaKind = (typeof mediaKinds)[number]
