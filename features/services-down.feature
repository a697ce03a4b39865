Feature: Services that are down, and back again
  Each service does its work without the others. What can't be done now is done later, once, and what was accepted is never lost.

  Background:
    Given the post "Storm"

  Scenario: Moderation is down
    Given the service "moderation" is down
    When a reader comments "Written in the dark" on the post "Storm"
    Then the comment "Written in the dark" waits to be judged
    When the service "moderation" is back
    Then everyone sees the comment "Written in the dark"
    And the comment "Written in the dark" was judged once

  Scenario: The view is down
    Given the service "query" is down
    When a reader comments "Still accepted" on the post "Storm"
    Then reading the post "Storm" is answered with an apology
    When the service "query" is back
    Then everyone sees the comment "Still accepted"

  Scenario: The log is down
    Given the service "event-bus" is down
    When a reader tries to comment "Try again" on the post "Storm"
    Then the reader is told to try again later
    And everyone can read the post "Storm"
    When the service "event-bus" is back
    And a reader comments "Try again" on the post "Storm"
    Then everyone sees the comment "Try again"

  Scenario: A service is killed in the middle of its work
    When the service "comments" is killed while 10 comments are sent to the post "Storm"
    And the service "comments" is back
    Then each of the 10 comments that was accepted is shown once
