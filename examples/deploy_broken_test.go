package examples_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"
)

// TestBrokenTemplatesAreFound breaks each template where a deployment would lose logs, tell nobody or allow too much, and
// expects the checks to say so.
func TestBrokenTemplatesAreFound(t *testing.T) {
	for _, test := range []struct {
		name, folder string
		old, new     [2]string // in template.yaml and in main.tf
		want         string    // a part of the problem
	}{
		{
			"the mapping of a queue does not read partial answers", "lambda-s3",
			[2]string{"            FunctionResponseTypes: [ReportBatchItemFailures]\n", "  function_response_types = [\"ReportBatchItemFailures\"]\n"}, [2]string{},
			"mapping of queue.arn: response types [], though REPORT_BATCH_ITEM_FAILURES is \"true\"",
		},
		{
			"the mapping of a stream does not read partial answers", "lambda-kinesis",
			[2]string{"            FunctionResponseTypes: [ReportBatchItemFailures]\n", "  function_response_types            = [\"ReportBatchItemFailures\"]\n"}, [2]string{},
			"mapping of streamarn: response types [], though REPORT_BATCH_ITEM_FAILURES is \"true\"",
		},
		{
			"one of two mappings does not read partial answers", "lambda-any",
			[2]string{"      MaximumBatchingWindowInSeconds: 5\n      FunctionResponseTypes: [ReportBatchItemFailures]\n", "  function_response_types            = [\"ReportBatchItemFailures\"]\n"}, [2]string{},
			"mapping of streamarn: response types [], though REPORT_BATCH_ITEM_FAILURES is \"true\"",
		},
		{
			"the function does not give the partial answers that are read", "lambda-s3",
			[2]string{"REPORT_BATCH_ITEM_FAILURES: \"true\"", "REPORT_BATCH_ITEM_FAILURES = \"true\""},
			[2]string{"REPORT_BATCH_ITEM_FAILURES: \"no\"", "REPORT_BATCH_ITEM_FAILURES = \"no\""},
			"response types [ReportBatchItemFailures], though REPORT_BATCH_ITEM_FAILURES is \"no\"",
		},
		{
			"messages come again while they are worked on", "lambda-s3",
			[2]string{"VisibilityTimeout: 720", "6 * local.timeout"}, [2]string{"VisibilityTimeout: 30", "local.timeout / 4"},
			"visibility timeout 30 s, the function's is 120 s",
		},
		{
			"the function's time grows without the visibility timeout", "lambda-any",
			[2]string{"      Timeout: 120", "visibility_timeout_seconds = 6 * local.timeout"}, [2]string{"      Timeout: 300", "visibility_timeout_seconds = 720 / 3"},
			"visibility timeout",
		},
		{
			"messages are given up at once", "lambda-s3",
			[2]string{"maxReceiveCount: 5", "maxReceiveCount     = 5"}, [2]string{"maxReceiveCount: 1", "maxReceiveCount     = 1"},
			"maxReceiveCount 1",
		},
		{
			"messages that failed come again until they are too old", "lambda-s3",
			[2]string{"deadLetterTargetArn: !GetAtt DeadLetters.Arn", "deadLetterTargetArn = aws_sqs_queue.dead_letters.arn"}, [2]string{"deadLetterTargetArn: \"\"", "deadLetterTargetArn = \"\""},
			"dead letters go to \"\"",
		},
		{
			"one bad record holds its batch back", "lambda-kinesis",
			[2]string{"BisectBatchOnFunctionError: true", "bisect_batch_on_function_error     = true"}, [2]string{"BisectBatchOnFunctionError: false", "bisect_batch_on_function_error     = false"},
			"batches are not bisected",
		},
		{
			"records expire in the stream before they are given up", "lambda-kinesis",
			[2]string{"MaximumRecordAgeInSeconds: 43200", "maximum_record_age_in_seconds      = 43200"}, [2]string{"MaximumRecordAgeInSeconds: 604800", "maximum_record_age_in_seconds      = 604800"},
			"records are given up at an age of 604800 s",
		},
		{
			"records are given up after some tries", "lambda-kinesis",
			[2]string{"MaximumRetryAttempts: 10000", "maximum_retry_attempts             = 10000"}, [2]string{"MaximumRetryAttempts: 2", "maximum_retry_attempts             = 2"},
			"2 retries",
		},
		{
			"records are given up without a trace", "lambda-kinesis",
			[2]string{"                Destination: !GetAtt DeadLetters.Arn\n", "      destination_arn = aws_sqs_queue.dead_letters.arn\n"}, [2]string{},
			"what is given up goes to \"\"",
		},
		{
			"events that failed three times are lost", "lambda-sns",
			[2]string{"            Destination: !GetAtt DeadLetters.Arn\n", "      destination = aws_sqs_queue.dead_letters.arn\n"}, [2]string{},
			"asynchronous invocations: ",
		},
		{
			"messages that do not reach the function are lost", "lambda-sns",
			[2]string{"deadLetterTargetArn: !GetAtt DeadLetters.Arn", "deadLetterTargetArn = aws_sqs_queue.dead_letters.arn"}, [2]string{"deadLetterTargetArn: \"\"", "deadLetterTargetArn = \"\""},
			"subscriptions: ",
		},
		{
			"the function may read all buckets", "lambda-s3",
			[2]string{"Resource: !Sub arn:${AWS::Partition}:s3:::${LogBucket}/*", `resources = ["arn:${data.aws_partition.current.partition}:s3:::${var.log_bucket}/*"]`},
			[2]string{"Resource: !Sub arn:${AWS::Partition}:s3:::*", `resources = ["arn:${data.aws_partition.current.partition}:s3:::*"]`},
			"wildcard: s3:GetObject,s3:GetObjectVersion on arn:partition:s3:::*",
		},
		{
			"the function may do anything with the queue", "lambda-s3",
			[2]string{"[sqs:ReceiveMessage, sqs:DeleteMessage, sqs:GetQueueAttributes]", `["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]`}, [2]string{"sqs:*", `["sqs:*"]`},
			"wildcard: sqs:* on queue.arn",
		},
		{
			"the function may not read versions", "lambda-any",
			[2]string{"[s3:GetObject, s3:GetObjectVersion]", `["s3:GetObject", "s3:GetObjectVersion"]`}, [2]string{"s3:GetObject", `["s3:GetObject"]`},
			"grants: ",
		},
		{
			"the function may decrypt without a key that is given", "lambda-kinesis",
			[2]string{"HasKey: !Not [!Equals [!Ref KeyArn, \"\"]]", `for_each = var.key_arn == "" ? [] : [var.key_arn]`}, [2]string{"HasKey: !Equals [a, a]", `for_each = [1]`},
			"with []: grants: ",
		},
		{
			"anybody's bucket may send to the queue", "lambda-s3",
			[2]string{"              StringEquals:\n                aws:SourceAccount: !Ref AWS::AccountId\n", "      variable = \"aws:SourceAccount\""}, [2]string{"", "      variable = \"aws:SourceVpc\""},
			"senders: ",
		},
		{
			"a queue is not encrypted", "lambda-s3",
			[2]string{"SqsManagedSseEnabled: true", "= true"}, [2]string{"SqsManagedSseEnabled: false", "= false"},
			"queue deadletters is not encrypted",
		},
		{
			"the topic is not encrypted", "lambda-sns",
			[2]string{"      KmsMasterKeyId: alias/aws/sns\n", "  kms_master_key_id = \"alias/aws/sns\"\n"}, [2]string{"      DisplayName: alerts\n", ""},
			"topic alerts is not encrypted",
		},
		{
			"dead letters are kept for as long as others", "lambda-kinesis",
			[2]string{"MessageRetentionPeriod: 1209600", "message_retention_seconds = 1209600"}, [2]string{"MessageRetentionPeriod: 345600", "message_retention_seconds = 345600"},
			"dead letters are kept for 345600 s",
		},
		{
			"the alarm is on another queue", "lambda-s3",
			[2]string{"Value: !GetAtt DeadLetters.QueueName", "QueueName = aws_sqs_queue.dead_letters.name"}, [2]string{"Value: !GetAtt Queue.QueueName", "QueueName = aws_sqs_queue.queue.name"},
			"alarms: ",
		},
		{
			"the alarm tells nobody", "lambda-any",
			[2]string{"[!Ref AlarmTopicArn]", "[var.alarm_topic_arn]"}, [2]string{"[]", "[]"},
			"alarms: ",
		},
		{
			"the function is of another architecture than its program", "lambda-any",
			[2]string{"[arm64]", `["arm64"]`}, [2]string{"[x86_64]", `["x86_64"]`},
			"function: ",
		},
		{
			"the log is not JSON", "lambda-sns",
			[2]string{"LogFormat: JSON", `= "JSON"`}, [2]string{"LogFormat: Text", `= "Text"`},
			"function: ",
		},
		{
			"alerts go to the log", "lambda-sns",
			[2]string{"          TOPIC_ARN: !Ref Alerts\n", "      TOPIC_ARN = aws_sns_topic.alerts.arn\n"}, [2]string{"          NONE: \"\"\n", ""},
			"environment: ",
		},
		{
			"nobody can build it", "lambda-sns",
			[2]string{"go build", "go build"}, [2]string{"make", "make"},
			"the comment does not say how to build",
		},
		{
			"a resource that the checks do not know", "lambda-sns",
			[2]string{"AWS::Logs::LogGroup", `"aws_cloudwatch_log_group" "logs"`}, [2]string{"AWS::IAM::User", `"aws_iam_user" "logs"`},
			"resource of the type ",
		},
	} {
		i := slices.IndexFunc(lambdas, func(e example) bool { return e.folder == test.folder })
		for k, kind := range templates {
			t.Run(test.name+"/"+kind.name, func(t *testing.T) {
				text := readTemplate(t, test.folder, kind.name)
				if !bytes.Contains(text, []byte(test.old[k])) {
					t.Fatalf("the template has no %q", test.old[k])
				}
				broken := bytes.ReplaceAll(text, []byte(test.old[k]), []byte(test.new[k]))
				found := problems(lambdas[i], broken, kind.read)
				if !strings.Contains(strings.Join(found, "\n"), test.want) {
					t.Errorf("found %q, want %q", found, test.want)
				}
			})
		}
	}
}
