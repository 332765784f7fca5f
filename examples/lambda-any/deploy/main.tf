# The function behind a queue, which a bucket and a topic send to, and a stream. What else is to invoke it
# (EventBridge, CloudWatch Logs, a topic or a bucket directly) needs a permission of yours, and its failures end in
# the same dead letter queue.
#
# Build the function and deploy it, in this folder:
#
#   GOOS=linux GOARCH=arm64 CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -tags lambda.norpc -o build/bootstrap ..
#   zip -j build/function.zip build/bootstrap
#   terraform init
#   terraform apply -var log_bucket=BUCKET

terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.60"
    }
  }
}

variable "log_bucket" {
  description = "The bucket that the logs are in. It exists, in this account and region."
  type        = string
}

variable "source_topic_arn" {
  description = "A topic whose messages are logs, or announce objects of the bucket. They go through the queue."
  type        = string
  default     = ""
}

variable "stream_arn" {
  description = "A Kinesis stream of logs."
  type        = string
  default     = ""
}

variable "key_arn" {
  description = "The KMS key that the objects and the stream are encrypted with, if it is one of your own."
  type        = string
  default     = ""
}

variable "alarm_topic_arn" {
  description = "Where the alarm on dead letters goes: not the topic of the alerts, whose key CloudWatch may not use."
  type        = string
  default     = ""
}

variable "name" {
  description = "What the function and all that belongs to it is called."
  type        = string
  default     = "detections"
}

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

locals {
  timeout = 120 # seconds
}

resource "aws_lambda_function" "function" {
  function_name    = var.name
  role             = aws_iam_role.function.arn
  filename         = "${path.module}/build/function.zip"
  source_code_hash = filebase64sha256("${path.module}/build/function.zip")
  handler          = "bootstrap"
  runtime          = "provided.al2023"
  architectures    = ["arm64"]
  memory_size      = 512
  timeout          = local.timeout

  environment {
    variables = {
      TOPIC_ARN = aws_sns_topic.alerts.arn
      # Together with function_response_types below, or data is lost.
      REPORT_BATCH_ITEM_FAILURES = "true"
    }
  }

  logging_config {
    log_format            = "JSON"
    application_log_level = "INFO" # AWS_LAMBDA_LOG_LEVEL of the function
    system_log_level      = "WARN"
    log_group             = aws_cloudwatch_log_group.logs.name
  }

  depends_on = [aws_iam_role_policy.function] # event sources ask for what it allows
}

resource "aws_lambda_function_event_invoke_config" "function" {
  function_name                = aws_lambda_function.function.function_name
  maximum_event_age_in_seconds = 21600 # 6 hours, the most there is
  maximum_retry_attempts       = 2     # the most there is
  destination_config {
    on_failure {
      destination = aws_sqs_queue.dead_letters.arn
    }
  }
}

resource "aws_lambda_event_source_mapping" "queue" {
  function_name           = aws_lambda_function.function.arn
  event_source_arn        = aws_sqs_queue.queue.arn
  batch_size              = 10 # 1 for large objects: each batch has the function's timeout
  function_response_types = ["ReportBatchItemFailures"]
}

resource "aws_lambda_event_source_mapping" "stream" {
  count = var.stream_arn == "" ? 0 : 1

  function_name                      = aws_lambda_function.function.arn
  event_source_arn                   = var.stream_arn
  starting_position                  = "TRIM_HORIZON"
  batch_size                         = 500
  maximum_batching_window_in_seconds = 5
  function_response_types            = ["ReportBatchItemFailures"]
  bisect_batch_on_function_error     = true
  maximum_retry_attempts             = 10000 # the age below ends it first: while the topic refuses, nothing is given up
  maximum_record_age_in_seconds      = 43200 # well below the stream's retention, which by default is 24 hours
  destination_config {
    on_failure {
      destination_arn = aws_sqs_queue.dead_letters.arn
    }
  }
}

resource "aws_sns_topic_subscription" "queue" {
  count = var.source_topic_arn == "" ? 0 : 1

  topic_arn = var.source_topic_arn
  protocol  = "sqs"
  endpoint  = aws_sqs_queue.queue.arn
}

resource "aws_iam_role" "function" {
  name               = var.name
  assume_role_policy = data.aws_iam_policy_document.lambda.json
}

data "aws_iam_policy_document" "lambda" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

resource "aws_iam_role_policy" "function" {
  role   = aws_iam_role.function.id
  policy = data.aws_iam_policy_document.function.json
}

