// Package lambdaevent takes apart the events that Lambda functions are invoked with. It tells by the content what an
// event is, and makes messages of those of SNS and SQS. It knows no service's client.
//
// Names are compared as they are written, upper and lower case told apart, and of names that are there twice the first
// counts. An event has to be JSON as encoding/json takes it, at most 10,000 levels deep.
package lambdaevent
