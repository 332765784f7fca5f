// Package snssource delivers the messages of SNS topics.
//
// A message is a payload. Its [parse.Origin] has the Kind "sns", the topic's ARN as Place and the message's ID as ID, in
// whatever way it arrives, so that the same message raises the same alerts.
//
//   - [Lambda] is the handler of a function that is subscribed to the topic.
//   - [HTTP] is an endpoint for HTTP(S) subscriptions, in a service that already exists. It verifies that what it is sent
//     is signed by SNS, and hands over nothing else.
//
// SNS gives up after some attempts, keeps no order and sends one message at a time. A queue between the topic and the
// program, which package sqssource reads, waits for days, has batches and tells which of their messages failed: prefer
// it where messages must not be lost. With an HTTP subscription, give it a dead-letter queue: SNS tries for an hour
// at most, by default four times in a minute.
package snssource
