# The function that reads a Kinesis stream. Records that fail block their shard until they are accepted, or are as old
# as MaximumRecordAgeInSeconds says.
#
# Build the function and deploy it, in this folder:
#
#   GOOS=linux GOARCH=arm64 CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -tags lambda.norpc -o build/bootstrap ..
#   zip -j build/function.zip build/bootstrap
#   terraform init
#   terraform apply -var stream_arn=STREAM

terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.60"
    }
  }
}

variable "stream_arn" {
  description = "The stream that the logs are in. It exists, in this account and region."
  type        = string
}

variable "key_arn" {
  description = "The KMS key that the stream is encrypted with, if it is one of your own."
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

locals {
  timeout = 60 # seconds
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

resource "aws_lambda_event_source_mapping" "stream" {
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
    # Without ListStreams, which is for all streams or none, and which a mapping by ARN does not call.
    actions = [
      "kinesis:DescribeStream",
      "kinesis:DescribeStreamSummary",
      "kinesis:GetRecords",
      "kinesis:GetShardIterator",
      "kinesis:ListShards",
    ]
    resources = [var.stream_arn]
  }

  dynamic "statement" {
    for_each = var.key_arn == "" ? [] : [var.key_arn]
    content {
      actions   = ["kms:Decrypt"]
      resources = [var.key_arn]
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

# What was given up. A letter says where the records are, not what they were: read them from the stream by their
# sequence numbers while it still keeps them. A function like lambda-any does, which this queue can invoke.
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

output "dead_letter_queue_url" {
  value = aws_sqs_queue.dead_letters.id
}
