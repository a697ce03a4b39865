import { useActionData } from 'react-router'
import type { Refused } from '../comments/edit-form.tsx'
import { Failed } from '../page/state.tsx'

interface RemovePortraitProps {
  /** Of the comment, or of the post, that shows it. */
  id: string
  /** The address of the picture. */
  picture: string
  /** Whose it is. */
  name: string
}

/** For moderators: no page shows the picture any more. Whose it is may choose another. */
export const RemovePortrait = ({ id, picture, name }: RemovePortraitProps) => {
  const { refused } = useActionData<{ refused?: Refused }>() ?? {}
  return (
    <form method="post" className="remove-portrait">
      <input type="hidden" name="intent" value="remove-portrait" />
      <input type="hidden" name="id" value={id} />
      <button type="submit" name="picture" value={picture} className="plain">
        Remove portrait<span className="unseen"> of {name}</span>
      </button>
      {refused?.id === id && refused.command === 'portrait' ? (
        <Failed>Not removed. {refused.problem}</Failed>
      ) : null}
    </form>
  )
}
