Feature: Roles
  What people may do follows from their role. Nobody may do more than their role says, whichever way they ask.

  Background:
    Given the post "Rights"
    And a reader commented "About rights" on the post "Rights"

  Scenario Outline: <who> may <do>: <answer>
    When <who> tries to <do>
    Then it is <answer>

    Examples:
      | who         | do                  | answer  |
      | a stranger  | read the post       | allowed |
      | a stranger  | publish a post      | refused |
      | a reader    | publish a post      | refused |
      | a reader    | judge the comment   | refused |
      | a reader    | read the queue      | refused |
      | a reader    | change the settings | refused |
      | an author   | publish a post      | allowed |
      | an author   | judge the comment   | refused |
      | a moderator | read the queue      | allowed |
      | a moderator | judge the comment   | allowed |
      | a moderator | publish a post      | refused |
      | a moderator | change the settings | refused |
      | the owner   | publish a post      | allowed |
      | the owner   | judge the comment   | allowed |