data "aws_iam_policy_document" "function" {
  statement {
    actions   = ["s3:GetObject", "s3:GetObjectVersion"]
    resources = ["arn:${data.aws_partition.current.partition}:s3:::${var.log_bucket}/*"]
  }

  dynamic "statement" {
    for_each = var.key_arn == "" ? [] : [var.key_arn]
    content {
      actions   = ["kms:Decrypt"]
      resources = [var.key_arn]
    }
  }

  statement {
    actions   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
    resources = [aws_sqs_queue.queue.arn]
  }

  dynamic "statement" {
    for_each = var.stream_arn == "" ? [] : [var.stream_arn]
    content {
      actions = [
        "kinesis:DescribeStream",
        "kinesis:DescribeStreamSummary",
        "kinesis:GetRecords",
        "kinesis:GetShardIterator",
        "kinesis:ListShards",
      ]
      resources = [var.stream_arn]
    }
  }

  statement {
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.dead_letters.arn]
  }

  statement {
    actions   = ["sns:Publish"]
    resources = [aws_sns_topic.alerts.arn]
  }

  statement {
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.logs.arn}:*"]
  }
}

resource "aws_cloudwatch_log_group" "logs" {
  name              = "/aws/lambda/${var.name}"
  retention_in_days = 30
}

resource "aws_sns_topic" "alerts" {
  name              = "${var.name}-alerts"
  kms_master_key_id = "alias/aws/sns"
}

resource "aws_sqs_queue" "queue" {
  name                       = var.name
  sqs_managed_sse_enabled    = true
  visibility_timeout_seconds = 6 * local.timeout
  message_retention_seconds  = 345600 # 4 days
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead_letters.arn
    maxReceiveCount     = 5 # messages that were received but not started count too
  })
}

resource "aws_sqs_queue_policy" "queue" {
  queue_url = aws_sqs_queue.queue.id
  policy    = data.aws_iam_policy_document.queue.json
}

data "aws_iam_policy_document" "queue" {
  statement {
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.queue.arn]
    principals {
      type        = "Service"
      identifiers = ["s3.amazonaws.com"]
    }
    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values   = ["arn:${data.aws_partition.current.partition}:s3:::${var.log_bucket}"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [data.aws_caller_identity.current.account_id]
    }
  }

  dynamic "statement" {
    for_each = var.source_topic_arn == "" ? [] : [var.source_topic_arn]
    content {
      actions   = ["sqs:SendMessage"]
      resources = [aws_sqs_queue.queue.arn]
      principals {
        type        = "Service"
        identifiers = ["sns.amazonaws.com"]
      }
      condition {
        test     = "ArnEquals"
        variable = "aws:SourceArn"
        values   = [var.source_topic_arn]
      }
    }
  }
}

# Replaces other notifications of the bucket.
resource "aws_s3_bucket_notification" "logs" {
  bucket = var.log_bucket
  queue {
    queue_arn = aws_sqs_queue.queue.arn
    events    = ["s3:ObjectCreated:*"]
  }
  depends_on = [aws_sqs_queue_policy.queue]
}

# What was given up: notifications and messages, events of direct invocations in what Lambda writes to failure
# destinations, and for the stream where the records are, not what they were.
# Once the cause is put right, the function takes all of it from the queue, and reads the stream's records again:
#
#   aws sqs start-message-move-task --source-arn DEAD_LETTERS --destination-arn QUEUE
resource "aws_sqs_queue" "dead_letters" {
  name                      = "${var.name}-dead-letters"
  sqs_managed_sse_enabled   = true
  message_retention_seconds = 1209600 # 14 days, the most there is
}

resource "aws_cloudwatch_metric_alarm" "dead_letters" {
  alarm_name          = "${var.name}-dead-letters"
  alarm_description   = "Logs could not be processed. The dead letter queue says which."
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  dimensions          = { QueueName = aws_sqs_queue.dead_letters.name }
  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = 1
  threshold           = 0
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_topic_arn == "" ? [] : [var.alarm_topic_arn]
}

output "topic_arn" {
  description = "The topic of the alerts."
  value       = aws_sns_topic.alerts.arn
}

output "queue_arn" {
  description = "What announces logs is sent here."
  value       = aws_sqs_queue.queue.arn
}

output "dead_letter_queue_url" {
  value = aws_sqs_queue.dead_letters.id
}
