Feature: Commenting
  Readers comment on posts and on each other's comments. A comment is accepted at once, judged, and then shown to everyone.

  Background:
    Given the post "Birds"

  Scenario: A comment is shown once it is approved
    When a reader comments "A fine bird" on the post "Birds"
    Then everyone sees the comment "A fine bird"

  Scenario: Somebody without an account comments
    When a guest comments "Seen one today" on the post "Birds"
    Then everyone sees the comment "Seen one today"

  Scenario: A reply stands below what it answers
    Given a reader commented "Who saw it?" on the post "Birds"
    When a moderator replies "I did" to the comment "Who saw it?"
    Then everyone sees the comment "I did" below "Who saw it?"

  Scenario: Each person has one vote
    Given a reader commented "Vote for this" on the post "Birds"
    When a moderator votes for the comment "Vote for this"
    And a moderator votes for the comment "Vote for this"
    Then the comment "Vote for this" has 1 vote

  Scenario: A comment that is changed is judged again
    Given a reader commented "All well" on the post "Birds"
    When a reader changes the comment "All well" to "An orange one"
    Then the comment "All well" is rejected

  Scenario: A comment that is deleted leaves a gap, so that its replies stay where they were
    Given a reader commented "To be deleted" on the post "Birds"
    And a moderator replied "Staying" to the comment "To be deleted"
    When a reader deletes the comment "To be deleted"
    Then no reader sees the text "To be deleted"
    And everyone sees the comment "Staying"

  Scenario: The writer of a post features a comment, and takes it back
    Given a reader commented "Worth reading" on the post "Birds"
    When the author features the comment "Worth reading"
    Then the comment "Worth reading" is among the featured ones
    When the author no longer features the comment "Worth reading"
    Then the comment "Worth reading" is not among the featured ones

  Scenario: The writer of a post quotes a comment beside it, and an edit ends that
    Given a reader commented "Quote me" on the post "Birds"
    When the author quotes the comment "Quote me"
    Then the comment "Quote me" is quoted beside the post "Birds"
    When a reader changes the comment "Quote me" to "Quote this instead"
    Then no comment is quoted beside the post "Birds"

  Scenario: A comment is left out of searches
    Given a reader commented "A merganser again" on the post "Birds"
    When a moderator leaves the comment "A merganser again" out of searches
    Then a search for "merganser" does not find the comment "A merganser again"

  Scenario: A reader’s name is taken off a comment, of now and of the past
    Given a guest commented "It nests behind my house" on the post "Birds"
    And everyone sees the comment "It nests behind my house" by "Gale"
    When a moderator hides the name on the comment "It nests behind my house"
    Then everyone sees the comment "It nests behind my house" without a name
    And no page of the past has a name on the comment "It nests behind my house"
