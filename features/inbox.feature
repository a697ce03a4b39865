Feature: Inbox
  Who has an account finds in the inbox what concerns them. It changes while it is open, and what was muted stays silent.

  Background:
    Given the post "Terns"
    And Grace has an account and commented "Who has seen them?" on the post "Terns"
    And Grace has her inbox open

  Scenario: A reply is in the inbox at once, and is marked as read
    When a moderator replies "At the pier" to the comment "Who has seen them?"
    Then the open inbox is told that there is something new
    And the inbox of Grace has the reply "At the pier", which is unread
    When Grace marks everything in her inbox as read
    Then the inbox of Grace has the reply "At the pier", which is read

  Scenario: A reply in a thread that was muted is in the inbox, and no mail is sent of it
    Given Grace chose mails about replies
    And a moderator replied "Before it was muted" to the comment "Who has seen them?"
    And Grace gets a mail about "Before it was muted"
    When Grace mutes the post "Terns"
    And a moderator replies "Where it is muted" to the comment "Who has seen them?"
    Then the inbox of Grace has the reply "Where it is muted", which is unread
    When Grace hears of the post "Terns" again
    And a moderator replies "After it was muted" to the comment "Who has seen them?"
    Then Grace gets a mail about "After it was muted"
    And Grace got no mail about "Where it is muted"
